// What to do about one customer: recommended actions, and offers by value. Nothing is recorded.
#include <array>

#include "action/serving/actions.h"
#include "action/serving/engine.h"
#include "action/serving/value_offers.h"
#include "program/api/route.h"
#include "program/app/stage_work.h"
#include "program/app/value_work.h"
#include "records/history/ledger.h"

namespace boon::api {

namespace {

constexpr std::array<std::string_view, 3> kParameters = {"limit", "channel", "placement"};
// As far back as the contact policy looks.
constexpr std::int64_t kContactDays = 7;
constexpr int kDecisionPage = 100;

Result<decision::Request> request_of(const Call& call, std::int64_t most, std::int64_t usual) {
    BOON_TRY(const auto query, call.query(kParameters));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = most, .fallback = usual}));
    decision::Request request;
    request.customer_id = call.part("customer_id");
    request.limit = static_cast<std::int32_t>(limit);
    request.channel = query.find("channel").value_or("");
    request.placement = query.find("placement").value_or("");
    return request;
}

// When messages went out to the customer: of decisions of the last days, their outcomes of the kind sent. A message may
// go out a day after its decision.
Result<std::vector<Timestamp>> sent_lately(const Call& call) {
    const Timestamp since = plus_days(call.now, -kContactDays - 1);
    std::vector<Timestamp> sent;
    std::string cursor;
    while (true) {
        BOON_TRY(auto page, call.app.ledger().decisions_of(call.part("customer_id"), kDecisionPage, cursor));
        for (const history::DecisionRecord& decision : page.items) {
            if (decision.decided_at < since) return sent;
            BOON_TRY(const auto outcomes, call.app.ledger().outcomes(decision.decision_id));
            for (const history::Outcome& outcome : outcomes) {
                if (outcome.kind == history::Kind::sent) sent.push_back(outcome.occurred_at);
            }
        }
        if (page.next_cursor.empty()) return sent;
        cursor = std::move(page.next_cursor);
    }
}

Result<http::Response> read_actions(Call& call) {
    BOON_CHECK(app::require_lifecycle(call.app));
    BOON_TRY(const auto request, request_of(call, 20, 5));
    const auto state = call.app.serving().state();
    BOON_CHECK(state->find(request.customer_id));
    BOON_TRY(auto sent, sent_lately(call));
    BOON_TRY(const auto actions, serving::recommend(*state, request, std::move(sent), call.now));
    return record_response(call, actions);
}

Result<http::Response> read_value_offers(Call& call) {
    BOON_CHECK(app::require_value(call.app));
    BOON_TRY(const auto request, request_of(call, 100, 100));
    BOON_TRY(const auto offers, serving::offers_by_value(*call.app.serving().state(), request, call.now));
    return record_response(call, offers);
}

}  // namespace

std::vector<Route> customer_offer_routes() {
    using access::Scope;
    const std::vector<Parameter> query = {
        {"limit", "how many offers at most"},
        {"channel", "through which channel; without one offers are not filtered by it"},
        {"placement", "likewise"},
    };
    return {
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/actions",
         .permission = Scope::read,
         .call = read_actions,
         .summary = "What to do about a customer: offers that fit stage and segment, how urgent, next contact",
         .tag = "customers",
         .response = schema_of<serving::RecommendedActions>,
         .query = query},
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/value/offers",
         .permission = Scope::read,
         .call = read_value_offers,
         .summary = "Offers whose segment and value bounds fit a customer, and what excludes each other one",
         .tag = "customers",
         .response = schema_of<serving::ValueOffers>,
         .query = query},
    };
}

}  // namespace boon::api
