#include "records/history/ledger.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "platform/base/log.h"
#include "platform/db/record.h"
#include "records/history/customer_runs.h"
#include "records/history/rows.h"

namespace boon::history {

namespace {

constexpr std::size_t kMaxIdBytes = 64;

bool is_keepable_id(std::string_view id) { return !id.empty() && id.size() <= kMaxIdBytes && is_utf8(id); }

// The day whose table holds it: by the id where that tells, so that it is found by the id alone.
Result<DecisionDay> day_for(const DecisionRecord& decision) {
    const Day decided = day_of(decision.decided_at);
    const auto made = uuid_v7_time(decision.decision_id);
    if (!made) return DecisionDay{.day = decided, .told_by_id = false};
    const Day told = day_of(*made);
    if (std::abs(told.number - decided.number) <= 1) return DecisionDay{.day = told, .told_by_id = true};
    return fail(
        ErrorCode::invalid,
        fmt::format(
            "the decision id {} is of {}, but the decision of {}", decision.decision_id, to_string(*made),
            to_string(decision.decided_at)
        ),
        "is a clock wrong? A UUID of version 7 tells its time; an id of any other form is taken as it is"
    );
}

Status check_is_new(std::int64_t rows_inserted, std::string_view decision_id) {
    if (rows_inserted == 1) return {};
    return fail(ErrorCode::conflict, fmt::format("there is a decision {} already", decision_id));
}

Status insert_new(db::Connection& connection, Day day, const DecisionRecord& decision) {
    BOON_TRY(const std::int64_t rows, insert_decision(connection, day, decision));
    return check_is_new(rows, decision.decision_id);
}

// Where an id that tells no day is found.
Status keep_name(db::Connection& connection, Day day, std::string_view decision_id) {
    BOON_TRY(
        const std::int64_t rows, connection.execute(
                                     "insert into ledger_names (decision_id, day) values (?, ?) on conflict do nothing",
                                     {decision_id, day.number}
                                 )
    );
    return check_is_new(rows, decision_id);
}

Result<DecisionDay> check_decision(const DecisionRecord& decision) {
    if (!is_keepable_id(decision.decision_id)) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "a decision id is UTF-8 text of 1 to {} bytes, this one has {}{}", kMaxIdBytes,
                decision.decision_id.size(), is_utf8(decision.decision_id) ? "" : " that are not UTF-8"
            )
        );
    }
    BOON_CHECK(check_customer_id(decision.customer_id));
    if (!is_utf8(decision.placement) || !is_utf8(decision.channel)) {
        return fail(ErrorCode::invalid, "the placement or the channel is not UTF-8 text");
    }
    return day_for(decision);
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(db::Database& database, const Options& options) {
    const auto days = database.read([](db::Connection& connection) { return kept_days(connection, kLastDay); });
    if (!days) {
        if (days.error().code != ErrorCode::internal) return std::unexpected(days.error());
        return fail(
            ErrorCode::failed_precondition, "the database has no ledger: " + days.error().message, "run `boon migrate`"
        );
    }
    std::unique_ptr<Ledger> ledger(new Ledger(database, options));
    for (const Day day : *days) ledger->known_days_.add(day);
    return ledger;
}

Ledger::~Ledger() {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [this] { return load_.queued == 0; });
}

Load Ledger::load() const {
    const std::lock_guard lock(mutex_);
    return load_;
}

Result<std::size_t> Ledger::enter() {
    const std::lock_guard lock(mutex_);
    if (load_.queued >= options_.queue_limit) {
        return fail(
            ErrorCode::unavailable, fmt::format("{} decisions and outcomes wait to be written already", load_.queued),
            "try again in a second; if it stays so, the disk is too slow for this load"
        );
    }
    return load_.queued++;
}

void Ledger::leave() {
    const std::lock_guard lock(mutex_);
    if (--load_.queued == 0) left_.notify_all();
}

