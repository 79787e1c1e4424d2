// Model versions: list, cards, promote, roll back, retire.
#include <array>

#include "action/serving/engine.h"
#include "action/serving/score_segments.h"
#include "insight/scoring/drift.h"
#include "insight/scoring/registry.h"
#include "insight/scoring/score_store.h"
#include "program/api/route.h"

namespace boon::api {

// What the card says of how good a version is; the curves are within `test`.
struct VersionMetrics {
    std::string model;
    std::string version;
    json::Value answers;  // what the number means, in words
    json::Value data;
    json::Value test;
    json::Value unseen_customers;
    json::Value new_campaigns;
    json::Value baselines;
    json::Value competition;
    json::Value uplift;
    json::Value calibration;
    json::Value fit;
    json::Value gate;
};
BOOST_DESCRIBE_STRUCT(
    VersionMetrics, (),
    (model, version, answers, data, test, unseen_customers, new_campaigns, baselines, competition, uplift, calibration,
     fit, gate)
)

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::VersionMetrics> = std::array{
    boon::Field{.name = "answers", .doc = "what the number means, in words"},
    boon::Field{.name = "data", .doc = "rows, split, horizon, watermark"},
    boon::Field{
        .name = "test",
        .doc =
            "binary: AUC, average precision, log-loss, Brier, calibration error and slope with 95 % intervals "
            "clustered by customer, calibration_bins, and the curves roc, gain, lift as {x, y}; amount: errors, rank "
            "correlation, interval coverage, deciles"
    },
    boon::Field{.name = "unseen_customers", .doc = "the same, of customers without training rows"},
    boon::Field{.name = "new_campaigns", .doc = "campaign_response: the same, of campaigns without training rows"},
    boon::Field{.name = "baselines", .doc = "trivial predictors: their loss, and how much lower the model's is"},
    boon::Field{
        .name = "competition",
        .doc = "product_recommendation: every method at its best, its figures on the hold-out, and which won; ltv: the "
               "trees beside the purchase models, of customers without a contract, and which of them serves those"
    },
    boon::Field{
        .name = "uplift",
        .doc = "campaign_response, nbo: what a contact, or the first offer, changes, where chance decided who got it: "
               "average effect, Qini and uplift of the first shares with 95 % intervals clustered by customer, curve, "
               "bands, the ways that competed, and a gate of its own; else why not, in words"
    },
    boon::Field{.name = "calibration", .doc = "the kind that was chosen, and the losses of all"},
    boon::Field{.name = "fit", .doc = "rounds, parameters, and what each feature's splits gained"},
    boon::Field{.name = "gate", .doc = "every condition, answered in words"},
};

namespace boon::api {

namespace {

Result<http::Response> list_models(Call& call) {
    BOON_TRY(const auto versions, call.app.registry().list());
    return list_response(call, versions);
}

Result<http::Response> list_versions(Call& call) {
    BOON_TRY(const auto versions, call.app.registry().list(call.part("model")));
    return list_response(call, versions);
}

// The version, when it is one of the model that the path names.
Result<scoring::ModelVersion> version_of(const Call& call) {
    BOON_TRY(auto version, call.app.registry().find(call.part("version")));
    if (version.name == call.part("model")) return version;
    return fail(
        ErrorCode::not_found, "the model " + call.part("model") + " has no version " + call.part("version"),
        "it is one of " + version.name
    );
}

Result<http::Response> read_version(Call& call) {
    BOON_TRY(const auto version, version_of(call));
    return record_response(call, version);
}

Result<http::Response> read_card(Call& call) {
    BOON_TRY(const auto version, version_of(call));
    BOON_TRY(auto artefact, scoring::read_artefact(version.path, version.manifest_hash));
    return json_response(std::move(artefact.files[std::string(scoring::kCardFile)]));
}

Result<http::Response> read_metrics(Call& call) {
    BOON_TRY(const auto version, version_of(call));
    BOON_TRY(auto artefact, scoring::read_artefact(version.path, version.manifest_hash));
    BOON_TRY(const auto parsed, json::parse(artefact.files[std::string(scoring::kCardFile)]));
    const json::Object& card = parsed.as_object();
    const auto part = [&](std::string_view name) {
        const json::Value* found = card.if_contains(name);
        return found == nullptr ? json::Value() : *found;
    };
    const VersionMetrics metrics{
        .model = version.name,
        .version = version.version,
        .answers = part("answers"),
        .data = part("data"),
        .test = part("test"),
        .unseen_customers = part("unseen_customers"),
        .new_campaigns = part("new_campaigns"),
        .baselines = part("baselines"),
        .competition = part("competition"),
        .uplift = part("uplift"),
        .calibration = part("calibration"),
        .fit = part("fit"),
        .gate = part("gate"),
    };
    return record_response(call, metrics);
}

Result<http::Response> read_drift(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"limit"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 30}));
    BOON_TRY(const auto reports, scoring::DriftLog(call.app.database()).list(call.part("model"), limit));
    return list_response(call, reports);
}

