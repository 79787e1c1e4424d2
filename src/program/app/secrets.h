// The keys that seal the secrets of others (of sources, of webhooks): where an instance has them from, and how they are
// replaced.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/config/config.h"
#include "platform/storage/secrets.h"

namespace boon::app {

// Thread-safe after open(); one rotation at a time.
class Secrets {
public:
    // From the settings, else from the instance's own key file, which is made when there is none. `config` must
    // outlive it.
    static Result<std::unique_ptr<Secrets>> open(const config::Config& config);

    storage::SecretBox& box() { return box_; }

    struct Rotation {
        std::int64_t resealed = 0;
        std::string key_id;
        bool new_key = false;  // the key file has a new key; else the key is the settings'
    };
    // Seals anew what one room keeps; how many it was.
    using Reseal = std::function<Result<std::int64_t>()>;
    // A new key in the instance's own key file, or the one that the settings give now: everything is sealed under it.
    // Killed at any point, every secret still opens.
    Result<Rotation> rotate(std::span<const Reseal> rooms);

private:
    Secrets(const config::Config& config, std::vector<storage::SecretKey> keys)
        : config_(config), box_(std::move(keys)) {}

    const config::Config& config_;
    storage::SecretBox box_;
};

}  // namespace boon::app
