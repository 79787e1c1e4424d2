// Removes what has been kept for as long as the settings say (config::Retention), kind by kind, in steps that let
// decisions through: see docs/privacy.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "program/app/job_kinds.h"

namespace boon::app {

class App;

struct KeptKind {
    std::string kind;
    std::int32_t days = 0;            // 0: for good
    std::optional<Timestamp> before;  // what is older goes
    std::int64_t rows = 0;            // that went, or would go
};
BOOST_DESCRIBE_STRUCT(KeptKind, (), (kind, days, before, rows))

enum class Removing { look, remove };

Result<std::vector<KeptKind>> keep_for_a_time(App& app, Removing removing, Timestamp now, const Progress& progress);

}  // namespace boon::app
