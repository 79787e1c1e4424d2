// Decisions and what came of them.
#include <array>

#include "action/serving/engine.h"
#include "program/api/route.h"
#include "records/history/ledger.h"

namespace boon::api {

struct OutcomeAnswer {
    history::Recorded recorded = history::Recorded::added;
};
BOOST_DESCRIBE_STRUCT(OutcomeAnswer, (), (recorded))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::serving::Supposed> = std::array{
    boon::Field{.name = "lifetime_value", .doc = "realised, in the programme's currency"},
    boon::Field{
        .name = "features", .doc = "by name: a number, a category's name, true or false of a flag; null: not known"
    },
    boon::Field{.name = "attributes", .doc = "by name, of the attribute's kind; null: not known"},
};
template <>
inline constexpr auto boon::kFields<boon::serving::Simulation> = std::array{
    boon::Field{
        .name = "suppose",
        .doc = "in the place of what is known of the customer, who need not exist; null: nothing is supposed"
    },
};
template <>
inline constexpr auto boon::kFields<boon::api::OutcomeAnswer> = std::array{
    boon::Field{.name = "recorded", .doc = "duplicate: the decision already has this outcome; nothing was changed"},
};

namespace boon::api {

namespace {

http::Response refused(const Error& error) {
    return error.code == ErrorCode::unavailable ? http::problem_retry_after(error, 1) : http::problem(error);
}

// On an io thread, without blocking: the answer comes from the ledger's writer once the decision is on disk.
void decide(Call call, http::Respond respond) {
    const auto request = call.body<decision::Request>();
    if (!request) return respond(refused(request.error()));
    call.app.serving().decide_text(*request, call.now, [respond = std::move(respond)](Result<std::string> answer) {
        respond(answer ? json_response(*std::move(answer)) : refused(answer.error()));
    });
}

Result<http::Response> simulate(Call& call) {
    BOON_TRY(const auto simulation, call.body<serving::Simulation>());
    BOON_TRY(const auto answer, call.app.serving().simulate(simulation, call.now));
    return json_response(serving::to_json(answer));
}

Result<http::Response> read_decision(Call& call) {
    BOON_TRY(auto found, call.app.ledger().find(call.part("decision_id")));
    if (found) return json_response(std::move(found->body));
    return fail(ErrorCode::not_found, "there is no decision " + call.part("decision_id"));
}

void report_outcome(Call call, http::Respond respond) {
    auto outcome = call.body<history::Outcome>();
    if (!outcome) return respond(refused(outcome.error()));
    outcome->known_at = call.now;
    call.app.ledger().add_outcome(
        *std::move(outcome),
        [respond = std::move(respond)](Result<history::Recorded> recorded) {
            respond(recorded ? json_response(json::write(OutcomeAnswer{*recorded})) : refused(recorded.error()));
        }
    );
}

Result<http::Response> list_outcomes(Call& call) {
    BOON_TRY(const auto outcomes, call.app.ledger().outcomes(call.part("decision_id")));
    return list_response(call, outcomes);
}

}  // namespace

std::vector<Route> decision_routes() {
    using access::Scope;
    return {
        {.method = "POST",
         .path = "/api/v1/decisions",
         .permission = Scope::decide,
         .call = decide,
         .summary = "Which offers this customer gets next, and why; recorded",
         .tag = "decisions",
         .request = schema_of<decision::Request>,
         .response = schema_of<serving::AnsweredDecision>},
        {.method = "POST",
         .path = "/api/v1/simulations",
         .permission = Scope::decide,
         .call = simulate,
         .summary = "What would be decided, also for a customer as supposed; nothing is recorded",
         .tag = "decisions",
         .request = schema_of<serving::Simulation>,
         .response = schema_of<serving::AnsweredDecision>},
        {.method = "GET",
         .path = "/api/v1/decisions/{decision_id}",
         .permission = Scope::read,
         .call = read_decision,
         .summary = "A decision as it was made",
         .tag = "decisions",
         .response = schema_of<decision::Decision>},
        {.method = "POST",
         .path = "/api/v1/outcomes",
         .permission = Scope::decide,
         .call = report_outcome,
         .summary = "What came of a decision: once per decision, offer and kind",
         .tag = "decisions",
         .request = schema_of<history::Outcome>,
         .response = schema_of<OutcomeAnswer>},
        {.method = "GET",
         .path = "/api/v1/decisions/{decision_id}/outcomes",
         .permission = Scope::read,
         .call = list_outcomes,
         .summary = "What came of a decision",
         .tag = "decisions",
         .response = page_of<history::Outcome>},
    };
}

}  // namespace boon::api
