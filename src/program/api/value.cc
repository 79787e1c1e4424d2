// What the base and each customer are worth.
#include <array>

#include "insight/value/history.h"
#include "insight/value/spread.h"
#include "insight/value/update.h"
#include "platform/base/id.h"
#include "platform/base/number_text.h"
#include "platform/db/database.h"
#include "program/api/route.h"
#include "program/api/time_parameter.h"
#include "program/app/programme.h"
#include "program/app/value_work.h"
#include "records/profiles/amounts.h"

namespace boon::api {

struct CustomerValue {
    std::string customer_id;
    std::optional<std::string> rfm_segment;
    std::optional<value::RfmScores> rfm;
    std::optional<double> lifetime_value;
    std::optional<double> predicted_ltv;
    std::optional<double> value_score;
    std::optional<std::string> value_segment;
    bool is_partial = false;
    bool in_base = true;
    std::string currency;
    std::vector<value::ValuePoint> history;
};
BOOST_DESCRIBE_STRUCT(
    CustomerValue, (),
    (customer_id, rfm_segment, rfm, lifetime_value, predicted_ltv, value_score, value_segment, is_partial, in_base,
     currency, history)
)

struct RfmTotals {
    std::string segment;
    std::int64_t customers = 0;
    double revenue_365d = 0;
};
BOOST_DESCRIBE_STRUCT(RfmTotals, (), (segment, customers, revenue_365d))

struct ValueSummary {
    std::optional<Timestamp> as_of;
    std::int64_t customers = 0;
    std::int64_t in_base = 0;
    std::int64_t is_partial = 0;
    std::string model_version;
    std::string currency;
    std::vector<double> thresholds;
    std::vector<value::SegmentTotals> segments;
    std::vector<RfmTotals> rfm_segments;
};
BOOST_DESCRIBE_STRUCT(
    ValueSummary, (),
    (as_of, customers, in_base, is_partial, model_version, currency, thresholds, segments, rfm_segments)
)

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::CustomerValue> = std::array{
    boon::Field{.name = "rfm_segment", .doc = "null: the base has fewer than 25 customers, or no activity ever"},
    boon::Field{.name = "lifetime_value", .doc = "realised, net of returns"},
    boon::Field{.name = "predicted_ltv", .doc = "of the model that serves; null without one"},
    boon::Field{.name = "value_score", .doc = "0 to 100; null: not worked out yet"},
    boon::Field{.name = "is_partial", .doc = "no prediction: the score is by revenue alone"},
    boon::Field{.name = "in_base", .doc = "false: no activity in 365 days; the score is 0"},
    boon::Field{.name = "history", .doc = "the latest first"},
};
template <>
inline constexpr auto boon::kFields<boon::api::ValueSummary> = std::array{
    boon::Field{.name = "as_of", .doc = "null before the first run"},
    boon::Field{.name = "in_base", .doc = "with activity in 365 days, in the last run"},
    boon::Field{.name = "is_partial", .doc = "of the base: scored by revenue alone"},
    boon::Field{.name = "model_version", .doc = "of the lifetime value; empty without one"},
    boon::Field{.name = "thresholds", .doc = "the lowest score of each segment but the last"},
};

namespace boon::api {

namespace {

constexpr std::int64_t kDashboardDays = 90;

template <class F>
auto read(Call& call, F&& f) {
    return call.app.database().read(std::forward<F>(f));
}

Result<std::optional<value::ValueRun>> last_run(Call& call) {
    return read(call, [](db::Connection& connection) { return value::last_run(connection); });
}

// The profiles of the moment, and how to read their revenue.
struct Base {
    std::shared_ptr<const serving::State> state;
    value::FactReader reader;
};
Result<Base> base_of(Call& call) {
    BOON_CHECK(app::require_value(call.app));
    BOON_TRY(auto state, app::state_with_profiles(call.app));
    BOON_TRY(auto reader, value::FactReader::make(*state->profiles->schema()));
    return Base{std::move(state), reader};
}

Result<http::Response> read_customer_value(Call& call) {
    BOON_CHECK(app::require_value(call.app));
    BOON_CHECK(call.query({}));
    const auto state = call.app.serving().state();
    BOON_TRY(const auto profile, state->find(call.part("customer_id")));
    const profiles::Standing& standing = *profile.standing;
    CustomerValue view;
    view.customer_id = profile.customer_id;
    if (profile.lifetime_value) view.lifetime_value = shortest_decimal(static_cast<float>(*profile.lifetime_value));
    view.currency = call.app.config().currency.code();
    if (!profile.value_segment.empty()) {
        view.value_segment = profile.value_segment;
        view.value_score = static_cast<double>(standing.value_score);
        view.is_partial = (standing.marks & profiles::Standing::kPartial) != 0;
        view.in_base = (standing.marks & profiles::Standing::kOutsideBase) == 0;
    }
    if (!profile.rfm_segment.empty()) {
        view.rfm_segment = profile.rfm_segment;
        view.rfm = {standing.r, standing.f, standing.m};
    }
    if (!std::isnan(standing.predicted_ltv)) view.predicted_ltv = static_cast<double>(standing.predicted_ltv);
    BOON_TRY(view.history, read(call, [&](db::Connection& connection) {
                 return value::history_of(connection, view.customer_id);
             }));
    return record_response(call, view);
}

std::vector<RfmTotals> rfm_totals(const Base& base, const value::RfmSegments& rfm) {
    std::vector<RfmTotals> totals;
    for (const std::string& segment : rfm.names()) {
        totals.emplace_back();
        totals.back().segment = segment;
    }
    for (const value::RfmCell& cell : value::rfm_grid(*base.state->profiles, base.reader, rfm)) {
        RfmTotals& total = totals[rfm.segment_of(cell.r, cell.f)];
        total.customers += cell.customers;
        total.revenue_365d = profiles::nearest_decimal(total.revenue_365d + cell.revenue_365d);
    }
    return totals;
}

Result<http::Response> read_summary(Call& call) {
    BOON_CHECK(call.query({}));
    BOON_TRY(const auto base, base_of(call));
    BOON_TRY(const auto run, last_run(call));
    const auto& programme = call.app.programme();
    ValueSummary summary;
    if (run) {
        summary.as_of = run->as_of;
        summary.in_base = run->in_base;
        summary.is_partial = run->is_partial;
        summary.model_version = run->model_version;
    }
    summary.customers = static_cast<std::int64_t>(base.state->profiles->size());
    summary.currency = call.app.config().currency.code();
    summary.thresholds = programme.value_segments.thresholds();
    summary.segments = value::totals_of(*base.state->profiles, base.reader, programme.value_segments.names());
    summary.rfm_segments = rfm_totals(base, programme.rfm_segments);
    return record_response(call, summary);
}

constexpr std::array<std::string_view, 2> kSpan = {"from", "to"};

Result<TimeSpan> checked_span(Call& call) {
    BOON_CHECK(app::require_value(call.app));
    BOON_TRY(const auto query, call.query(kSpan));
    BOON_TRY(const auto run, last_run(call));
    return span_parameters(call, query, run ? run->as_of : call.now, kDashboardDays);
}

Result<http::Response> read_series(Call& call) {
    BOON_TRY(const auto span, checked_span(call));
    BOON_TRY(const auto found, read(call, [&](db::Connection& connection) {
                 return value::series(connection, span.from, span.to);
             }));
    return list_response(call, found);
}

Result<http::Response> read_movements(Call& call) {
    BOON_TRY(const auto span, checked_span(call));
    BOON_TRY(const auto found, read(call, [&](db::Connection& connection) {
                 return value::movements(connection, span.from, span.to);
             }));
    return list_response(call, found);
}

Result<http::Response> read_rfm(Call& call) {
    BOON_CHECK(call.query({}));
    BOON_TRY(const auto base, base_of(call));
    return list_response(call, value::rfm_grid(*base.state->profiles, base.reader, call.app.programme().rfm_segments));
}

Result<http::Response> read_distribution(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"of"}));
    BOON_TRY(const auto base, base_of(call));
    const auto amount = enum_from<value::Amount>(query.find("of").value_or("lifetime_value"));
    if (!amount) return fail(ErrorCode::invalid, "?of must be one of " + enum_choices<value::Amount>());
    return record_response(call, value::spread_of(value::amounts_of(*base.state->profiles, base.reader, *amount)));
}

}  // namespace