void Ledger::note_lost(const Error& error) {
    log::error("a decision acknowledged when queued was lost: " + to_text(error));
    const std::lock_guard lock(mutex_);
    ++load_.lost;
}

void Ledger::record(DecisionRecord decision, RecordDone done) {
    const Result<DecisionDay> place = check_decision(decision);
    if (!place) return done(std::unexpected(place.error()));
    const Result<std::size_t> before = enter();
    if (!before) return done(std::unexpected(before.error()));
    const auto settle = [this, day = place->day](const Status& written) {
        if (written) return note_written(day);
        // Another process may have removed the day; the next decision of it looks.
        known_days_.forget(day);
    };
    auto work = [this, place = *place, decision = std::move(decision)](db::Connection& connection) {
        return write_decision(connection, place, decision);
    };
    if (options_.durability == Durability::relaxed && *before < options_.relaxed_queue) {
        database_.write_async(
            db::Lane::ledger, std::move(work),
            [this, settle](const Status& written) {
                settle(written);
                if (!written) note_lost(written.error());
                leave();
            },
            db::Failing::leaves_nothing
        );
        return done({});
    }
    database_.write_async(
        db::Lane::ledger, std::move(work),
        [this, settle, done = std::move(done)](Status written) {
            settle(written);
            done(std::move(written));
            leave();
        },
        db::Failing::leaves_nothing
    );
}

// On the writer's thread.
void Ledger::note_written(Day day) {
    // The first after a start, because the rows before it may be enough already.
    if (known_days_.count_written(day) % kRunRows != 1) return;
    database_.write_async(
        db::Lane::batch, [day](db::Connection& connection) { return sort_into_runs(connection, day); },
        [](const Status& sorted) {
            // They stay unsorted, and are found all the same, until the next time.
            if (!sorted) log::warning("decisions could not be sorted by customer: " + to_text(sorted.error()));
        }
    );
}

// Leaves nothing when it fails: nearly always it is one statement.
Status Ledger::write_decision(db::Connection& connection, const DecisionDay& place, const DecisionRecord& decision) {
    const bool is_known = known_days_.has(place.day);
    if (is_known && place.told_by_id) return insert_new(connection, place.day, decision);
    return db::in_unit(connection, [&](db::Connection& unit) -> Status {
        if (!is_known) BOON_CHECK(make_day(unit, place.day));
        if (!place.told_by_id) BOON_CHECK(keep_name(unit, place.day, decision.decision_id));
        return insert_new(unit, place.day, decision);
    });
}

// Where the decision is, if its day is kept.
Result<std::optional<Day>> Ledger::locate(db::Connection& connection, std::string_view decision_id) {
    std::optional<Day> day;
    if (const auto made = uuid_v7_time(decision_id)) {
        day = day_of(*made);
    } else if (is_keepable_id(decision_id)) {
        BOON_CHECK(connection.query(
            "select day from ledger_names where decision_id = ?", {decision_id},
            [&](const db::Row& row) -> Status {
                day = Day{row.integer(0)};
                return {};
            }
        ));
    }
    if (!day) return day;
    BOON_TRY(const DayState state, state_of(connection, *day));
    if (state != DayState::kept) day.reset();
    return day;
}

void Ledger::add_outcome(Outcome outcome, OutcomeDone done) {
    if (auto entered = enter(); !entered) return done(std::unexpected(std::move(entered).error()));
    if (outcome.occurred_at == Timestamp{}) outcome.occurred_at = outcome.known_at;
    auto recorded = std::make_shared<Recorded>(Recorded::added);
    database_.write_async(
        db::Lane::ledger,
        [this, recorded, outcome = std::move(outcome)](db::Connection& connection) -> Status {
            BOON_TRY(*recorded, write_outcome(connection, outcome));
            return {};
        },
        [this, recorded, done = std::move(done)](Status written) {
            if (written) {
                done(*recorded);
            } else {
                done(std::unexpected(std::move(written).error()));
            }
            leave();
        },
        db::Failing::leaves_nothing
    );
}

