// The file of the scores of the whole base (score_job.cc): scores.parquet in a folder of its own.
#pragma once

#include <filesystem>
#include <string_view>

#include "platform/base/error.h"

namespace boon::app {

inline constexpr const char* kScoreFolder = "scores";  // in the instance's
inline constexpr const char* kScoreFile = "scores.parquet";

// Writes the file anew without that customer's row, as a whole; nothing without a file.
Status drop_scores_of(const std::filesystem::path& folder, std::string_view customer_id);

}  // namespace boon::app