std::vector<Route> value_routes() {
    using access::Scope;
    const std::vector<Parameter> span = {
        {"from", "an instant, or a date of the programme's time zone; 90 days before ?to"},
        {"to", "an instant or a date; the instant of the last run"},
    };
    return {
        {.method = "GET",
         .path = "/api/v1/value/summary",
         .permission = Scope::read,
         .call = read_summary,
         .summary = "Value segments and RFM segments: customers, their share of revenue, their means",
         .tag = "value",
         .response = schema_of<ValueSummary>},
        {.method = "GET",
         .path = "/api/v1/value/series",
         .permission = Scope::read,
         .call = read_series,
         .summary = "The value segments over time, one point for each time the base was worked out",
         .tag = "value",
         .response = page_of<value::ValueSeriesPoint>,
         .query = span},
        {.method = "GET",
         .path = "/api/v1/value/rfm",
         .permission = Scope::read,
         .call = read_rfm,
         .summary = "Customers by recency and frequency: 25 cells",
         .tag = "value",
         .response = page_of<value::RfmCell>},
        {.method = "GET",
         .path = "/api/v1/value/distribution",
         .permission = Scope::read,
         .call = read_distribution,
         .summary = "How an amount is spread over the customers: deciles, and how unequal",
         .tag = "value",
         .response = schema_of<value::Spread>,
         .query = {{"of", "lifetime_value, predicted_ltv or revenue_365d; lifetime_value"}}},
        {.method = "GET",
         .path = "/api/v1/value/movements",
         .permission = Scope::read,
         .call = read_movements,
         .summary = "Between which value segments customers moved from one instant to another",
         .tag = "value",
         .response = page_of<value::Movement>,
         .query = span},
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/value",
         .permission = Scope::read,
         .call = read_customer_value,
         .summary = "What a customer is worth, and was",
         .tag = "customers",
         .response = schema_of<CustomerValue>},
    };
}

}  // namespace boon::api