// Leaves nothing when it fails: of its statements only the last one writes.
Result<Recorded> Ledger::write_outcome(db::Connection& connection, const Outcome& outcome) {
    BOON_TRY(const std::optional<Day> day, locate(connection, outcome.decision_id));
    std::optional<Shown> shown;
    if (day) {
        BOON_TRY(shown, select_shown(connection, *day, outcome.decision_id));
    }
    if (!shown) {
        return fail(
            ErrorCode::not_found, fmt::format("there is no decision \"{:.64}\"", outcome.decision_id),
            "send the decision_id that the decision came with; old decisions are not kept"
        );
    }
    BOON_CHECK(check_outcome(outcome, *shown));
    BOON_TRY(const std::int64_t rows, insert_outcome(connection, *day, outcome));
    return rows == 1 ? Recorded::added : Recorded::duplicate;
}

Result<std::optional<DecisionRecord>> Ledger::find(std::string_view decision_id) {
    return database_.read([&](db::Connection& connection) -> Result<std::optional<DecisionRecord>> {
        BOON_TRY(const std::optional<Day> day, locate(connection, decision_id));
        if (!day) return std::nullopt;
        return select_decision(connection, *day, decision_id);
    });
}

Result<std::vector<Outcome>> Ledger::outcomes(std::string_view decision_id) {
    return database_.read([&](db::Connection& connection) -> Result<std::vector<Outcome>> {
        BOON_TRY(const std::optional<Day> day, locate(connection, decision_id));
        if (!day) return std::vector<Outcome>{};
        return select_outcomes(connection, *day, decision_id);
    });
}

Result<DecisionPage> Ledger::decisions_of(std::string_view customer_id, int limit, std::string_view cursor) {
    BOON_ASSERT(limit >= 1);
    BOON_TRY(const Place start, parse_cursor(cursor));
    const auto wanted = static_cast<std::size_t>(limit);
    return database_.read([&](db::Connection& connection) -> Result<DecisionPage> {
        BOON_TRY(const std::vector<Day> days, kept_days(connection, start.day));
        DecisionPage page;
        std::vector<Day> day_of_item;
        for (const Day day : days) {
            // One more than wanted tells whether there is a further page.
            const Place after = day == start.day ? start : Place{.day = day};
            BOON_TRY(auto more, select_customer(connection, customer_id, after, wanted + 1 - page.items.size()));
            std::ranges::move(more, std::back_inserter(page.items));
            day_of_item.resize(page.items.size(), day);
            if (page.items.size() > wanted) break;
        }
        if (page.items.size() > wanted) {
            page.items.pop_back();
            const DecisionRecord& last = page.items.back();
            page.next_cursor = to_cursor({day_of_item[wanted - 1], last.decided_at, last.decision_id});
        }
        return page;
    });
}

Result<std::int64_t> Ledger::count_showing(std::span<const OfferId> offers, Timestamp since) {
    std::vector<OfferId> sorted(offers.begin(), offers.end());
    std::ranges::sort(sorted);
    return database_.read([&](db::Connection& connection) -> Result<std::int64_t> {
        BOON_TRY(const auto days, kept_days(connection, kLastDay));
        std::int64_t count = 0;
        for (const Day day : days) {
            if (day < day_of(since)) break;
            BOON_TRY(const std::int64_t of_day, history::count_showing(connection, day, sorted, since));
            count += of_day;
        }
        return count;
    });
}

Result<int> Ledger::drop_before(Timestamp keep_from) {
    BOON_CHECK(database_.write(db::Lane::batch, [&](db::Connection& connection) {
        // Here, on the writer's thread, so that each decision after this one looks, and is refused.
        known_days_.forget_before(day_of(keep_from));
        return mark_dropping(connection, day_of(keep_from));
    }));
    return drop_marked(database_);
}

}  // namespace boon::history
