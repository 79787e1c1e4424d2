// The programme's own names, read from the settings once: whatever speaks of stages and segments takes them here.
#pragma once

#include <string>
#include <vector>

#include "insight/value/rfm.h"
#include "insight/value/worth.h"
#include "platform/base/error.h"
#include "platform/config/config.h"

namespace boon::app {

struct Programme {
    std::vector<std::string> stages;
    value::ValueSegments value_segments;
    value::RfmSegments rfm_segments;
};

// `invalid`, naming the setting, its value and what was expected.
Result<Programme> programme_of(const config::Config& config);

}  // namespace boon::app
