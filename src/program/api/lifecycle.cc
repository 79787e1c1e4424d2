// Stages of the base and of one customer: dashboards, and what a person sets by hand.
#include <algorithm>
#include <array>

#include "insight/lifecycle/dashboard.h"
#include "insight/lifecycle/overrides.h"
#include "insight/lifecycle/stays.h"
#include "insight/lifecycle/summary.h"
#include "insight/lifecycle/update.h"
#include "platform/base/id.h"
#include "platform/db/database.h"
#include "platform/db/record.h"
#include "program/api/route.h"
#include "program/api/time_parameter.h"
#include "program/app/programme.h"
#include "program/app/stage_work.h"

namespace boon::api {

struct StayView {
    std::string stage;
    Timestamp entered_at;
    std::optional<Timestamp> exited_at;
    double duration_days = 0;
    std::string rule;
    std::string reason;
    std::int64_t rules_version = 0;
};
BOOST_DESCRIBE_STRUCT(StayView, (), (stage, entered_at, exited_at, duration_days, rule, reason, rules_version))

struct CustomerLifecycle {
    std::string customer_id;
    std::optional<std::string> stage;
    std::optional<Timestamp> stage_since;
    std::optional<double> days_in_stage;
    std::vector<std::string> flags;
    std::string reason;
    std::optional<lifecycle::StageOverride> hand;
    std::vector<StayView> stays;
};
BOOST_DESCRIBE_STRUCT(
    CustomerLifecycle, (), (customer_id, stage, stage_since, days_in_stage, flags, reason, hand, stays)
)

struct StageRun {
    Timestamp as_of;
    std::int64_t rules_version = 0;
    std::int64_t customers = 0;
    std::int64_t entered = 0;
    std::int64_t moved = 0;
    std::int64_t left_base = 0;
    std::int64_t held = 0;
    Timestamp finished_at;
};
BOOST_DESCRIBE_STRUCT(StageRun, (), (as_of, rules_version, customers, entered, moved, left_base, held, finished_at))

struct ValueAtRisk {
    std::int64_t customers = 0;
    std::optional<double> revenue_365d;
    double predicted_ltv = 0;
};
BOOST_DESCRIBE_STRUCT(ValueAtRisk, (), (customers, revenue_365d, predicted_ltv))

struct LifecycleSummary {
    std::optional<Timestamp> as_of;
    std::int64_t customers = 0;
    std::int64_t without_stage = 0;
    std::string currency;
    std::vector<lifecycle::StageTotals> stages;
    ValueAtRisk value_at_risk;
    std::vector<std::string> warnings;
    std::optional<StageRun> last_run;
};
BOOST_DESCRIBE_STRUCT(
    LifecycleSummary, (), (as_of, customers, without_stage, currency, stages, value_at_risk, warnings, last_run)
)

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::CustomerLifecycle> = std::array{
    boon::Field{.name = "stage", .doc = "null: not worked out yet, or at that time in none"},
    boon::Field{.name = "reason", .doc = "the rule that decided, with the values"},
    boon::Field{.name = "hand", .doc = "the stage set by hand, if one is, also an expired one"},
    boon::Field{.name = "stays", .doc = "the latest first"},
};
template <>
inline constexpr auto boon::kFields<boon::api::LifecycleSummary> = std::array{
    boon::Field{.name = "as_of", .doc = "what the stages are known to be of; null before the first run"},
    boon::Field{.name = "value_at_risk", .doc = "of the customers in the stage churn"},
    boon::Field{.name = "warnings", .doc = "when one stage holds more than 60 % of the customers"},
};

namespace boon::api {

namespace {

constexpr std::string_view kAtRisk = "churn";
constexpr std::int64_t kDashboardDays = 90;

template <class F>
auto read(Call& call, F&& f) {
    return call.app.database().read(std::forward<F>(f));
}

Result<std::optional<StageRun>> last_run(Call& call) {
    return read(call, [](db::Connection& connection) {
        return db::select_one<StageRun>(connection, "select * from stage_runs order by as_of desc limit 1");
    });
}

// Where dashboards end unless they are asked otherwise: at what is known, which for data of the past is not today.
Result<TimeSpan> span_of(Call& call, const http::Query& query) {
    BOON_TRY(const auto run, last_run(call));
    return span_parameters(call, query, run ? run->as_of : call.now, kDashboardDays);
}

constexpr std::array<std::string_view, 3> kSpan = {"from", "to", "step_days"};

Result<TimeSpan> checked_span(Call& call) {
    BOON_CHECK(app::require_lifecycle(call.app));
    BOON_TRY(const auto query, call.query(std::span(kSpan).first(2)));
    return span_of(call, query);
}

Result<http::Response> read_summary(Call& call) {
    BOON_CHECK(app::require_lifecycle(call.app));
    BOON_CHECK(call.query({}));
    LifecycleSummary summary;
    BOON_TRY(summary.last_run, last_run(call));
    if (summary.last_run) summary.as_of = summary.last_run->as_of;
    const auto& image = *call.app.serving().state()->profiles;
    summary.stages = lifecycle::stage_totals(image, call.app.programme().stages, summary.as_of.value_or(call.now));
    summary.customers = static_cast<std::int64_t>(image.size());
    summary.without_stage = summary.customers;
    summary.currency = call.app.config().currency.code();
    lifecycle::Counts counts;
    for (const lifecycle::StageTotals& total : summary.stages) {
        counts[total.stage] = total.customers;
        summary.without_stage -= total.customers;
        if (total.stage == kAtRisk) {
            summary.value_at_risk = {total.customers, total.revenue_365d, total.predicted_ltv};
        }
    }
    summary.warnings = lifecycle::warnings_of(counts);
    return record_response(call, summary);
}

Result<http::Response> read_series(Call& call) {
    BOON_CHECK(app::require_lifecycle(call.app));
    BOON_TRY(const auto query, call.query(kSpan));
    BOON_TRY(const auto span, span_of(call, query));
    BOON_TRY(const auto step, number_parameter(query, "step_days", {.low = 1, .high = 366, .fallback = 1}));
    BOON_TRY(const auto points, read(call, [&](db::Connection& connection) {
                 return lifecycle::series(connection, {span.from, span.to, step * kMicrosPerDay});
             }));
    return list_response(call, points);
}

Result<http::Response> read_flows(Call& call) {
    BOON_TRY(const auto span, checked_span(call));
    BOON_TRY(const auto found, read(call, [&](db::Connection& connection) {
                 return lifecycle::flows(connection, span.from, span.to);
             }));
    return list_response(call, found);
}

Result<http::Response> read_conversions(Call& call) {
    BOON_TRY(const auto span, checked_span(call));
    BOON_TRY(const auto found, read(call, [&](db::Connection& connection) {
                 return lifecycle::conversions(connection, span.from, span.to);
             }));
    return list_response(call, found);
}

Result<http::Response> read_durations(Call& call) {
    BOON_TRY(const auto span, checked_span(call));
    BOON_TRY(const auto found, read(call, [&](db::Connection& connection) {
                 return lifecycle::durations(connection, span.from, span.to);
             }));
    return list_response(call, found);
}

std::vector<std::string> flags_of(const profiles::Image& image, const profiles::Standing& standing) {
    std::vector<std::string> flags;
    const auto& names = image.standings().names().flags;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if ((static_cast<unsigned>(standing.flags) >> i & 1U) != 0) flags.push_back(names[i]);
    }
    return flags;
}

// The customer, now or at an instant of the past. Somebody who has left the base still has a past.
Result<CustomerLifecycle> view_of(Call& call, const std::string& id, std::optional<Timestamp> at) {
    CustomerLifecycle view;
    view.customer_id = id;
    BOON_TRY(const auto stays, read(call, [&](db::Connection& connection) {
                 return lifecycle::stays_of(connection, id);
             }));
    BOON_TRY(view.hand, read(call, [&](db::Connection& connection) {
                 return lifecycle::find_override(connection, id);
             }));
    const auto state = call.app.serving().state();
    const auto profile = state->profiles->find(id);
    if (!profile && stays.empty()) return std::unexpected(state->find(id).error());
    const Timestamp instant = at.value_or(call.now);
    for (const lifecycle::Stay& stay : stays) {
        const bool is_there = at ? stay.entered_at <= instant && (!stay.exited_at || *stay.exited_at > instant)
                                 : !stay.exited_at.has_value();
        if (is_there) {
            view.stage = stay.stage;
            view.stage_since = stay.entered_at;
            view.days_in_stage = static_cast<double>(instant.micros - stay.entered_at.micros) / kMicrosPerDay;
            view.reason = stay.reason;
        }
        view.stays.push_back(
            {.stage = stay.stage,
             .entered_at = stay.entered_at,
             .exited_at = stay.exited_at,
             .duration_days = lifecycle::duration_days(stay, call.now),
             .rule = stay.rule,
             .reason = stay.reason,
             .rules_version = stay.rules_version}
        );
    }
    if (profile && !at) view.flags = flags_of(*state->profiles, *profile->standing);
    return view;
}

Result<http::Response> read_customer_stage(Call& call) {
    BOON_CHECK(app::require_lifecycle(call.app));
    const std::string& id = call.part("customer_id");
    BOON_CHECK(check_customer_id(id));
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"at"}));
    std::optional<Timestamp> at;
    if (query.find("at")) {
        BOON_TRY(at, time_parameter(call, query, "at", call.now));
    }
    BOON_TRY(const auto view, view_of(call, id, at));
    http::Response response = record_response(call, view);
    if (view.hand) response.headers.push_back({"ETag", etag_of(view.hand->version)});
    return response;
}

