// Models made elsewhere: a TensorFlow Lite file, or one of XGBoost's (JSON, UBJ), that a setting names. It is checked,
// copied as an artefact of boon's own and served like any other version, unjudged: boon has not seen what it was
// trained on. Nothing is padded or cut off; what does not fit is refused.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "insight/scoring/artefact.h"
#include "insight/scoring/registry.h"
#include "platform/base/json.h"

namespace boon::scoring {

struct ForeignFile {
    std::string model;  // nbo, churn, …
    std::filesystem::path path;
    std::filesystem::path scaler = {};   // models::read_scaling(); empty: there is none
    json::Value mapping = {};            // which column each input is (see inputs_of); null: not given
    std::optional<int> input_size = {};  // that the model must have
    std::vector<OfferId> labels = {};    // nbo: the offer of each output; empty: 0, 1, 2, …
    std::string setting = {};            // that names the file: ML_MODEL_NBO_PATH
};

// One input of the model: what its maker called it, and the column of boon's that it is (a feature, FEATURE=CATEGORY,
// or what the caller knows: ModelColumn).
struct ForeignInput {
    std::string name;
    std::string column;
};
BOOST_DESCRIBE_STRUCT(ForeignInput, (), (name, column))

// The card of a model made elsewhere.
struct ForeignCard {
    std::string name;
    std::string version;
    ModelKind kind = ModelKind::probability;
    std::string answers;  // what the number means, in words
    Timestamp created_at;
    std::string evaluation;
    std::string format;  // TensorFlow Lite 2.9.0, XGBoost
    std::string file;
    std::string sha256;  // of the file
    std::string setting;
    std::string missing_values;
    std::string explanations;
    std::vector<ForeignInput> inputs;
    std::vector<OfferId> labels;
    std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(
    ForeignCard, (),
    (name, version, kind, answers, created_at, evaluation, format, file, sha256, setting, missing_values, explanations,
     inputs, labels, warnings)
)

// The inputs that a mapping names, in the model's order:
//   {"recency": "days_since_last_purchase", "sex": "gender=F"}   the model's names, in its order
//   {"days_since_last_purchase": 0, "gender=F": 1}               boon's columns, each with its place
//   ["days_since_last_purchase", "gender=F"]                     boon's columns in order
//   {"nbo": …, "churn": …}                                       one of these for each model
// `names`: the model's own, where the file has them; then a mapping of names may be in any order, and without a mapping
// they are boon's columns. `invalid` for anything else.
Result<std::vector<ForeignInput>> inputs_of(
    const json::Value& mapping, std::string_view model, const std::vector<std::string>& names
);

// Reads, checks, tries and copies the file below `models_folder` (nothing when it is there already), and makes it the
// champion. The version is made of the bytes: `tflite-0123456789ab-cdef0123`, the beginnings of the SHA-256 of the file
// and of all that says how it is read. An error says in words what is wrong with the file or its settings.
Result<ModelVersion> install_foreign(
    Registry& registry, const ForeignFile& file, const std::filesystem::path& models_folder, Timestamp now
);

}  // namespace boon::scoring
