// How models are trained here: the defaults, and what [training] of boon.toml says.
#pragma once

#include "insight/training/options.h"
#include "platform/base/error.h"

namespace boon::app {

class App;

// `invalid` names the mistake in boon.toml.
Result<training::Options> training_options(const App& app, training::Model model);

}  // namespace boon::app
