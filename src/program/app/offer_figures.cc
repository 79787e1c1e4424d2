#include "program/app/offer_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <ranges>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/sql/literal.h"
#include "program/app/app.h"
#include "program/app/feature_schema.h"
#include "program/app/posted_rows.h"
#include "program/app/resumable.h"
#include "program/app/training_options.h"
#include "program/app/warehouse_source.h"
#include "records/history/days.h"

namespace boon::app {

namespace {

using history::Day;

// Of offer_showings: that the day was read.
constexpr OfferId kWholeDay = -1;
constexpr double kZ = 1.959963984540054;  // the normal distribution's 97.5 % point

// By offer; the counts of one window and origin.
using Counts = std::map<OfferId, OfferCounts>;

OfferCounts& counts_of(Counts& counts, OfferId offer) {
    OfferCounts& found = counts[offer];
    found.offer_id = offer;
    return found;
}

std::int64_t* place_of(OfferCounts& counts, std::string_view kind) {
    if (kind == "viewed") return &counts.viewed;
    if (kind == "clicked") return &counts.clicked;
    if (kind == "converted") return &counts.converted;
    if (kind == "rejected") return &counts.rejected;
    return nullptr;
}

Result<std::string> literal_of(Timestamp at) {
    BOON_TRY(const auto literal, sql::Literal::of(sql::Dialect::duckdb, at));
    return literal.text();
}

// How many of the day's decisions showed each offer.
Result<std::map<OfferId, std::int64_t>> showings_of(db::Connection& connection, Day day) {
    std::map<OfferId, std::int64_t> showings;
    const std::string sql =
        fmt::format("select offers, count(*) from {} group by offers", history::table_of("decisions", day));
    BOON_CHECK(connection.query(sql, {}, [&](const db::Row& row) -> Status {
        BOON_TRY(const auto offers, json::read_text<std::vector<OfferId>>(row.text(0)));
        for (const OfferId offer : offers) showings[offer] += row.integer(1);
        return {};
    }));
    return showings;
}

// What was kept of a day, or nothing.
Result<std::optional<std::map<OfferId, std::int64_t>>> kept_showings(db::Connection& connection, Day day) {
    std::map<OfferId, std::int64_t> showings;
    bool read = false;
    BOON_CHECK(connection.query(
        "select offer_id, decisions from offer_showings where day = ?", {day.number},
        [&](const db::Row& row) -> Status {
            if (row.integer(0) == kWholeDay) {
                read = true;
            } else {
                showings[static_cast<OfferId>(row.integer(0))] = row.integer(1);
            }
            return {};
        }
    ));
    if (!read) return std::nullopt;
    return showings;
}

Status keep_showings(db::Connection& connection, Day day, const std::map<OfferId, std::int64_t>& showings) {
    constexpr std::string_view kInsert =
        "insert into offer_showings (day, offer_id, decisions) values (?, ?, ?) on conflict do nothing";
    for (const auto& [offer, decisions] : showings) {
        BOON_CHECK(connection.execute(kInsert, {day.number, offer, decisions}));
    }
    BOON_CHECK(connection.execute(kInsert, {day.number, kWholeDay, std::int64_t{0}}));
    return {};
}

struct DayCounts {
    Day day;
    std::map<OfferId, std::int64_t> showings;
    std::vector<std::pair<OfferId, std::pair<std::string, std::int64_t>>> outcomes;  // offer, kind, how many
};

Result<DayCounts> count_day(App& app, Day day, Day today) {
    DayCounts counted{.day = day, .showings = {}, .outcomes = {}};
    bool is_kept = false;
    BOON_CHECK(app.database().read([&](db::Connection& connection) -> Status {
        BOON_TRY(auto kept, kept_showings(connection, day));
        is_kept = kept.has_value();
        if (is_kept) {
            counted.showings = *std::move(kept);
        } else {
            BOON_TRY(counted.showings, showings_of(connection, day));
        }
        const std::string sql = fmt::format(
            "select offer_id, kind, count(*) from {} group by offer_id, kind", history::table_of("outcomes", day)
        );
        return connection.query(sql, {}, [&](const db::Row& row) -> Status {
            counted.outcomes.push_back(
                {static_cast<OfferId>(row.integer(0)), {std::string(row.text(1)), row.integer(2)}}
            );
            return {};
        });
    }));
    // An id may name the day beside that of its decision: what is two days old gets no more.
    if (!is_kept && day.number + 2 < today.number) {
        BOON_CHECK(app.database().write(db::Lane::batch, [&](db::Connection& connection) {
            return keep_showings(connection, day, counted.showings);
        }));
    }
    return counted;
}

void add_day(const DayCounts& day, bool is_settled, Counts& counts) {
    for (const auto& [offer, decisions] : day.showings) {
        OfferCounts& of_offer = counts_of(counts, offer);
        of_offer.shown += decisions;
        if (is_settled) of_offer.settled += decisions;
    }
    for (const auto& [offer, outcome] : day.outcomes) {
        OfferCounts& of_offer = counts_of(counts, offer);
        if (std::int64_t* const place = place_of(of_offer, outcome.first)) *place += outcome.second;
        if (is_settled && outcome.first == "converted") of_offer.settled_converted += outcome.second;
    }
}

void append(const Counts& counts, std::int64_t days, FigureOrigin origin, std::vector<OfferCounts>& all) {
    for (OfferCounts of_offer : counts | std::views::values) {
        of_offer.days = days;
        of_offer.origin = origin;
        all.push_back(of_offer);
    }
}

Status count_decisions(App& app, Timestamp now, std::int64_t horizon_days, std::vector<OfferCounts>& all) {
    const Day today = history::day_of(now);
    BOON_TRY(const auto days, app.database().read([&](db::Connection& connection) {
        return history::kept_days(connection, today);
    }));
    std::array<Counts, kFigureDays.size()> counts;
    for (const Day day : days) {
        if (day.number <= today.number - kFigureDays.back()) break;
        BOON_TRY(const auto counted, count_day(app, day, today));
        for (std::size_t i = 0; i < kFigureDays.size(); ++i) {
            if (day.number <= today.number - kFigureDays[i]) continue;
            add_day(counted, day.number < today.number - horizon_days, counts[i]);
        }
    }
    for (std::size_t i = 0; i < kFigureDays.size(); ++i) {
        append(counts[i], kFigureDays[i], FigureOrigin::decisions, all);
    }
    return {};
}

Status keep(App& app, const FiguresTaken& taken, const std::vector<OfferCounts>& counts) {
    const Day oldest{history::day_of(taken.taken_at).number - kFigureDays.back()};
    return app.database().write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(connection.execute("delete from offer_figures"));
        for (const OfferCounts& of_offer : counts) BOON_CHECK(db::insert(connection, "offer_figures", of_offer));
        BOON_CHECK(connection.execute("delete from offer_showings where day < ?", {oldest.number}));
        BOON_CHECK(connection.execute("delete from offer_figures_taken"));
        BOON_CHECK(connection.execute(
            "insert into offer_figures_taken (only_row, taken_at, history_until, horizon_days) values (1, ?, ?, ?)",
            {taken.taken_at, taken.history_until, taken.horizon_days}
        ));
        return {};
    });
}

}  // namespace

