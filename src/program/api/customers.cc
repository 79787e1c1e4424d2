// What is known about customers.
#include <array>

#include "action/serving/engine.h"
#include "action/serving/predictions.h"
#include "insight/audiences/member.h"
#include "program/api/predictions.h"
#include "program/api/route.h"
#include "program/api/time_parameter.h"
#include "program/app/customer_past.h"
#include "program/app/erasure.h"

namespace boon::api {

struct CustomerRow {
    std::string customer_id;
    std::optional<std::string> stage;
    std::optional<std::string> value_segment;
    std::optional<double> lifetime_value;
    Timestamp computed_at;
};
BOOST_DESCRIBE_STRUCT(CustomerRow, (), (customer_id, stage, value_segment, lifetime_value, computed_at))

struct CustomerFeatures {
    std::string customer_id;
    Timestamp as_of;
    std::vector<serving::FeatureView> features;
};
BOOST_DESCRIBE_STRUCT(CustomerFeatures, (), (customer_id, as_of, features))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::app::Erasure> = std::array{
    boon::Field{.name = "mark", .doc = "a keyed hash of the id: stands for the customer in the audit log"},
    boon::Field{.name = "rows", .doc = "how many rows were removed, the events among them"},
    boon::Field{.name = "decisions", .doc = "how many decisions are nobody's now"},
};
template <>
inline constexpr auto boon::kFields<boon::api::CustomerRow> = std::array{
    boon::Field{.name = "stage", .doc = "null: not known"},
    boon::Field{.name = "value_segment", .doc = "null: not known"},
    boon::Field{.name = "lifetime_value", .doc = "realised, in the programme's currency; null: not known"},
};
template <>
inline constexpr auto boon::kFields<boon::serving::AttributeView> = std::array{
    boon::Field{.name = "name", .doc = "rules name it behind `attributes.`"},
    boon::Field{.name = "value", .doc = "of its kind, a time as RFC 3339; null: not known"},
};
template <>
inline constexpr auto boon::kFields<boon::api::CustomerFeatures> = std::array{
    boon::Field{.name = "as_of", .doc = "what was known at this instant is what the values say"},
};

namespace boon::api {

namespace {

// The cursor is the number of the row to go on from: an image never changes, and a newer one begins anew.
Result<http::Response> list_customers(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 2>{"limit", "cursor"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    BOON_TRY(const auto first, number_parameter(query, "cursor", {.low = 0, .high = 1LL << 32U, .fallback = 0}));
    const auto state = call.app.serving().state();
    const auto size = static_cast<std::int64_t>(state->profiles->size());
    std::vector<CustomerRow> rows;
    for (std::int64_t row = first; row < std::min(size, first + limit); ++row) {
        const auto profile = state->profiles->at(static_cast<std::size_t>(row));
        auto member = audiences::member_of(profile, call.app.config().currency, call.now);
        rows.push_back({
            .customer_id = std::move(member.customer_id),
            .stage = std::move(member.stage),
            .value_segment = std::move(member.value_segment),
            .lifetime_value = member.lifetime_value,
            .computed_at = profile.computed_at,
        });
    }
    const std::int64_t next = first + limit;
    return list_response(call, rows, next < size ? std::to_string(next) : "", size);
}

Result<http::Response> read_customer(Call& call) {
    BOON_TRY(const auto view, serving::view_customer(*call.app.serving().state(), call.part("customer_id")));
    return record_response(call, view);
}

// As they serve; or as they were at an instant, worked out now of what had become known by then.
Result<http::Response> read_features(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"at"}));
    const auto state = call.app.serving().state();
    const std::string& customer = call.part("customer_id");
    BOON_TRY(const auto profile, state->find(customer));
    CustomerFeatures answer;
    answer.customer_id = customer;
    answer.as_of = profile.computed_at;
    std::vector<float> then;
    if (query.find("at")) {
        BOON_TRY(answer.as_of, time_parameter(call, query, "at", profile.computed_at));
        if (answer.as_of > call.now) return fail(ErrorCode::invalid, "at lies in the future");
        BOON_TRY(then, app::features_at(call.app, customer, answer.as_of));
        if (then.size() != profile.features.size()) {
            return fail(ErrorCode::unavailable, "other features are about to serve", "ask again in a moment");
        }
    }
    answer.features = serving::view_features(*profile.schema, then.empty() ? profile.features : std::span(then));
    return record_response(call, answer);
}

Result<http::Response> erase_customer(Call& call) {
    const app::ErasedBy by{.who = access::to_string(call.principal), .at = call.now};
    BOON_TRY(const auto erasure, app::erase_customer(call.app.erasure_scope(), call.part("customer_id"), by));
    return record_response(call, erasure);
}

}  // namespace

std::vector<Route> customer_routes() {
    using access::Scope;
    std::vector<Route> routes = {
        {.method = "GET",
         .path = "/api/v1/customers",
         .permission = Scope::read,
         .call = list_customers,
         .summary = "Customers with a profile: where each stands",
         .tag = "customers",
         .response = page_of<CustomerRow>,
         .query = {{"limit", "1 to 500; 50"}, {"cursor", "of the page before"}}},
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}",
         .permission = Scope::read,
         .call = read_customer,
         .summary = "What is known about a customer",
         .tag = "customers",
         .response = schema_of<serving::CustomerView>},
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/features",
         .permission = Scope::read,
         .call = read_features,
         .summary = "A customer's features with the instant they are of, or as they were at an instant of the past",
         .tag = "customers",
         .response = schema_of<CustomerFeatures>,
         .query = {{"at", "an instant of the past"}}},
        {.method = "POST",
         .path = "/api/v1/customers/{customer_id}:erase",
         .permission = access::Permission::erase,
         .call = erase_customer,
         .summary = "Forgets a customer for good, everywhere; what comes about the customer later is not taken",
         .tag = "customers",
         .response = schema_of<app::Erasure>,
         .deed = Deed::by_room},
    };
    for (Route& route : prediction_routes()) routes.push_back(std::move(route));
    return routes;
}

}  // namespace boon::api
