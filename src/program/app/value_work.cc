#include "program/app/value_work.h"

#include "program/app/app.h"
#include "program/app/programme.h"
#include "program/app/stage_work.h"
#include "records/profiles/base_order.h"

namespace boon::app {

Result<std::shared_ptr<const serving::State>> state_with_profiles(App& app) {
    auto state = app.serving().state();
    if (state->profiles->size() > 0) return state;
    return fail(ErrorCode::failed_precondition, "there are no profiles yet", "run `boon features`");
}

Status require_value(const App& app) {
    if (app.config().cvm_enabled) return {};
    return fail(
        ErrorCode::conflict, std::string(kDisabled) + "value is switched off (CVM_ENABLED)", "set CVM_ENABLED to True"
    );
}

Result<ValueWork> ValueWork::make(App& app, std::optional<Timestamp> as_of) {
    BOON_CHECK(require_value(app));
    ValueWork work(app);
    BOON_TRY(work.state_, state_with_profiles(app));
    work.as_of_ = as_of ? *as_of : profiles::latest_instant(*work.state_->profiles);
    return work;
}

value::Base ValueWork::base(const profiles::Image& image) const {
    return {
        .image = image,
        .segments = app_->programme().value_segments,
        .rfm = app_->programme().rfm_segments,
        .ltv = state_->model(serving::kLtv),
        .as_of = as_of_,
    };
}

}  // namespace boon::app
