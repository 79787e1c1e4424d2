#include "records/catalog/live_batch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/db/record.h"

namespace boon::catalog {

namespace {

// Offers in one unit: a few milliseconds of the writer's time.
constexpr std::int64_t kUnitOffers = 250;

bool is_postgres(const db::Connection& connection) { return connection.engine() == db::Engine::postgres; }

std::string upsert_sql() {
    const auto columns = offer_columns();
    std::string assignments;
    for (const std::string_view column : columns) {
        if (column == "offer_id") continue;
        assignments += fmt::format("{}{} = excluded.{}", assignments.empty() ? "" : ", ", column, column);
    }
    // `where` also keeps SQLite from reading `on conflict` as the condition of a join.
    return fmt::format(
        "insert into offers ({0}) select {0} from staged_offers where batch = (select batch from live_batch) and "
        "offer_id between ? and ? order by offer_id on conflict (offer_id) do update set {1}",
        fmt::join(columns, ", "), assignments
    );
}

Status move_between(db::Connection& connection, OfferId first, OfferId last) {
    static const std::string kUpsert = upsert_sql();
    BOON_CHECK(connection.execute(kUpsert, {first, last}));
    BOON_CHECK(connection.execute(
        "insert into offer_versions (offer_id, version, change, changed_by, changed_at, offer) select s.offer_id, "
        "s.version, b.change, b.changed_by, b.changed_at, s.record from staged_offers s, live_batch b where s.batch = "
        "(select batch from live_batch) and s.offer_id between ? and ? order by s.offer_id",
        {first, last}
    ));
    BOON_CHECK(connection.execute(
        "delete from staged_offers where batch = (select batch from live_batch) and offer_id between ? and ?",
        {first, last}
    ));
    return {};
}

// At most `limit` offers of the live batch, in the order of their ids.
Result<std::vector<OfferId>> next_of_batch(db::Connection& connection, std::int64_t limit) {
    std::vector<OfferId> ids;
    BOON_CHECK(connection.query(
        "select offer_id from staged_offers where batch = (select batch from live_batch) order by offer_id limit ?",
        {limit},
        [&](const db::Row& row) -> Status {
            ids.push_back(static_cast<OfferId>(row.integer(0)));
            return {};
        }
    ));
    return ids;
}

}  // namespace

std::vector<std::string_view> offer_columns() {
    const auto of_record = db::detail::column_names<Offer>();
    std::vector<std::string_view> columns(of_record.begin(), of_record.end());
    columns.emplace_back("search_text");
    return columns;
}

Result<bool> has_live_batch(db::Connection& connection) {
    BOON_TRY(const std::int64_t batches, db::select_number(connection, "select count(*) from live_batch"));
    return batches > 0;
}

Status hold_live_batch(db::Connection& connection) {
    // SQLite has one writer anyway.
    if (!is_postgres(connection)) return {};
    BOON_CHECK(connection.execute("lock table live_batch in row share mode"));
    return {};
}

Status make_live(db::Connection& connection, std::string_view batch, std::string_view what, const Author& author) {
    BOON_CHECK(connection.execute(
        "insert into live_batch (id, batch, change, changed_by, changed_at) values (1, ?, ?, ?, ?)",
        {batch, what, author.name, author.at}
    ));
    return {};
}

Status take_home(db::Connection& connection, OfferId id) {
    BOON_TRY(const bool moving, has_live_batch(connection));
    if (!moving) return {};
    // Of two servers that want the same offer, the second finds that it is home already.
    const std::string_view lock = is_postgres(connection) ? " for update" : "";
    bool is_of_batch = false;
    BOON_CHECK(connection.query(
        fmt::format(
            "select offer_id from staged_offers where batch = (select batch from live_batch) and offer_id = ?{}", lock
        ),
        {id},
        [&](const db::Row&) -> Status {
            is_of_batch = true;
            return {};
        }
    ));
    return is_of_batch ? move_between(connection, id, id) : Status();
}

Result<bool> take_some_home(db::Connection& connection, std::int64_t limit) {
    if (is_postgres(connection)) BOON_CHECK(connection.execute("lock table live_batch in exclusive mode"));
    BOON_TRY(const auto ids, next_of_batch(connection, limit));
    if (!ids.empty()) {
        BOON_CHECK(move_between(connection, ids.front(), ids.back()));
        return true;
    }
    BOON_CHECK(connection.execute("delete from live_batch"));
    return false;
}

Status take_all_home(db::Database& database) {
    BOON_TRY(bool more, database.read(has_live_batch));
    while (more) {
        BOON_TRY(more, database.write(db::Lane::batch, [](db::Connection& connection) {
            return take_some_home(connection, kUnitOffers);
        }));
    }
    return {};
}

Result<std::int64_t> count_versions(db::Connection& connection) {
    // Not by the view: of a table alone the engines count the index.
    return db::select_number(
        connection,
        "select (select count(*) from offer_versions) + (select count(*) from staged_offers where batch = (select "
        "batch from live_batch))"
    );
}

}  // namespace boon::catalog
