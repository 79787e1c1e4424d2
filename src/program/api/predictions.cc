// What the models say of a customer, and of many at once.
#include "program/api/predictions.h"

#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/ranges.h>

#include "action/serving/engine.h"
#include "action/serving/outlook.h"
#include "action/serving/product_predictions.h"

namespace boon::api {

// Of whom, and in how many words.
struct PredictionBatch {
    std::vector<std::string> customer_ids;
    bool explain = false;
    std::string campaign_id;
    std::string channel;
};
BOOST_DESCRIBE_STRUCT(PredictionBatch, (), (customer_ids, explain, campaign_id, channel))

struct PredictionBatchAnswer {
    std::string model;
    std::int64_t not_found = 0;
    std::vector<json::Value> items;
};
BOOST_DESCRIBE_STRUCT(PredictionBatchAnswer, (), (model, not_found, items))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::PredictionBatch> = std::array{
    boon::Field{.name = "customer_ids", .doc = "at most 10,000", .required = true},
    boon::Field{.name = "explain", .doc = "with reasons and their words; without them it is several times faster"},
    boon::Field{.name = "campaign_id", .doc = "of campaign_response", .max_length = 255},
    boon::Field{.name = "channel", .doc = "of campaign_response: the contact's", .max_length = 255},
};
template <>
inline constexpr auto boon::kFields<boon::api::PredictionBatchAnswer> = std::array{
    boon::Field{.name = "not_found", .doc = "customers nobody knows"},
    boon::Field{
        .name = "items",
        .doc =
            "in the order asked for, each as GET /customers/{customer_id}/predictions/{model} answers; {customer_id, "
            "error} for a customer nobody knows"
    },
};

namespace boon::api {

namespace {

using serving::Ask;
using serving::State;
using serving::Unknown;

constexpr std::size_t kMostInBatch = 10'000;

// One model's answers as JSON.
using Writer = Result<std::string> (*)(const Call& call, const State& state, const Ask& ask);

template <auto Predict>
Result<std::string> write_answer(const Call& call, const State& state, const Ask& ask) {
    BOON_TRY(const auto prediction, Predict(state, ask));
    return json::write(prediction, call.context());
}

Result<std::string> write_products(const Call& call, const State& state, const Ask& ask) {
    BOON_TRY(const auto kept, scoring::ProductLists(call.app.database()).find(ask.customer_id));
    BOON_TRY(const auto prediction, serving::predict_products(state, ask, kept));
    return json::write(prediction, call.context());
}

struct Row {
    std::string_view model;
    std::string_view path;
    Writer write;
    PoolCall call;
    SchemaOf schema;
    std::string_view summary;
};

Result<Unknown> unknown_of(const http::Query& query) {
    const auto allow = query.find("allow_unknown").value_or("false");
    if (allow != "true" && allow != "false") {
        return fail(ErrorCode::invalid, "?allow_unknown must be true or false");
    }
    return allow == "true" ? Unknown::allow : Unknown::refuse;
}

// Of product_recommendation; by default as the model's first ranking is.
Status read_products(const http::Query& query, Ask& ask) {
    const std::string task(query.find("task").value_or(enum_name(ask.products)));
    const auto read = enum_from<serving::Products>(task);
    if (!read) return fail(ErrorCode::invalid, "?task must be repeats_allowed or new_items");
    ask.products = *read;
    BOON_TRY(const auto most, number_parameter(query, "limit", {.low = 1, .high = 100, .fallback = 10}));
    ask.most = static_cast<std::size_t>(most);
    return {};
}

Result<http::Response> answer_one(Call& call, Writer write, std::span<const std::string_view> parameters) {
    BOON_TRY(const auto query, call.query(parameters));
    BOON_TRY(const auto unknown, unknown_of(query));
    const auto text_of = [&](std::string_view name) { return std::string(query.find(name).value_or("")); };
    const std::string campaign = text_of("campaign_id");
    const std::string channel = text_of("channel");
    Ask ask{.customer_id = call.part("customer_id"), .unknown = unknown, .now = call.now};
    ask.campaign_id = campaign;
    ask.channel = channel;
    BOON_CHECK(read_products(query, ask));
    BOON_TRY(auto body, write(call, *call.app.serving().state(), ask));
    return json_response(std::move(body));
}

template <auto Predict>
Result<http::Response> predict(Call& call) {
    constexpr std::array<std::string_view, 1> kParameters = {"allow_unknown"};
    return answer_one(call, write_answer<Predict>, kParameters);
}

Result<http::Response> predict_response(Call& call) {
    constexpr std::array<std::string_view, 3> kParameters = {"allow_unknown", "campaign_id", "channel"};
    return answer_one(call, write_answer<serving::predict_campaign_response>, kParameters);
}

Result<http::Response> predict_products(Call& call) {
    constexpr std::array<std::string_view, 3> kParameters = {"allow_unknown", "task", "limit"};
    return answer_one(call, write_products, kParameters);
}

template <auto Predict, class Answer>
constexpr Row row(std::string_view model, std::string_view path, std::string_view summary) {
    return {model, path, write_answer<Predict>, predict<Predict>, schema_of<Answer>, summary};
}

// One row a model; a new one is one more.
constexpr std::array kRows = {
    row<serving::predict_nbo, serving::NboPrediction>(
        "nbo", "/api/v1/customers/{customer_id}/predictions/nbo",
        "Offers by the model's propensity alone, and what a decision would show"
    ),
    row<serving::predict_churn, serving::ChurnPrediction>(
        "churn", "/api/v1/customers/{customer_id}/predictions/churn", "The probability that the customer leaves"
    ),
    row<serving::predict_ltv, serving::LtvPrediction>(
        "ltv", "/api/v1/customers/{customer_id}/predictions/ltv", "What the customer will bring, with an interval"
    ),
    row<serving::predict_propensity, serving::PropensityPrediction>(
        "propensity", "/api/v1/customers/{customer_id}/predictions/propensity",
        "The probability that the customer buys something soon"
    ),
    row<serving::predict_upsell, serving::UpsellPrediction>(
        "upsell", "/api/v1/customers/{customer_id}/predictions/upsell",
        "The probabilities of a higher tier, and of a category not bought before"
    ),
    row<serving::predict_default_risk, serving::DefaultRiskPrediction>(
        "default_risk", "/api/v1/customers/{customer_id}/predictions/default_risk",
        "The probability that a bill due soon is paid very late, or never"
    ),
    row<serving::predict_engagement, serving::EngagementPrediction>(
        "engagement", "/api/v1/customers/{customer_id}/predictions/engagement",
        "How much the customer will take part, as a percentile of the base"
    ),
    Row{"campaign_response", "/api/v1/customers/{customer_id}/predictions/campaign_response",
        write_answer<serving::predict_campaign_response>, predict_response,
        schema_of<serving::CampaignResponsePrediction>, "The probability of a conversion after a campaign's contact"},
    Row{"product_recommendation", "/api/v1/customers/{customer_id}/predictions/product_recommendation", write_products,
        predict_products, schema_of<serving::ProductPrediction>,
        "The products that the customer most likely buys next"},
    row<serving::predict_rfm, serving::RfmPrediction>(
        "rfm", "/api/v1/customers/{customer_id}/predictions/rfm", "Recency, frequency and revenue against the base"
    ),
};

// What of an answer is an error of that customer alone.
bool is_of_one(const Error& error) { return error.code == ErrorCode::not_found || error.code == ErrorCode::invalid; }

std::string absent_item(const std::string& customer_id, const Error& error) {
    std::string item = "{\"customer_id\":";
    json::append(item, customer_id);
    item += ",\"error\":";
    json::append(item, error.message);
    return item + '}';
}

Result<const Row*> find_row(std::string_view model) {
    const auto row = std::ranges::find(kRows, model, &Row::model);
    if (row != kRows.end()) return &*row;
    return fail(
        ErrorCode::not_found, fmt::format("there is no model {}", model),
        fmt::format("it is one of {}", fmt::join(kRows | std::views::transform(&Row::model), ", "))
    );
}

Result<http::Response> predict_batch(Call& call) {
    BOON_TRY(const Row* const row, find_row(call.part("model")));
    BOON_TRY(const auto batch, call.body<PredictionBatch>());
    if (batch.customer_ids.empty() || batch.customer_ids.size() > kMostInBatch) {
        return fail(ErrorCode::invalid, "customer_ids must name 1 to 10000 customers");
    }
    const auto state = call.app.serving().state();
    std::int64_t not_found = 0;
    std::string items;
    for (const std::string& id : batch.customer_ids) {
        Ask ask{.customer_id = id, .now = call.now};
        ask.reasoning = batch.explain ? serving::Reasoning::given : serving::Reasoning::none;
        ask.campaign_id = batch.campaign_id;
        ask.channel = batch.channel;
        auto item = row->write(call, *state, ask);
        if (!item && !is_of_one(item.error())) return std::unexpected(std::move(item).error());
        if (!item) ++not_found;
        items += (items.empty() ? "" : ",") + (item ? *item : absent_item(id, item.error()));
    }
    std::string body = "{\"model\":";
    json::append(body, row->model);
    body += ",\"not_found\":";
    json::append(body, not_found);
    return json_response(body + ",\"items\":[" + items + "]}");
}

}  // namespace

std::vector<Route> prediction_routes() {
    using access::Scope;
    const Parameter allow_unknown{"allow_unknown", "true: the stated fallback for a customer nobody knows; false: 404"};
    std::vector<Route> routes;
    for (const Row& row : kRows) {
        Route& route = routes.emplace_back();
        route.method = "GET";
        route.path = row.path;
        route.permission = Scope::read;
        route.call = row.call;
        route.summary = row.summary;
        route.tag = "customers";
        route.response = row.schema;
        route.query = {allow_unknown};
        if (row.call == predict_products) {
            route.query.push_back({"task", "repeats_allowed (default), or new_items: not bought before"});
            route.query.push_back({"limit", "1 to 100 products; 10. At most 20 are kept of a customer's own ranking"});
        }
        if (row.call != predict_response) continue;
        route.query.push_back({"campaign_id", "the campaign; without one, a contact of any"});
        route.query.push_back({"channel", "of the contact; without one, the campaign's, where the model knows it"});
    }
    routes.push_back(
        {.method = "POST",
         .path = "/api/v1/predictions/{model}:batch",
         .permission = Scope::read,
         .call = predict_batch,
         .summary = "One model's predictions for up to 10,000 customers",
         .tag = "customers",
         .request = schema_of<PredictionBatch>,
         .response = schema_of<PredictionBatchAnswer>,
         .deed = Deed::none}
    );
    return routes;
}

}  // namespace boon::api
