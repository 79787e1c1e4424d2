#include "program/app/stage_work.h"

#include "platform/db/database.h"
#include "program/app/app.h"
#include "program/app/programme.h"
#include "program/app/value_work.h"
#include "records/profiles/base_order.h"

namespace boon::app {

Status require_lifecycle(const App& app) {
    if (app.config().clm_enabled) return {};
    return fail(
        ErrorCode::conflict, std::string(kDisabled) + "the lifecycle is switched off (CLM_ENABLED)",
        "set CLM_ENABLED to True"
    );
}

Result<StageWork> StageWork::make_with(App& app, lifecycle::RuleSet rules, std::optional<Timestamp> as_of) {
    BOON_CHECK(require_lifecycle(app));
    BOON_TRY(auto state, state_with_profiles(app));
    BOON_TRY(
        auto compiled,
        lifecycle::CompiledRules::compile(
            std::move(rules), app.programme().stages, state->profiles->schema(), state->profiles->attributes().columns()
        )
    );
    const Timestamp instant = as_of ? *as_of : profiles::latest_instant(*state->profiles);
    StageWork work(std::move(state), std::move(compiled));
    work.as_of_ = instant;
    return work;
}

Result<StageWork> StageWork::make(App& app, std::optional<Timestamp> as_of) {
    BOON_CHECK(require_lifecycle(app));
    BOON_TRY(auto current, app.database().read([](db::Connection& connection) {
        return lifecycle::current_rules(connection);
    }));
    auto work = make_with(app, std::move(current.document), as_of);
    if (!work && work.error().code == ErrorCode::invalid) {
        Error error = std::move(work).error();
        error.code = ErrorCode::failed_precondition;
        error.hint = "publish rules that fit the stages (CLM_STAGES) and the features there are now";
        return std::unexpected(std::move(error));
    }
    if (work) work->version_ = current.version;
    return work;
}

lifecycle::Base StageWork::base(const profiles::Image& image) const {
    return {
        .image = image,
        .rules = rules_,
        .rules_version = version_,
        .churn = state_->model(serving::kChurn),
        .ltv = state_->model(serving::kLtv),
        .as_of = as_of_,
    };
}

}  // namespace boon::app
