// The kind `manual`: offers that people edit in boon. It stands for "no source": there is nothing to fetch.
#pragma once

#include <memory>

#include "platform/base/error.h"
#include "records/sync/mapping.h"
#include "records/sync/upstream.h"

namespace boon::sync {

Status check_manual_options(const json::Value& options);
const Mapping& manual_mapping();
// Its crawl is `failed_precondition`.
Result<std::unique_ptr<Source>> make_manual_source(const SourceConfig& config, const World& world);

}  // namespace boon::sync
