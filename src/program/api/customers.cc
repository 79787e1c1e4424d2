// What is known about customers.
#include <array>

#include "action/serving/engine.h"
#include "action/serving/predictions.h"
#include "program/api/predictions.h"
#include "program/api/route.h"

namespace boon::api {

struct CustomerRow {
    std::string customer_id;
    Timestamp computed_at;
};
BOOST_DESCRIBE_STRUCT(CustomerRow, (), (customer_id, computed_at))

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
        rows.push_back({.customer_id = std::string(profile.customer_id), .computed_at = profile.computed_at});
    }
    const std::int64_t next = first + limit;
    return list_response(call, rows, next < size ? std::to_string(next) : "");
}

Result<http::Response> read_customer(Call& call) {
    BOON_TRY(const auto view, serving::view_customer(*call.app.serving().state(), call.part("customer_id")));
    return record_response(call, view);
}

}  // namespace

std::vector<Route> customer_routes() {
    using access::Scope;
    std::vector<Route> routes = {
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
    };
    for (Route& route : prediction_routes()) routes.push_back(std::move(route));
    return routes;
}

}  // namespace boon::api
