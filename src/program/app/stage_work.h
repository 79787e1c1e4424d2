// The base of customers as it serves at this moment, and the rules its stages are worked out by. Keeps alive what the
// base it gives refers to.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "action/serving/engine.h"
#include "insight/lifecycle/rule_versions.h"
#include "insight/lifecycle/stage.h"
#include "insight/lifecycle/update.h"
#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::app {

class App;

class StageWork {
public:
    // By the rules in force, as of the latest profile unless another instant is given. `conflict` when CLM_ENABLED is
    // off; `failed_precondition` without profiles, or with rules that do not fit them.
    static Result<StageWork> make(App& app, std::optional<Timestamp> as_of = {});
    // By other rules: `invalid` when they do not fit.
    static Result<StageWork> make_with(App& app, lifecycle::RuleSet rules, std::optional<Timestamp> as_of = {});

    [[nodiscard]] lifecycle::Base base() const { return base(*state_->profiles); }
    // Of other profiles of the same columns.
    [[nodiscard]] lifecycle::Base base(const profiles::Image& image) const;
    [[nodiscard]] const serving::State& state() const { return *state_; }

private:
    StageWork(std::shared_ptr<const serving::State> state, lifecycle::CompiledRules rules)
        : state_(std::move(state)), rules_(std::move(rules)) {}

    std::shared_ptr<const serving::State> state_;
    lifecycle::CompiledRules rules_;
    std::int64_t version_ = 0;
    Timestamp as_of_;
};

// How the message begins of what is switched off: the API makes a problem of its own type of it.
inline constexpr std::string_view kDisabled = "disabled: ";

// `conflict`, saying disabled, when CLM_ENABLED is off: its endpoints answer 409 then.
Status require_lifecycle(const App& app);

}  // namespace boon::app