Status check_stage(const Call& call, const std::string& stage) {
    const auto& stages = call.app.programme().stages;
    if (std::ranges::find(stages, stage) != stages.end()) return {};
    std::string known;
    for (const std::string& name : stages) known += (known.empty() ? "" : ", ") + name;
    Error error{ErrorCode::invalid, "one field is wrong"};
    error.fields.push_back({"/stage", "there is no stage " + stage + ": CLM_STAGES has " + known});
    return std::unexpected(std::move(error));
}

// A stage that was set by hand already is changed by who has read it.
Status check_version(const Call& call, const std::optional<lifecycle::StageOverride>& before) {
    if (!before) return {};
    BOON_TRY(const auto version, if_match(call));
    if (version == before->version) return {};
    return fail(ErrorCode::failed_precondition, "the stage was set by hand anew meanwhile", "read it again");
}

// Runs `change` and works the customer's stage out again, in one transaction.
template <class F>
Result<http::Response> change_by_hand(Call& call, const std::string& id, const F& change) {
    BOON_TRY(const auto work, app::StageWork::make(call.app));
    BOON_CHECK(work.state().find(id));
    const auto base = work.base();
    const std::size_t row = *base.image.row_of(id);
    const auto changed = call.app.database().write([&](db::Connection& connection) -> Result<lifecycle::Stay> {
        BOON_TRY(const auto before, lifecycle::find_override(connection, id));
        BOON_CHECK(check_version(call, before));
        BOON_CHECK(change(connection));
        return lifecycle::update_customer(connection, base, row, call.now);
    });
    BOON_CHECK(changed);
    BOON_CHECK(call.app.follow_changes());
    return read_customer_stage(call);
}

