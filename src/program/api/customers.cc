// What is known about customers, and what the models say of them.
#include <array>

#include "action/serving/engine.h"
#include "action/serving/predictions.h"
#include "program/api/route.h"

namespace boon::api {

struct CustomerRow {
    std::string customer_id;
    Timestamp computed_at;
};
BOOST_DESCRIBE_STRUCT(CustomerRow, (), (customer_id, computed_at))

namespace {

using serving::Unknown;

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
        rows.push_back({.customer_id = std::string(profile.customer_id), .computed_at = profile.computed_at});
    }
    const std::int64_t next = first + limit;
    return list_response(call, rows, next < size ? std::to_string(next) : "");
}

Result<http::Response> read_customer(Call& call) {
    BOON_TRY(const auto view, serving::view_customer(*call.app.serving().state(), call.part("customer_id")));
    return record_response(call, view);
}

Result<Unknown> unknown_of(const Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"allow_unknown"}));
    const auto allow = query.find("allow_unknown").value_or("false");
    if (allow != "true" && allow != "false") {
        return fail(ErrorCode::invalid, "?allow_unknown must be true or false");
    }
    return allow == "true" ? Unknown::allow : Unknown::refuse;
}

Result<http::Response> predict_nbo(Call& call) {
    BOON_TRY(const auto unknown, unknown_of(call));
    const auto state = call.app.serving().state();
    BOON_TRY(const auto prediction, serving::predict_nbo(*state, call.part("customer_id"), unknown, call.now));
    return record_response(call, prediction);
}

Result<http::Response> predict_churn(Call& call) {
    BOON_TRY(const auto unknown, unknown_of(call));
    BOON_TRY(
        const auto prediction, serving::predict_churn(*call.app.serving().state(), call.part("customer_id"), unknown)
    );
    return record_response(call, prediction);
}

Result<http::Response> predict_ltv(Call& call) {
    BOON_TRY(const auto unknown, unknown_of(call));
    BOON_TRY(
        const auto prediction, serving::predict_ltv(*call.app.serving().state(), call.part("customer_id"), unknown)
    );
    return record_response(call, prediction);
}

}  // namespace

std::vector<Route> customer_routes() {
    using access::Scope;
    const std::vector<Parameter> allow_unknown = {
        {"allow_unknown", "true: the stated fallback for a customer nobody knows; false: 404"}
    };
    return {
        {.method = "GET",
         .path = "/api/v1/customers",
         .permission = Scope::read,
         .call = list_customers,
         .summary = "Customers with a profile",
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
         .path = "/api/v1/customers/{customer_id}/predictions/nbo",
         .permission = Scope::read,
         .call = predict_nbo,
         .summary = "Offers by the model's propensity alone, and what a decision would show",
         .tag = "customers",
         .response = schema_of<serving::NboPrediction>,
         .query = allow_unknown},
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/predictions/churn",
         .permission = Scope::read,
         .call = predict_churn,
         .summary = "The probability that the customer leaves",
         .tag = "customers",
         .response = schema_of<serving::ChurnPrediction>,
         .query = allow_unknown},
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/predictions/ltv",
         .permission = Scope::read,
         .call = predict_ltv,
         .summary = "What the customer will bring, with an interval",
         .tag = "customers",
         .response = schema_of<serving::LtvPrediction>,
         .query = allow_unknown},
    };
}

}  // namespace boon::api