Share share_of(std::int64_t part, std::int64_t whole) {
    const auto n = static_cast<double>(whole);
    const double share = static_cast<double>(part) / n;
    const double square = kZ * kZ;
    const double middle = (share + square / (2 * n)) / (1 + square / n);
    const double half = kZ * std::sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n);
    return {.share = share, .low = std::max(0.0, middle - half), .high = std::min(1.0, middle + half)};
}

Result<std::vector<OfferCounts>> count_history(warehouse::Warehouse& warehouse, const HistoryWindow& window) {
    BOON_TRY(const std::string from, literal_of(plus_days(window.until, -window.days)));
    BOON_TRY(const std::string until, literal_of(window.until));
    BOON_TRY(const std::string settled, literal_of(plus_days(window.until, -window.horizon_days)));
    // No other id is one of the catalogue.
    const std::string rows = fmt::format(
        "rows AS (SELECT CASE WHEN kind = 'converted' THEN coalesce(converted_offer_id, offer_id) ELSE offer_id END AS "
        "offer_id, customer_id, kind, occurred_at FROM boon.interactions WHERE occurred_at >= {0} AND occurred_at < "
        "{1} AND known_at < {1} AND offer_id BETWEEN 0 AND {2} AND coalesce(converted_offer_id, 0) BETWEEN 0 AND {2})",
        from, until, std::numeric_limits<OfferId>::max()
    );
    Counts counts;
    BOON_TRY(
        const auto kinds,
        warehouse.query(fmt::format("WITH {} SELECT offer_id, kind, count(*) FROM rows GROUP BY ALL", rows))
    );
    for (std::size_t row = 0; row < kinds.rows(); ++row) {
        OfferCounts& of_offer = counts_of(counts, static_cast<OfferId>(kinds.columns[0].integer(row)));
        const std::string& kind = kinds.columns[1].text(row);
        std::int64_t* const place = kind == "sent" ? &of_offer.shown : place_of(of_offer, kind);
        if (place != nullptr) *place += kinds.columns[2].integer(row);
    }
    BOON_TRY(
        const auto credited,
        warehouse.query(fmt::format(
            "WITH {0}, sent AS (SELECT row_number() OVER () AS n, customer_id, offer_id, occurred_at FROM rows WHERE "
            "kind = 'sent'), credited AS (SELECT DISTINCT s.n FROM (SELECT * FROM rows WHERE kind = 'converted') c "
            "ASOF JOIN sent s ON c.customer_id = s.customer_id AND c.offer_id = s.offer_id AND c.occurred_at >= "
            "s.occurred_at WHERE c.occurred_at <= s.occurred_at + to_days({1})) SELECT offer_id, count(*), count(c.n) "
            "FROM sent s LEFT JOIN credited c ON s.n = c.n WHERE s.occurred_at < {2} GROUP BY offer_id",
            rows, window.horizon_days, settled
        ))
    );
    for (std::size_t row = 0; row < credited.rows(); ++row) {
        OfferCounts& of_offer = counts_of(counts, static_cast<OfferId>(credited.columns[0].integer(row)));
        of_offer.settled = credited.columns[1].integer(row);
        of_offer.settled_converted = credited.columns[2].integer(row);
    }
    std::vector<OfferCounts> all;
    append(counts, window.days, FigureOrigin::history, all);
    return all;
}