Result<http::Response> read_segments(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"by"}));
    const auto by = enum_from<serving::Grouping>(std::string(query.find("by").value_or("stage")));
    if (!by) return fail(ErrorCode::invalid, "?by must be stage, value_segment, rfm_segment or audience");
    const auto state = call.app.serving().state();
    BOON_TRY(const auto segments, serving::score_segments(*state, call.part("model"), *by, call.now));
    return record_response(call, segments);
}

Result<http::Response> list_score_runs(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"limit"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 30}));
    BOON_TRY(const auto runs, scoring::ScoreStore(call.app.database()).runs(limit));
    return list_response(call, runs);
}

Result<http::Response> read_scores(Call& call) {
    BOON_CHECK(call.query({}));
    BOON_TRY(const auto scores, scoring::ScoreStore(call.app.database()).find(call.part("customer_id")));
    return record_response(call, scores);
}

Result<http::Response> promote_version(Call& call) {
    BOON_TRY(const auto version, version_of(call));
    BOON_TRY(const auto changed, call.app.registry().promote(version.version, call.now));
    BOON_CHECK(call.app.follow_changes());
    return record_response(call, changed);
}

Result<http::Response> retire_version(Call& call) {
    BOON_TRY(const auto version, version_of(call));
    BOON_TRY(const auto changed, call.app.registry().retire(version.version, call.now));
    BOON_CHECK(call.app.follow_changes());
    return record_response(call, changed);
}

Result<http::Response> roll_back(Call& call) {
    BOON_TRY(const auto changed, call.app.registry().roll_back(call.part("model"), call.now));
    BOON_CHECK(call.app.follow_changes());
    return record_response(call, changed);
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table.
std::vector<Route> model_routes() {
    using access::Permission;
    using access::Scope;
    using scoring::ModelVersion;
    return {
        {.method = "GET",
         .path = "/api/v1/models",
         .permission = Scope::read,
         .call = list_models,
         .summary = "Every version of every model, newest first",
         .tag = "models",
         .response = page_of<ModelVersion>},
        {.method = "GET",
         .path = "/api/v1/models/{model}/versions",
         .permission = Scope::read,
         .call = list_versions,
         .summary = "A model's versions, newest first",
         .tag = "models",
         .response = page_of<ModelVersion>},
        {.method = "GET",
         .path = "/api/v1/models/{model}/versions/{version}",
         .permission = Scope::read,
         .call = read_version,
         .summary = "One version",
         .tag = "models",
         .response = schema_of<ModelVersion>},
        {.method = "GET",
         .path = "/api/v1/models/{model}/versions/{version}/card",
         .permission = Scope::read,
         .call = read_card,
         .summary = "The model card: data, split, metrics with intervals, assumptions, the gate's verdict",
         .tag = "models",
         .response = schema_of<json::Value>},
        {.method = "GET",
         .path = "/api/v1/models/{model}/versions/{version}/metrics",
         .permission = Scope::read,
         .call = read_metrics,
         .summary = "How good a version is: figures with intervals, curves, trivial predictors, the gate",
         .tag = "models",
         .response = schema_of<VersionMetrics>},
        {.method = "GET",
         .path = "/api/v1/models/{model}/drift",
         .permission = Scope::read,
         .call = read_drift,
         .summary = "How far inputs and scores have moved since the version came to serve, newest measurement first",
         .tag = "models",
         .response = page_of<scoring::DriftReport>,
         .query = {{"limit", "1 to 500; 30"}}},
        {.method = "GET",
         .path = "/api/v1/models/{model}/segments",
         .permission = Scope::read,
         .call = read_segments,
         .summary =
             "A model's scores by stage, segment or audience, as the base was last scored: mean, quantiles, counts",
         .tag = "models",
         .response = schema_of<serving::ScoreSegments>,
         .query = {{"by", "stage (the default), value_segment, rfm_segment or audience"}}},
        {.method = "GET",
         .path = "/api/v1/scores/runs",
         .permission = Scope::read,
         .call = list_score_runs,
         .summary = "When the whole base was scored, by which versions, newest first",
         .tag = "models",
         .response = page_of<scoring::ScoreRun>,
         .query = {{"limit", "1 to 500; 30"}}},
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/scores",
         .permission = Scope::read,
         .call = read_scores,
         .summary = "What all models said of a customer when the base was last scored",
         .tag = "customers",
         .response = schema_of<scoring::CustomerScores>},
        {.method = "POST",
         .path = "/api/v1/models/{model}/versions/{version}:promote",
         .permission = Permission::models,
         .call = promote_version,
         .summary = "Make a version the one that serves",
         .tag = "models",
         .response = schema_of<ModelVersion>},
        {.method = "POST",
         .path = "/api/v1/models/{model}/versions/{version}:retire",
         .permission = Permission::models,
         .call = retire_version,
         .summary = "Take a version out of use",
         .tag = "models",
         .response = schema_of<ModelVersion>},
        {.method = "POST",
         .path = "/api/v1/models/{model}:rollback",
         .permission = Permission::models,
         .call = roll_back,
         .summary = "Serve the champion before this one again",
         .tag = "models",
         .response = schema_of<ModelVersion>},
    };
}

}  // namespace boon::api
