// Model versions: list, cards, promote, roll back, retire.
#include "insight/scoring/registry.h"
#include "program/api/route.h"

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