Status take_offer_figures(App& app, warehouse::Warehouse* warehouse) {
    const Timestamp now = app.now();
    BOON_TRY(const auto options, training_options(app, training::Model::nbo));
    FiguresTaken taken{.taken_at = now, .history_until = {}, .horizon_days = options.nbo.default_horizon_days};
    std::vector<OfferCounts> all;
    if (warehouse != nullptr) {
        const auto until = end_of_data(*warehouse, now);
        // Payments alone have no end of their own, and say nothing of offers.
        if (!until && until.error().code != ErrorCode::failed_precondition) return std::unexpected(until.error());
        if (until) taken.history_until = *until;
    }
    if (taken.history_until) {
        for (const std::int64_t days : kFigureDays) {
            const HistoryWindow window{.until = *taken.history_until, .days = days, .horizon_days = taken.horizon_days};
            BOON_TRY(const auto counts, count_history(*warehouse, window));
            all.insert(all.end(), counts.begin(), counts.end());
        }
    }
    BOON_CHECK(count_decisions(app, now, taken.horizon_days, all));
    return keep(app, taken, all);
}

Result<json::Value> run_figures(App& app, const json::Value& /*parameters*/, const Progress& progress) {
    const Stopwatch watch;
    BOON_CHECK(progress(0, 1, "figures: what came of each offer"));
    BOON_TRY(const bool is_known, has_history(app));
    if (is_known) {
        BOON_TRY(const auto warehouse, app.warehouse());
        BOON_CHECK(join_events(app.database(), *warehouse, app.config().currency));
        BOON_CHECK(take_offer_figures(app, warehouse.get()));
    } else {
        BOON_CHECK(take_offer_figures(app, nullptr));
    }
    BOON_CHECK(progress(1, 1));
    return json::parse(fmt::format("{{\"seconds\": {}}}", watch.seconds()));
}

Result<OfferFigures> read_offer_figures(App& app, std::optional<OfferId> offer) {
    return app.database().read([&](db::Connection& connection) -> Result<OfferFigures> {
        OfferFigures figures;
        BOON_TRY(
            figures.taken, db::select_one<FiguresTaken>(
                               connection, "select taken_at, history_until, horizon_days from offer_figures_taken"
                           )
        );
        const std::string_view sql = offer ? "select * from offer_figures where offer_id = ? order by days, origin desc"
                                           : "select * from offer_figures order by offer_id, days, origin desc";
        BOON_TRY(figures.counts, db::select<OfferCounts>(connection, sql, offer ? db::Params{*offer} : db::Params{}));
        return figures;
    });
}

}  // namespace boon::app
