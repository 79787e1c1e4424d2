#include "records/history/event_reading.h"

#include <string>

#include <fmt/format.h>

#include "platform/db/blocks.h"
#include "platform/db/record.h"

namespace boon::history {

namespace {

constexpr std::string_view kColumns = "source, id, type, customer_id, occurred_at, known_at, data";

std::string_view transaction_of(db::Engine engine) { return engine == db::Engine::sqlite ? "0" : "xid"; }

std::string_view is_settled(db::Engine engine) {
    return engine == db::Engine::sqlite ? "1 = 1" : "xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
}

// Parameters: a place's transaction and position, and how many.
std::string behind_sql(db::Engine engine) {
    if (engine == db::Engine::sqlite) return "from events where ? = 0 and position > ? order by position limit ?";
    return fmt::format(
        "from events where (xid, position) > (?, ?) and {} order by xid, position limit ?", is_settled(engine)
    );
}

// Columns in the order of kColumns, from the first on.
Result<Event> event_of(const db::Row& row) {
    const auto type = enum_from<EventType>(row.text(2));
    auto data = json::parse(row.text(6));
    if (!type || !data) {
        return fail(
            ErrorCode::internal, fmt::format("event {} of {} is stored in no known form", row.text(1), row.text(0))
        );
    }
    return Event{
        .id = std::string(row.text(1)),
        .source = std::string(row.text(0)),
        .type = *type,
        .customer_id = std::string(row.text(3)),
        .occurred_at = Timestamp{row.integer(4)},
        .known_at = Timestamp{row.integer(5)},
        .data = *std::move(data),
    };
}

Status hand_out(db::Connection& connection, const std::string& sql, const db::Params& params, const OnEvent& on_event) {
    return connection.query(sql, params, [&](const db::Row& row) -> Status {
        BOON_TRY(const Event event, event_of(row));
        return on_event(event);
    });
}

}  // namespace

Result<std::vector<PlacedEvent>> events_after(db::Connection& connection, EventPlace place, std::int64_t limit) {
    const std::string sql = fmt::format(
        "select {}, {}, position {}", kColumns, transaction_of(connection.engine()), behind_sql(connection.engine())
    );
    std::vector<PlacedEvent> events;
    BOON_CHECK(connection.query(sql, {place.transaction, place.position, limit}, [&](const db::Row& row) -> Status {
        BOON_TRY(Event event, event_of(row));
        events.push_back({{row.integer(7), row.integer(8)}, std::move(event)});
        return {};
    }));
    return events;
}

Result<std::vector<std::string>> customers_after(db::Connection& connection, EventPlace place, std::int64_t limit) {
    std::vector<std::string> customers;
    BOON_CHECK(connection.query(
        fmt::format("select distinct customer_id from (select customer_id {}) e", behind_sql(connection.engine())),
        {place.transaction, place.position, limit},
        [&](const db::Row& row) -> Status {
            customers.emplace_back(row.text(0));
            return {};
        }
    ));
    return customers;
}

Result<EventPlace> last_event_place(db::Connection& connection) {
    EventPlace place;
    const std::string_view transaction = transaction_of(connection.engine());
    BOON_CHECK(connection.query(
        fmt::format(
            "select {}, position from events where {} order by {} position desc limit 1", transaction,
            is_settled(connection.engine()), connection.engine() == db::Engine::sqlite ? "" : "xid desc,"
        ),
        {},
        [&](const db::Row& row) -> Status {
            place = {row.integer(0), row.integer(1)};
            return {};
        }
    ));
    return place;
}

Status for_each_event(db::Connection& connection, const OnEvent& on_event) {
    return hand_out(connection, fmt::format("select {} from events order by position", kColumns), {}, on_event);
}

Status for_each_event_of(
    db::Connection& connection, std::span<const std::string_view> customer_ids, const OnEvent& on_event
) {
    return db::in_blocks(customer_ids, [&](std::string_view marks, const db::Params& ids) {
        return hand_out(
            connection,
            fmt::format("select {} from events where customer_id in ({}) order by position", kColumns, marks), ids,
            on_event
        );
    });
}

Result<std::vector<AgedEvent>> events_of(
    db::Connection& connection, std::string_view customer_id, const EventAge& before, std::int64_t limit
) {
    std::vector<AgedEvent> events;
    BOON_CHECK(connection.query(
        fmt::format(
            "select {}, position from events where customer_id = ? and (occurred_at, position) < (?, ?) "
            "order by occurred_at desc, position desc limit ?",
            kColumns
        ),
        {customer_id, before.occurred_at, before.position, limit},
        [&](const db::Row& row) -> Status {
            BOON_TRY(Event event, event_of(row));
            events.push_back({{event.occurred_at, row.integer(7)}, std::move(event)});
            return {};
        }
    ));
    return events;
}

}  // namespace boon::history
