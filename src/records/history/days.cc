#include "records/history/days.h"

#include <chrono>

#include <fmt/core.h>

#include "records/history/customer_runs.h"

namespace boon::history {

namespace {

// So that a step ends well within the writer's 10 ms for a group.
constexpr std::int64_t kRowsPerStep = 250;

constexpr std::string_view kSqliteTables = R"(
create table decisions_{0} (
    row integer primary key,
    decision_id text not null unique,
    customer_id text not null,
    decided_at bigint not null,
    placement text not null,
    channel text not null,
    offers text not null,
    schema_id bigint not null,
    catalogue_version bigint not null,
    policy_version bigint not null,
    model_version text not null,
    features blob not null,
    body text not null
);
create table outcomes_{0} (
    decision_id text not null,
    offer_id bigint not null,
    kind text not null,
    occurred_at bigint not null,
    known_at bigint not null,
    revenue bigint,
    event_id text,
    primary key (decision_id, offer_id, kind)
) without rowid;
)";

// Made alone and then attached: that waits for no transaction which writes to another day, as `partition of` would.
constexpr std::string_view kPostgresTables = R"(
create table decisions_{0} (like decisions);
alter table decisions_{0} alter column day set default {1};
alter table decisions_{0} add primary key (decision_id);
create index decisions_{0}_by_customer on decisions_{0} (customer_id, decided_at);
alter table decisions attach partition decisions_{0} for values in ({1});
create table outcomes_{0} (like outcomes);
alter table outcomes_{0} alter column day set default {1};
alter table outcomes_{0} add primary key (decision_id, offer_id, kind);
alter table outcomes attach partition outcomes_{0} for values in ({1});
)";

std::string compact(Day day) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day.number))};
    return fmt::format(
        "{:04}{:02}{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day())
    );
}

Result<std::vector<Day>> select_days(db::Connection& connection, std::string_view sql, Day bound) {
    std::vector<Day> days;
    BOON_CHECK(connection.query(sql, {bound.number}, [&](const db::Row& row) -> Status {
        days.push_back({row.integer(0)});
        return {};
    }));
    return days;
}

// Removes at most kRowsPerStep of the day's rows; how many.
Result<std::int64_t> remove_rows(db::Connection& connection, Day day, bool has_runs) {
    std::int64_t rows = 0;
    const auto remove = [&](std::string_view pattern, std::string_view table) -> Status {
        BOON_TRY(
            const std::int64_t removed,
            connection.execute(fmt::format(fmt::runtime(pattern), table), {kRowsPerStep - rows})
        );
        rows += removed;
        return {};
    };
    BOON_CHECK(remove(
        "delete from {0} where (decision_id, offer_id, kind) in "
        "(select decision_id, offer_id, kind from {0} limit ?)",
        table_of("outcomes", day)
    ));
    if (has_runs) {
        BOON_CHECK(remove(
            "delete from {0} where (part, last_row) in (select part, last_row from {0} limit ?)",
            table_of("customer_runs", day)
        ));
    }
    BOON_CHECK(remove(
        "delete from {0} where rowid in (select rowid from {0} order by rowid limit ?)", table_of("decisions", day)
    ));
    return rows;
}

// Removes some of the day's rows; how many. The step that finds none removes the tables.
Result<std::int64_t> drop_step(db::Connection& connection, Day day) {
    BOON_TRY(const bool has_runs, has_customer_runs(connection, day));
    if (connection.engine() == db::Engine::sqlite) {
        BOON_TRY(const std::int64_t rows, remove_rows(connection, day, has_runs));
        if (rows > 0) return rows;
    }
    BOON_CHECK(connection.execute(fmt::format("drop table {}", table_of("decisions", day))));
    BOON_CHECK(connection.execute(fmt::format("drop table {}", table_of("outcomes", day))));
    if (has_runs) BOON_CHECK(connection.execute(fmt::format("drop table {}", table_of("customer_runs", day))));
    BOON_CHECK(connection.execute("delete from ledger_names where day = ?", {day.number}));
    BOON_CHECK(connection.execute("delete from ledger_days where day = ?", {day.number}));
    return 0;
}

}  // namespace

Day day_of(Timestamp at) {
    return {std::chrono::floor<std::chrono::days>(std::chrono::microseconds(at.micros)).count()};
}

std::string table_of(std::string_view name, Day day) { return fmt::format("{}_{}", name, compact(day)); }

Result<DayState> state_of(db::Connection& connection, Day day) {
    DayState state = DayState::absent;
    BOON_CHECK(connection.query(
        "select dropping from ledger_days where day = ?", {day.number},
        [&](const db::Row& row) -> Status {
            state = row.integer(0) == 0 ? DayState::kept : DayState::dropping;
            return {};
        }
    ));
    return state;
}

Result<std::vector<Day>> kept_days(db::Connection& connection, Day latest) {
    return select_days(
        connection, "select day from ledger_days where day <= ? and dropping = 0 order by day desc", latest
    );
}

Status make_day(db::Connection& connection, Day day) {
    const bool postgres = connection.engine() == db::Engine::postgres;
    // SQLite's write lock is taken already; here the second process waits for the first, and then sees its tables.
    if (postgres) BOON_CHECK(connection.execute("select pg_advisory_xact_lock(726066902)"));
    BOON_TRY(const DayState state, state_of(connection, day));
    if (state == DayState::kept) return {};
    if (state == DayState::dropping) {
        return fail(
            ErrorCode::invalid, fmt::format("decisions of {} are no longer kept", compact(day)),
            "is the clock right? Otherwise keep decisions for longer"
        );
    }
    BOON_CHECK(connection.run_script(
        fmt::format(fmt::runtime(postgres ? kPostgresTables : kSqliteTables), compact(day), day.number)
    ));
    BOON_CHECK(connection.execute("insert into ledger_days (day, dropping) values (?, 0)", {day.number}));
    if (!postgres) BOON_CHECK(make_customer_runs(connection, day));
    return {};
}

Status mark_dropping(db::Connection& connection, Day keep_from) {
    BOON_CHECK(connection.execute("update ledger_days set dropping = 1 where day < ?", {keep_from.number}));
    return {};
}

Result<int> drop_marked(db::Database& database) {
    BOON_TRY(const std::vector<Day> days, database.read([](db::Connection& connection) {
        return select_days(
            connection, "select day from ledger_days where day <= ? and dropping = 1 order by day", kLastDay
        );
    }));
    for (const Day day : days) {
        for (std::int64_t rows = 1; rows > 0;) {
            BOON_TRY(rows, database.write(db::Lane::batch, [&](db::Connection& connection) {
                return drop_step(connection, day);
            }));
        }
    }
    return static_cast<int>(days.size());
}

}  // namespace boon::history
