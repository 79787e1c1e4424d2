// What the files of `boon sync` share.
#pragma once

#include <string>

#include "program/cli/command.h"

namespace boon::cli {

struct SyncOptions {
    std::string name;  // of a source, or a run's id
    std::string outcome;
    int limit = 20;  // of records
    bool dry_run = false;
    bool full = false;
    bool customers = false;
    bool csv = false;
    bool without_sample = false;
};

// `add`, `set` and `remove`.
void add_sync_sources(CLI::App& sync, Context& context);

}  // namespace boon::cli
