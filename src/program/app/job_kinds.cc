#include "program/app/job_kinds.h"

#include <array>

namespace boon::app {

namespace {

constexpr std::array kKinds = {
    JobKind{"features", run_features},
    JobKind{"train", run_train},
    JobKind{"value", run_value},
};

}  // namespace

std::span<const JobKind> job_kinds() { return kKinds; }

}  // namespace boon::app
