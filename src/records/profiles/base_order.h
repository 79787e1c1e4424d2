// How a whole base is gone through: by customer id, as the tables have it, in chunks that are small enough for the
// batch lane of the writer and for little to be repeated after a crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "platform/base/timestamp.h"
#include "records/profiles/table.h"

namespace boon::profiles {

class BaseOrder {
public:
    // `image` must outlive it.
    explicit BaseOrder(const Image& image);

    // The rows behind a customer, all for an empty one; in the order of their ids.
    [[nodiscard]] std::span<const std::uint32_t> after(std::string_view customer_id) const;
    // The next chunk of what is left: a fortieth of the base, 100 rows at least and 2 000 at most.
    [[nodiscard]] std::span<const std::uint32_t> chunk(std::span<const std::uint32_t> left) const;
    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(rows_.size()); }

private:
    const Image& image_;
    std::vector<std::uint32_t> rows_;
};

// The instant of the latest profile; 0 for an empty image.
Timestamp latest_instant(const Image& image);

}  // namespace boon::profiles
