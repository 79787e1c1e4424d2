#include "program/app/foreign_models.h"

#include <algorithm>

#include <fmt/format.h>

#include "insight/scoring/foreign.h"
#include "platform/base/log.h"

namespace boon::app {

namespace {

scoring::ForeignFile file_of(const config::Ml& ml, config::ModelFile place) {
    scoring::ForeignFile file{.model = std::string(config::name_of_model(place)), .path = ml.files[place].path};
    file.scaler = ml.files[place].scaler;
    file.mapping = ml.feature_mapping;
    if (ml.input_size > 0) file.input_size = ml.input_size;
    file.labels.assign(ml.nbo_labels.begin(), ml.nbo_labels.end());
    file.setting = config::path_variable(place);
    return file;
}

// Not another's fault: a version of the database's, or the disk's.
bool is_of_the_file(const Error& error) {
    return error.code == ErrorCode::invalid || error.code == ErrorCode::not_found || error.code == ErrorCode::conflict;
}

Status withdraw_others(scoring::Registry& registry, const std::vector<ForeignModel>& kept, Timestamp now) {
    BOON_TRY(const auto versions, registry.list());
    for (const scoring::ModelVersion& row : versions) {
        if (row.state != scoring::VersionState::champion || row.created_by != scoring::kBySettings) continue;
        const bool serves = std::ranges::find(kept, row.version, &ForeignModel::version) != kept.end();
        if (!serves) BOON_CHECK(registry.withdraw(row.name, now));
    }
    return {};
}

}  // namespace

Result<std::vector<ForeignModel>> install_foreign_models(
    const config::Config& config, scoring::Registry& registry, Timestamp now
) {
    std::vector<ForeignModel> models;
    std::map<std::string, std::string, std::less<>> pinned;
    for (std::size_t i = 0; i < config::kModelFiles; ++i) {
        if (config.ml.files[i].path.empty()) continue;
        const scoring::ForeignFile file = file_of(config.ml, static_cast<config::ModelFile>(i));
        ForeignModel model{file.model, file.setting, config.ml.files[i].path, {}, {}};
        const auto installed = scoring::install_foreign(registry, file, config.home / "models", now);
        if (installed) {
            model.version = installed->version;
        } else if (is_of_the_file(installed.error())) {
            model.refusal = installed.error();
            log::error(fmt::format("{} does not serve {}: {}", model.setting, model.model, to_text(*model.refusal)));
        } else {
            return in_context(model.setting, installed.error());
        }
        pinned[model.model] = model.setting;
        models.push_back(std::move(model));
    }
    BOON_CHECK(withdraw_others(registry, models, now));
    registry.pin(std::move(pinned));
    return models;
}

std::map<std::string, std::string> refusals_of(const std::vector<ForeignModel>& models) {
    std::map<std::string, std::string> refusals;
    for (const ForeignModel& model : models) {
        if (model.refusal) refusals[model.model] = fmt::format("{}: {}", model.setting, model.refusal->message);
    }
    return refusals;
}

}  // namespace boon::app
