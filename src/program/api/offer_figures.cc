// How offers do: of one, and of all, best or worst first.
#include "program/app/offer_figures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <ranges>

#include "program/api/route.h"
#include "records/catalog/catalogue.h"

namespace boon::api {

struct OfferRate {
    double share = 0;
    double low = 0;
    double high = 0;
    std::int64_t converted = 0;
    std::int64_t shown = 0;
};
BOOST_DESCRIBE_STRUCT(OfferRate, (), (share, low, high, converted, shown))

struct OfferOutcomes {
    std::int64_t shown = 0;
    std::int64_t viewed = 0;
    std::int64_t clicked = 0;
    std::int64_t converted = 0;
    std::int64_t rejected = 0;
    std::optional<OfferRate> rate;
};
BOOST_DESCRIBE_STRUCT(OfferOutcomes, (), (shown, viewed, clicked, converted, rejected, rate))

struct OfferFigureWindow {
    std::int64_t days = 0;
    OfferOutcomes history;
    OfferOutcomes decisions;
};
BOOST_DESCRIBE_STRUCT(OfferFigureWindow, (), (days, history, decisions))

struct OfferFiguresAnswer {
    OfferId offer_id = -1;
    std::optional<Timestamp> taken_at;
    std::optional<Timestamp> history_until;
    std::int64_t horizon_days = 0;
    std::vector<OfferFigureWindow> windows;
};
BOOST_DESCRIBE_STRUCT(OfferFiguresAnswer, (), (offer_id, taken_at, history_until, horizon_days, windows))

struct OfferFigureRow {
    OfferId offer_id = -1;
    std::string name;
    catalog::OfferStatus status = catalog::OfferStatus::live;
    bool is_active = true;
    OfferOutcomes history;
    OfferOutcomes decisions;
};
BOOST_DESCRIBE_STRUCT(OfferFigureRow, (), (offer_id, name, status, is_active, history, decisions))

struct OfferFigureList {
    std::int64_t days = 0;
    std::optional<Timestamp> taken_at;
    std::optional<Timestamp> history_until;
    std::int64_t horizon_days = 0;
    std::vector<OfferFigureRow> items;
};
BOOST_DESCRIBE_STRUCT(OfferFigureList, (), (days, taken_at, history_until, horizon_days, items))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::OfferRate> = std::array{
    boon::Field{.name = "share", .doc = "converted ÷ shown, of those shown long enough ago"},
    boon::Field{.name = "low", .doc = "Wilson's interval at 95 %"},
    boon::Field{.name = "high"},
    boon::Field{.name = "converted", .doc = "of `shown`, that were converted on"},
    boon::Field{.name = "shown", .doc = "more than `horizon_days` ago"},
};
template <>
inline constexpr auto boon::kFields<boon::api::OfferOutcomes> = std::array{
    boon::Field{.name = "shown", .doc = "history: interactions `sent`; decisions: those that showed it"},
    boon::Field{.name = "rate", .doc = "null: fewer than 30 were shown long enough ago"},
};
template <>
inline constexpr auto boon::kFields<boon::api::OfferFigureWindow> = std::array{
    boon::Field{.name = "days", .doc = "30 or 90"},
    boon::Field{.name = "history", .doc = "the warehouse's interactions and posted ones"},
    boon::Field{.name = "decisions", .doc = "boon's own decisions, and the outcomes reported for them"},
};
template <>
inline constexpr auto boon::kFields<boon::api::OfferFiguresAnswer> = std::array{
    boon::Field{.name = "taken_at", .doc = "when they were counted; null: not yet"},
    boon::Field{.name = "history_until", .doc = "what the history knew then; null: none is read"},
    boon::Field{.name = "horizon_days", .doc = "within which a conversion counts for the rate"},
};
template <>
inline constexpr auto boon::kFields<boon::api::OfferFigureList> = std::array{
    boon::Field{.name = "taken_at", .doc = "when they were counted; null: not yet"},
    boon::Field{.name = "history_until", .doc = "what the history knew then; null: none is read"},
    boon::Field{.name = "horizon_days", .doc = "within which a conversion counts for the rate"},
    boon::Field{.name = "items", .doc = "every offer that is not retired, and retired ones with figures"},
};

namespace boon::api {

namespace {

OfferOutcomes outcomes_of(const app::OfferCounts& counts) {
    OfferOutcomes outcomes{
        .shown = counts.shown,
        .viewed = counts.viewed,
        .clicked = counts.clicked,
        .converted = counts.converted,
        .rejected = counts.rejected,
        .rate = {},
    };
    if (counts.settled >= app::kFewShowings) {
        const app::Share share = app::share_of(counts.settled_converted, counts.settled);
        outcomes.rate = OfferRate{
            .share = share.share,
            .low = share.low,
            .high = share.high,
            .converted = counts.settled_converted,
            .shown = counts.settled
        };
    }
    return outcomes;
}

template <class T>
void put(const app::OfferCounts& counts, T& into) {
    (counts.origin == app::FigureOrigin::history ? into.history : into.decisions) = outcomes_of(counts);
}

template <class T>
void put_taken(const app::OfferFigures& figures, T& into) {
    if (!figures.taken) return;
    into.taken_at = figures.taken->taken_at;
    into.history_until = figures.taken->history_until;
    into.horizon_days = figures.taken->horizon_days;
}

Result<http::Response> figures_of_offer(Call& call) {
    const std::string& text = call.part("offer_id");
    OfferId id = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (problem != std::errc() || end != text.data() + text.size()) {
        return fail(ErrorCode::not_found, "`" + text.substr(0, 40) + "` is not an offer id");
    }
    BOON_CHECK(call.app.catalogue().read(id));
    BOON_TRY(const auto figures, app::read_offer_figures(call.app, id));
    OfferFiguresAnswer answer{.offer_id = id, .taken_at = {}, .history_until = {}, .windows = {}};
    put_taken(figures, answer);
    for (const std::int64_t days : app::kFigureDays) {
        OfferFigureWindow& window = answer.windows.emplace_back();
        window.days = days;
        for (const app::OfferCounts& counts : figures.counts) {
            if (counts.days == days) put(counts, window);
        }
    }
    return record_response(call, answer);
}

constexpr std::array<std::string_view, 1> kListParameters = {"days"};

Result<http::Response> figures_of_offers(Call& call) {
    BOON_TRY(const auto query, call.query(kListParameters));
    BOON_TRY(const auto days, number_parameter(query, "days", {.low = 1, .high = 365, .fallback = 30}));
    if (std::ranges::find(app::kFigureDays, days) == app::kFigureDays.end()) {
        return fail(ErrorCode::invalid, "figures are of 30 or 90 days");
    }
    BOON_TRY(const auto figures, app::read_offer_figures(call.app, std::nullopt));
    BOON_TRY(const auto contents, call.app.catalogue().contents());
    OfferFigureList list{.days = days, .taken_at = {}, .history_until = {}, .items = {}};
    put_taken(figures, list);
    std::map<OfferId, OfferFigureRow> rows;
    for (const app::OfferCounts& counts : figures.counts) {
        if (counts.days == days) put(counts, rows[counts.offer_id]);
    }
    for (const auto& kept : contents.offers) {
        const catalog::Offer offer = kept.offer();
        const auto found = rows.find(offer.offer_id);
        if (found == rows.end() && offer.status == catalog::OfferStatus::retired) continue;
        OfferFigureRow row = found == rows.end() ? OfferFigureRow() : found->second;
        row.offer_id = offer.offer_id;
        row.name = offer.name;
        row.status = offer.status;
        row.is_active = offer.is_active;
        list.items.push_back(std::move(row));
    }
    return record_response(call, list);
}

}  // namespace

std::vector<Route> offer_figure_routes() {
    return {
        {.method = "GET",
         .path = "/api/v1/offers/{offer_id}/figures",
         .permission = access::Permission::look,
         .call = figures_of_offer,
         .summary = "How an offer does: shown, viewed, clicked, converted in 30 and 90 days, and the conversion rate",
         .tag = "offers",
         .response = schema_of<OfferFiguresAnswer>},
        {.method = "GET",
         .path = "/api/v1/offers:figures",
         .permission = access::Permission::look,
         .call = figures_of_offers,
         .summary = "How each offer does",
         .tag = "offers",
         .response = schema_of<OfferFigureList>,
         .query = {{"days", "30 or 90; 30"}}},
    };
}

}  // namespace boon::api
