// Errors in the words of the command line: what a route says of a request's parameters and members is said of the
// options that they came from.
#pragma once

#include <CLI/App.hpp>

#include "platform/base/error.h"

namespace boon::cli {

// The command whose options were parsed last: `show` of `boon offers show 7`.
const CLI::App& chosen_of(const CLI::App& boon);

// `boon`: after it has parsed a command line; the options are those of the command that was chosen.
Error in_options_of(const CLI::App& boon, Error error);

}  // namespace boon::cli
