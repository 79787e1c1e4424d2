// The base of customers as it serves at this moment, and the segments its value is worked out by. Keeps alive what the
// base it gives refers to.
#pragma once

#include <memory>
#include <optional>

#include "action/serving/engine.h"
#include "insight/value/update.h"
#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::app {

class App;

// What serves, when there are profiles; `failed_precondition` otherwise.
Result<std::shared_ptr<const serving::State>> state_with_profiles(App& app);

class ValueWork {
public:
    // As of the latest profile, unless another instant is given. `conflict` when CVM_ENABLED is off;
    // `failed_precondition` without profiles.
    static Result<ValueWork> make(App& app, std::optional<Timestamp> as_of = {});

    [[nodiscard]] value::Base base() const { return base(*state_->profiles); }
    // Of other profiles of the same columns.
    [[nodiscard]] value::Base base(const profiles::Image& image) const;

private:
    explicit ValueWork(App& app) : app_(&app) {}

    App* app_;
    std::shared_ptr<const serving::State> state_;
    Timestamp as_of_;
};

// `conflict`, saying disabled, when CVM_ENABLED is off: its endpoints answer 409 then.
Status require_value(const App& app);

}  // namespace boon::app
