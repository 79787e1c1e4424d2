// Models made elsewhere that settings name: at start each is checked, copied and installed as what serves, or refused.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/config/config.h"

namespace boon::scoring {
class Registry;
}

namespace boon::app {

// What came of one.
struct ForeignModel {
    std::string model;    // nbo, churn, …
    std::string setting;  // ML_MODEL_NBO_PATH
    std::string path;
    std::string version;           // empty: refused
    std::optional<Error> refusal;  // why
};

// Pins what is named; versions that were installed by a setting that is no more are withdrawn, and the registry's own
// champions serve again. An error only when the registry cannot be read or written.
Result<std::vector<ForeignModel>> install_foreign_models(
    const config::Config& config, scoring::Registry& registry, Timestamp now
);

// By model: why its file does not serve.
std::map<std::string, std::string> refusals_of(const std::vector<ForeignModel>& models);

}  // namespace boon::app
