// Secrets at rest, sealed with a key that is kept in a file beside the instance and never in the database.
#pragma once

#include <filesystem>

#include "platform/base/error.h"
#include "platform/delivery/webhooks.h"

namespace boon::delivery {

// Seals by libsodium's secretbox. The key is 32 random bytes in `path`, made at the first use, readable by its owner
// only. `unavailable` when it cannot be read or made, `invalid` when it is no such key.
Result<Sealing> sealing_with(const std::filesystem::path& path);

}  // namespace boon::delivery
