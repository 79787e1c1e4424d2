// The kind `file`: offers in a CSV or JSON file, in a folder of such files, or at a URL. A file that is as it was when
// it was last read (its time and size, or the server's ETag) is not read again.
#pragma once

#include <memory>

#include "platform/base/error.h"
#include "records/sync/mapping.h"
#include "records/sync/upstream.h"

namespace boon::sync {

Status check_file_options(const json::Value& options);
// Fields of the file that are named like the offer's.
const Mapping& file_mapping();
// Always a full crawl: what is not in the files is gone. Files are read below World::folders only.
Result<std::unique_ptr<Source>> make_file_source(const SourceConfig& config, const World& world);

}  // namespace boon::sync
