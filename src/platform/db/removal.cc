#include "platform/db/removal.h"

#include <fmt/format.h>

#include "platform/db/blocks.h"

namespace boon::db {

Result<std::int64_t> remove_before(Database& database, const Removal& removal, Timestamp before) {
    const std::string find = fmt::format("{} limit {}", removal.find, kKeysPerRemoval);
    std::int64_t removed = 0;
    while (true) {
        std::vector<std::string> keys;
        BOON_CHECK(database.read([&](Connection& connection) {
            return connection.query(find, {before}, [&](const Row& row) -> Status {
                keys.emplace_back(row.text(0));
                return {};
            });
        }));
        if (keys.empty()) return removed;
        BOON_CHECK(database.write(Lane::batch, [&](Connection& connection) { return removal.remove(connection, keys); })
        );
        removed += static_cast<std::int64_t>(keys.size());
    }
}

Removal removal_of(std::string_view table, std::string_view key, std::string_view condition) {
    const std::string name(table);
    const std::string column(key);
    return {
        .find = fmt::format("select {} from {} where {}", key, table, condition),
        .remove =
            [name, column](Connection& connection, const std::vector<std::string>& keys) {
                return in_blocks(keys, [&](std::string_view marks, const Params& params) -> Status {
                    BOON_CHECK(
                        connection.execute(fmt::format("delete from {} where {} in ({})", name, column, marks), params)
                    );
                    return {};
                });
            },
    };
}

}  // namespace boon::db
