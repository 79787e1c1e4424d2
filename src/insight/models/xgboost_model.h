// XGBoost's model files (JSON since 1.0, UBJ since 1.6) into trees. The format: doc/model.schema of XGBoost; read here
// as 1.7.4 writes it, and with what later versions changed (base_score as a list in text, booleans as integers).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "insight/models/tree_ensemble.h"

namespace boon::models {

// Larger files are refused before they are parsed.
inline constexpr std::size_t kMaxModelBytes = std::size_t{256} << 20U;

// See TreeEnsemble::from_xgboost.
Result<TreeEnsemble> read_xgboost(std::span<const std::byte> json_or_ubj);

// The names of its features, where the file has them (trained on a table with named columns); else none.
Result<std::vector<std::string>> xgboost_feature_names(std::span<const std::byte> json_or_ubj);

}  // namespace boon::models
