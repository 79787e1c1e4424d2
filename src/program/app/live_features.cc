#include "program/app/live_features.h"

#include <map>

#include "platform/db/record.h"

namespace boon::app {

namespace {

struct Row {
    std::int32_t id = 1;
    std::int64_t fill = 0;
    std::int64_t schema_id = 0;
    std::string features;
    std::map<std::string, warehouse::OwnRows> own;
    std::int64_t xid = 0;
    std::int64_t position = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, fill, schema_id, features, own, xid, position))

}  // namespace

Result<std::optional<LivePlace>> live_place(db::Connection& connection) {
    std::optional<LivePlace> place;
    BOON_CHECK(connection.query("select fill, xid, position from live_features", {}, [&](const db::Row& row) -> Status {
        place = LivePlace{.fill = row.integer(0), .place = {row.integer(1), row.integer(2)}};
        return {};
    }));
    return place;
}

Result<LiveFeatures> live_features(db::Connection& connection) {
    BOON_TRY(const auto row, db::select_one<Row>(connection, "select * from live_features"));
    if (!row) return fail(ErrorCode::failed_precondition, "there are no profiles yet", "run `boon features`");
    return LiveFeatures{
        .fill = row->fill,
        .schema_id = row->schema_id,
        .features = row->features,
        .own = {row->own.begin(), row->own.end()},
    };
}

Status begin_live(db::Connection& connection, const LiveFeatures& live, history::EventPlace place) {
    BOON_TRY(const auto before, db::select_number(connection, "select fill from live_features"));
    BOON_CHECK(connection.execute("delete from live_features"));
    const Row row{
        .fill = before + 1,
        .schema_id = live.schema_id,
        .features = live.features,
        .own = {live.own.begin(), live.own.end()},
        .xid = place.transaction,
        .position = place.position,
    };
    return db::insert(connection, "live_features", row);
}

Result<bool> go_on(db::Connection& connection, const LivePlace& from, history::EventPlace to) {
    BOON_TRY(
        const auto rows,
        connection.execute(
            "update live_features set xid = ?, position = ? where fill = ? and xid = ? and position = ?",
            {to.transaction, to.position, from.fill, from.place.transaction, from.place.position}
        )
    );
    return rows == 1;
}

}  // namespace boon::app
