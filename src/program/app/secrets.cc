#include "program/app/secrets.h"

#include <filesystem>

#include <fmt/format.h>

namespace boon::app {

namespace {

constexpr const char* kKeyFile = "secret.key";

std::filesystem::path key_file_of(const config::Config& config) {
    return config.home / (config.secrets.key_file.empty() ? kKeyFile : config.secrets.key_file);
}

Result<storage::SecretKey> key_of(std::string_view setting, const std::string& text) {
    auto key = storage::SecretKey::parse(text);
    if (!key) return in_context(fmt::format("setting {}", setting), std::move(key).error());
    return key;
}

Result<std::vector<storage::SecretKey>> keys_of(const config::Config& config) {
    std::vector<storage::SecretKey> keys;
    if (!config.secrets.key.empty()) {
        BOON_TRY(auto key, key_of("BOON_SECRET_KEY", config.secrets.key));
        keys.push_back(std::move(key));
    } else {
        const auto path = key_file_of(config);
        if (config.secrets.key_file.empty() && !std::filesystem::exists(path)) {
            BOON_CHECK(storage::write_key_file(path, {storage::SecretKey::make()}));
        }
        BOON_TRY(keys, storage::read_key_file(path));
    }
    if (!config.secrets.old_key.empty()) {
        BOON_TRY(auto key, key_of("BOON_SECRET_KEY_OLD", config.secrets.old_key));
        keys.push_back(std::move(key));
    }
    // An instance that goes over from its own key file to a setting: what the file sealed still opens.
    const auto own = config.home / kKeyFile;
    if (!config.secrets.key.empty() && std::filesystem::exists(own)) {
        BOON_TRY(auto old, storage::read_key_file(own));
        keys.insert(keys.end(), old.begin(), old.end());
    }
    return keys;
}

}  // namespace

Result<std::unique_ptr<Secrets>> Secrets::open(const config::Config& config) {
    BOON_TRY(auto keys, keys_of(config));
    return std::unique_ptr<Secrets>(new Secrets(config, std::move(keys)));
}

Result<Secrets::Rotation> Secrets::rotate(std::span<const Reseal> rooms) {
    Rotation rotation;
    const auto path = key_file_of(config_);
    rotation.new_key = config_.secrets.key.empty();
    std::vector<storage::SecretKey> keys;
    if (rotation.new_key) {
        BOON_TRY(keys, storage::read_key_file(path));
        keys.insert(keys.begin(), storage::SecretKey::make());
        // The file has both until nothing is sealed under the old one.
        BOON_CHECK(storage::write_key_file(path, keys));
    } else {
        BOON_TRY(keys, keys_of(config_));
    }
    box_.use(keys);
    for (const Reseal& reseal : rooms) {
        BOON_TRY(const std::int64_t count, reseal());
        rotation.resealed += count;
    }
    rotation.key_id = box_.key_id();
    if (rotation.new_key) BOON_CHECK(storage::write_key_file(path, {keys.front()}));
    return rotation;
}

}  // namespace boon::app
