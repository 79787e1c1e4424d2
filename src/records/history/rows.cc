#include "records/history/rows.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <span>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "platform/db/record.h"
#include "records/history/customer_runs.h"

namespace boon::history {

namespace {

static_assert(std::endian::native == std::endian::little, "features are stored as little-endian float32");

// Clocks differ: a channel's may be behind boon's or ahead of it.
constexpr std::int64_t kClockSkewMicros = kMicrosPerHour;

constexpr std::string_view kDecisionColumns =
    "decision_id, customer_id, decided_at, placement, channel, offers, schema_id, catalogue_version, policy_version, "
    "model_version, features, body";
enum Column {
    kDecisionId,
    kCustomerId,
    kDecidedAt,
    kPlacement,
    kChannel,
    kOffers,
    kSchemaId,
    kCatalogueVersion,
    kPolicyVersion,
    kModelVersion,
    kFeatures,
    kBody
};

Result<std::vector<OfferId>> parse_offers(std::string_view text) {
    auto offers = json::read_text<std::vector<OfferId>>(text);
    if (!offers) return in_context("the offers of a decision are not readable", offers.error());
    return offers;
}

Result<DecisionRecord> read_decision(const db::Row& row) {
    DecisionRecord decision{
        .decision_id = std::string(row.text(kDecisionId)),
        .customer_id = std::string(row.text(kCustomerId)),
        .decided_at = {row.integer(kDecidedAt)},
        .placement = std::string(row.text(kPlacement)),
        .channel = std::string(row.text(kChannel)),
        .offers = {},
        .body = std::string(row.text(kBody)),
        .features = {},
        .schema_id = row.integer(kSchemaId),
        .catalogue_version = row.integer(kCatalogueVersion),
        .policy_version = row.integer(kPolicyVersion),
        .model_version = std::string(row.text(kModelVersion)),
    };
    BOON_TRY(decision.offers, parse_offers(row.text(kOffers)));
    const db::Bytes features = row.blob(kFeatures);
    decision.features.resize(features.size() / sizeof(float));
    if (!decision.features.empty()) {
        std::memcpy(decision.features.data(), features.data(), decision.features.size() * sizeof(float));
    }
    return decision;
}

Result<std::vector<DecisionRecord>> select_decisions(
    db::Connection& connection, Day day, std::string_view condition, const db::Params& params
) {
    std::vector<DecisionRecord> decisions;
    BOON_CHECK(connection.query(
        fmt::format("select {} from {} where {}", kDecisionColumns, table_of("decisions", day), condition), params,
        [&](const db::Row& row) -> Status {
            BOON_TRY(DecisionRecord decision, read_decision(row));
            decisions.push_back(std::move(decision));
            return {};
        }
    ));
    return decisions;
}

// Made once for all of a day's decisions.
const std::string& insertion_of(Day day) {
    thread_local Day made_for = kLastDay;
    thread_local std::string sql;
    if (made_for == day) return sql;
    sql = fmt::format(
        "insert into {} ({}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        table_of("decisions", day), kDecisionColumns
    );
    made_for = day;
    return sql;
}

// The whole number before the next `.`, both taken off the front of `text`.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end == text.data() + text.size() || *end != '.') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return number;
}

}  // namespace

Result<Place> parse_cursor(std::string_view cursor) {
    if (cursor.empty()) return Place{};
    std::string_view rest = cursor;
    const auto day = take_number(rest);
    const auto micros = day ? take_number(rest) : std::nullopt;
    if (!micros || rest.empty()) {
        return fail(
            ErrorCode::invalid, fmt::format("`{:.100}` is not a cursor of this list", cursor),
            "send back the next_cursor of the page before, or none for the first page"
        );
    }
    return Place{.day = {*day}, .decided_at = {*micros}, .decision_id = std::string(rest)};
}

std::string to_cursor(const Place& place) {
    return fmt::format("{}.{}.{}", place.day.number, place.decided_at.micros, place.decision_id);
}

Result<std::int64_t> insert_decision(db::Connection& connection, Day day, const DecisionRecord& decision) {
    const std::string offers = json::write(decision.offers);
    return connection.execute(
        insertion_of(day),
        {decision.decision_id, decision.customer_id, decision.decided_at, decision.placement, decision.channel, offers,
         decision.schema_id, decision.catalogue_version, decision.policy_version, decision.model_version,
         std::as_bytes(std::span(decision.features)), decision.body}
    );
}