Result<http::Response> put_by_hand(Call& call) {
    BOON_TRY(auto wanted, call.body<lifecycle::StageOverride>());
    wanted.customer_id = call.part("customer_id");
    wanted.stage = lifecycle::canonical_stage(wanted.stage);
    wanted.author = call.principal.name;
    wanted.set_at = call.now;
    BOON_CHECK(check_stage(call, wanted.stage));
    if (wanted.expires_at && *wanted.expires_at <= call.now) {
        Error error{ErrorCode::invalid, "one field is wrong"};
        error.fields.push_back({"/expires_at", "has passed already"});
        return std::unexpected(std::move(error));
    }
    return change_by_hand(call, wanted.customer_id, [&](db::Connection& connection) {
        return lifecycle::put_override(connection, wanted);
    });
}

Result<http::Response> delete_by_hand(Call& call) {
    const std::string& id = call.part("customer_id");
    return change_by_hand(call, id, [&](db::Connection& connection) {
        return lifecycle::drop_override(connection, id);
    });
}

Route dashboard(std::string_view path, PoolCall run, std::string_view summary, SchemaOf response) {
    return {
        .method = "GET",
        .path = path,
        .permission = access::Scope::read,
        .call = run,
        .summary = summary,
        .tag = "lifecycle",
        .response = response,
        .query =
            {
                {"from", "an instant, or a date of the programme's time zone; 90 days before ?to"},
                {"to", "an instant or a date; the instant of the last run"},
            },
    };
}

}  // namespace

std::vector<Route> lifecycle_routes() {
    using access::Permission;
    using access::Scope;
    constexpr std::string_view kByHand = "/api/v1/customers/{customer_id}/lifecycle/override";
    std::vector<Route> routes = {
        {.method = "GET",
         .path = "/api/v1/lifecycle/summary",
         .permission = Scope::read,
         .call = read_summary,
         .summary = "How many customers are in each stage, and what they are worth",
         .tag = "lifecycle",
         .response = schema_of<LifecycleSummary>},
        dashboard(
            "/api/v1/lifecycle/series", read_series, "Customers per stage over time, with entries and exits",
            page_of<lifecycle::SeriesPoint>
        ),
        dashboard(
            "/api/v1/lifecycle/flows", read_flows, "Where customers went between two instants",
            page_of<lifecycle::Flow>
        ),
        dashboard(
            "/api/v1/lifecycle/durations", read_durations,
            "How long stays last: quantiles, histogram, survival; open stays count for what they are",
            page_of<lifecycle::Durations>
        ),
        dashboard(
            "/api/v1/lifecycle/conversions", read_conversions, "Which stage came after which",
            page_of<lifecycle::Conversion>
        ),
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/lifecycle",
         .permission = Scope::read,
         .call = read_customer_stage,
         .summary = "A customer's stage, why, and every stay",
         .tag = "customers",
         .response = schema_of<CustomerLifecycle>,
         .query = {{"at", "the stage at an instant of the past"}}},
        {.method = "PUT",
         .path = kByHand,
         .permission = Permission::customers,
         .call = put_by_hand,
         .summary = "Set a customer's stage by hand (If-Match when it was before)",
         .tag = "customers",
         .request = schema_of<lifecycle::StageOverride>,
         .response = schema_of<CustomerLifecycle>},
        {.method = "DELETE",
         .path = kByHand,
         .permission = Permission::customers,
         .call = delete_by_hand,
         .summary = "Let the rules decide a customer's stage again (If-Match)",
         .tag = "customers",
         .response = schema_of<CustomerLifecycle>},
    };
    routes[1].query.push_back({"step_days", "1 to 366; 1"});
    return routes;
}

}  // namespace boon::api
