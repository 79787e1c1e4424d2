// `boon score`.
#pragma once

#include "program/cli/command.h"

namespace boon::cli {

void add_score(CLI::App& boon, Context& context);

}  // namespace boon::cli