Result<std::int64_t> insert_outcome(db::Connection& connection, Day day, const Outcome& outcome) {
    return connection.execute(
        fmt::format(
            "insert into {} (decision_id, offer_id, kind, occurred_at, known_at, revenue, event_id) "
            "values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            table_of("outcomes", day)
        ),
        {outcome.decision_id, outcome.offer_id, outcome.kind, outcome.occurred_at, outcome.known_at, outcome.revenue,
         outcome.event_id}
    );
}

Result<std::optional<DecisionRecord>> select_decision(db::Connection& connection, Day day, std::string_view id) {
    BOON_TRY(auto decisions, select_decisions(connection, day, "decision_id = ?", {id}));
    if (decisions.empty()) return std::nullopt;
    return std::move(decisions.front());
}

Result<std::optional<Shown>> select_shown(db::Connection& connection, Day day, std::string_view id) {
    std::optional<Shown> shown;
    BOON_CHECK(connection.query(
        fmt::format("select decided_at, offers from {} where decision_id = ?", table_of("decisions", day)), {id},
        [&](const db::Row& row) -> Status {
            BOON_TRY(auto offers, parse_offers(row.text(1)));
            shown = Shown{.decided_at = {row.integer(0)}, .offers = std::move(offers)};
            return {};
        }
    ));
    return shown;
}

Result<std::int64_t> count_showing(
    db::Connection& connection, Day day, std::span<const OfferId> offers, Timestamp since
) {
    std::int64_t count = 0;
    BOON_CHECK(connection.query(
        fmt::format("select offers from {} where decided_at >= ?", table_of("decisions", day)), {since},
        [&](const db::Row& row) -> Status {
            BOON_TRY(const auto shown, parse_offers(row.text(0)));
            count += std::ranges::any_of(shown, [&](OfferId id) { return std::ranges::binary_search(offers, id); });
            return {};
        }
    ));
    return count;
}

Result<std::vector<Outcome>> select_outcomes(db::Connection& connection, Day day, std::string_view decision_id) {
    return db::select<Outcome>(
        connection,
        fmt::format(
            "select * from {} where decision_id = ? order by occurred_at, offer_id, kind", table_of("outcomes", day)
        ),
        {decision_id}
    );
}

Result<std::vector<DecisionRecord>> select_customer(
    db::Connection& connection, std::string_view customer_id, const Place& after, std::size_t limit
) {
    BOON_TRY(const auto rows, rows_of_customer(connection, after.day, customer_id));
    std::string condition = "customer_id = ?";
    db::Params params{customer_id};
    const std::string list = rows ? fmt::format("[{}]", fmt::join(*rows, ",")) : std::string();
    if (rows) {
        condition += " and row in (select value from json_each(?))";
        params.push_back(list);
    }
    if (!after.decision_id.empty()) {
        condition += " and (decided_at, decision_id) < (?, ?)";
        params.push_back(after.decided_at);
        params.push_back(after.decision_id);
    }
    params.push_back(static_cast<std::int64_t>(limit));
    return select_decisions(
        connection, after.day, condition + " order by decided_at desc, decision_id desc limit ?", params
    );
}

Status check_outcome(const Outcome& outcome, const Shown& shown) {
    if (std::ranges::find(shown.offers, outcome.offer_id) == shown.offers.end()) {
        return fail(
            ErrorCode::invalid,
            fmt::format("the decision {} did not show offer {}", outcome.decision_id, outcome.offer_id),
            shown.offers.empty() ? "it showed none" : fmt::format("it showed {}", fmt::join(shown.offers, ", "))
        );
    }
    if (outcome.occurred_at.micros < shown.decided_at.micros - kClockSkewMicros) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "the outcome is of {}, before its decision of {}", to_string(outcome.occurred_at),
                to_string(shown.decided_at)
            ),
            "send the time at which the customer did it; is a clock wrong?"
        );
    }
    if (outcome.occurred_at.micros > outcome.known_at.micros + kClockSkewMicros) {
        return fail(
            ErrorCode::invalid, fmt::format("the outcome is of {}, in the future", to_string(outcome.occurred_at)),
            "send the time at which the customer did it; is a clock wrong?"
        );
    }
    return {};
}

}  // namespace boon::history
