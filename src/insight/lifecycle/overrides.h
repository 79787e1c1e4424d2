// Stages set by hand: by whom, why, until when. Within the caller's read() or write().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "insight/lifecycle/stays.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::lifecycle {

struct StageOverride {
    std::string customer_id;
    std::string stage;
    std::string note;
    std::string author;
    Timestamp set_at;
    std::optional<Timestamp> expires_at;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(StageOverride, (), (customer_id, stage, note, author, set_at, expires_at, version))

Result<std::optional<StageOverride>> find_override(db::Connection& connection, std::string_view customer_id);
// Of customers in the range, or of those, also expired ones.
using OverridesByCustomer = std::map<std::string, StageOverride, std::less<>>;
Result<OverridesByCustomer> overrides_in(db::Connection& connection, const CustomerRange& range);
Result<OverridesByCustomer> overrides_of(db::Connection& connection, std::span<const std::string_view> customer_ids);
// Replaces the one before; the version is one more than that one's.
Result<StageOverride> put_override(db::Connection& connection, StageOverride wanted);
// `not_found` when there is none.
Status drop_override(db::Connection& connection, std::string_view customer_id);

}  // namespace boon::lifecycle

template <>
inline constexpr auto boon::kFields<boon::lifecycle::StageOverride> = std::array{
    boon::Field{.name = "customer_id", .read_only = true},
    boon::Field{.name = "stage", .doc = "one of CLM_STAGES", .required = true, .max_length = 50},
    boon::Field{.name = "note", .doc = "why", .max_length = 500},
    boon::Field{.name = "author", .doc = "who set it", .read_only = true},
    boon::Field{.name = "set_at", .read_only = true},
    boon::Field{.name = "expires_at", .doc = "the rules decide again from this instant on; null: never"},
    boon::Field{.name = "version", .read_only = true},
};
