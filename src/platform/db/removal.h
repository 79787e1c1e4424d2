// Rows that are past their time, removed so that nobody waits: the reader finds their keys, some hundred at once, and
// the writer is given those keys only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::db {

// `find`: a query of keys, with the instant as its only parameter, that ends where `limit N` may follow. `remove`: in a
// unit of work, for the keys found. How many keys; interrupted, it is begun again.
struct Removal {
    std::string find;
    std::function<Status(Connection& connection, const std::vector<std::string>& keys)> remove;
};
inline constexpr int kKeysPerRemoval = 250;

Result<std::int64_t> remove_before(Database& database, const Removal& removal, Timestamp before);

// `delete from TABLE where KEY in (…)`, of keys that are text.
Removal removal_of(std::string_view table, std::string_view key, std::string_view condition);

}  // namespace boon::db
