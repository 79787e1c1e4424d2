#include "platform/storage/change_feed.h"

#include <algorithm>

#include <fmt/core.h>

namespace boon::storage {

namespace {

// Whether a row's transaction, and all that are older, have ended.
std::string_view is_settled(db::Engine engine) {
    return engine == db::Engine::sqlite ? "1 = 1" : "xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
}

}  // namespace

Status append_change(db::Connection& connection, std::string_view kind, std::string_view key, Timestamp now) {
    BOON_CHECK(connection.execute("insert into change_feed (kind, key, at) values (?, ?, ?)", {kind, key, now}));
    return {};
}

Status append_changes(
    db::Connection& connection, std::string_view kind, std::span<const std::string_view> keys, Timestamp now
) {
    constexpr std::size_t kRowsPerInsert = 250;
    for (std::size_t first = 0; first < keys.size(); first += kRowsPerInsert) {
        std::string sql = "insert into change_feed (kind, key, at) values ";
        db::Params params;
        const auto block = keys.subspan(first, std::min(kRowsPerInsert, keys.size() - first));
        for (const std::string_view key : block) {
            sql += params.size() == 0 ? "(?, ?, ?)" : ", (?, ?, ?)";
            params.push_back(kind);
            params.push_back(key);
            params.push_back(now);
        }
        BOON_CHECK(connection.execute(sql, params));
    }
    return {};
}

Result<std::vector<Change>> poll_changes(db::Connection& connection, FeedPosition since, std::int64_t limit) {
    std::vector<Change> changes;
    BOON_CHECK(connection.query(
        fmt::format(
            "select xid, seq, kind, key from change_feed where (xid, seq) > (?, ?) and {} order by xid, seq limit ?",
            is_settled(connection.engine())
        ),
        {since.transaction, since.number, limit},
        [&](const db::Row& row) -> Status {
            changes.push_back({{row.integer(0), row.integer(1)}, std::string(row.text(2)), std::string(row.text(3))});
            return {};
        }
    ));
    return changes;
}

Result<FeedPosition> feed_position(db::Connection& connection) {
    FeedPosition position;
    BOON_CHECK(connection.query(
        fmt::format(
            "select xid, seq from change_feed where {} order by xid desc, seq desc limit 1",
            is_settled(connection.engine())
        ),
        {},
        [&](const db::Row& row) -> Status {
            position = {row.integer(0), row.integer(1)};
            return {};
        }
    ));
    return position;
}

Result<std::int64_t> trim_changes(db::Connection& connection, Timestamp before) {
    return connection.execute("delete from change_feed where at < ?", {before});
}

}  // namespace boon::storage
