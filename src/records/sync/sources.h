// The kinds of source there are: one visible table (sources.cc), a line per kind.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "records/sync/mapping.h"
#include "records/sync/upstream.h"

namespace boon::sync {

struct Kind {
    SourceKind kind;
    std::string_view name;
    std::string_view doc;                         // one line for people
    std::vector<std::string_view> secrets;        // which ones it takes
    Status (*check_options)(const json::Value&);  // an `invalid` error that lists every mistake, with its pointer
    const Mapping& (*default_mapping)();          // data
    Result<std::unique_ptr<Source>> (*make)(const SourceConfig&, const World&);
};
std::span<const Kind> kinds();
// Null for one that this boon does not have.
const Kind* find_kind(SourceKind kind);

// `failed_precondition` for a kind that this boon does not have, else what the kind says.
Result<std::unique_ptr<Source>> make_source(const SourceConfig& config, const World& world);
Status check_options(SourceKind kind, const json::Value& options);
// Empty for a kind that this boon does not have.
const Mapping& default_mapping(SourceKind kind);

}  // namespace boon::sync
