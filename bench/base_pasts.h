// What base_bench gives its customers: a past of many months.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace base_bench {

inline constexpr boon::Timestamp kStart{1'772'323'200'000'000};  // 2026-03-01T00:00:00Z
inline const std::vector<std::string> kStages = {"acquisition", "onboarding", "growth",
                                                 "retention",   "win_back",   "churn"};
inline const std::vector<std::string> kSegments = {"high_value", "medium_value", "low_value"};

// What was wanted, or the end of the program with the error.
template <class T>
T need(boon::Result<T> result) {
    if (result) {
        if constexpr (!std::is_void_v<T>)
            return *std::move(result);
        else
            return;
    }
    std::fprintf(stderr, "%s\n", boon::to_text(result.error()).c_str());
    std::exit(1);
}

std::string id_of(std::int64_t customer);

// Everybody's packed lines of `months`, in place of those that are there.
void write_lines(boon::db::Database& database, std::int64_t customers, int months);
// One customer in a hundred with all rows, loose: as if events had come of them since the base was worked out.
void loosen(boon::db::Database& database, std::int64_t customers, int months);

}  // namespace base_bench
