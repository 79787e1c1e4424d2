// The programme's local days, for the same windows online as Moment (sources.h) has in SQL.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::features {

// Immutable; may be read by several threads.
class Calendar {
public:
    // `invalid` for a time zone that the system does not know (an IANA name).
    static Result<Calendar> make(const std::string& time_zone);

    // Local days since 1970-01-01.
    [[nodiscard]] std::int64_t day(std::int64_t micros) const;
    // When the local day `days` before that of the instant begins: at its midnight; where clocks skip that, at the
    // change; where it comes twice, at the second.
    [[nodiscard]] std::int64_t start(std::int64_t micros, std::int64_t days) const;
    [[nodiscard]] int year(std::int64_t micros) const;

private:
    struct Zone;
    std::shared_ptr<const Zone> zone_;  // null: UTC
};

}  // namespace boon::features
