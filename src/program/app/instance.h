// An instance on disk: a folder with `boon.toml`, the database, models, and the lock that makes one process its owner.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/money.h"
#include "platform/config/config.h"
#include "platform/db/database.h"
#include "platform/storage/migrations.h"

namespace boon::app {

// Holds the folder's lock as long as it lives.
class InstanceLock {
public:
    // `conflict` when another process holds it; the message names its pid. `unavailable` when the folder cannot be
    // written.
    static Result<InstanceLock> take(const std::filesystem::path& home);

    InstanceLock(InstanceLock&& other) noexcept;
    InstanceLock& operator=(InstanceLock&& other) noexcept;
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;
    ~InstanceLock();

private:
    explicit InstanceLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

struct CreatedInstance {
    std::string key;  // an API key with every scope, not stored anywhere
};

// Makes the folder, a commented boon.toml, the database with its schema, and a first API key. `conflict` when there is
// an instance already.
Result<CreatedInstance> create_instance(const config::Config& config);

// The currency of the amounts in the database: the first that is told, for ever. `failed_precondition` for another.
Status keep_currency(db::Database& database, const Currency& currency);

// What is applied and what is pending; changes nothing.
Result<std::vector<storage::MigrationState>> instance_migrations(const config::Config& config);
// The file that says who was erased is lost: from now on another begins (records/customers/erasures.h). `conflict`
// while a server runs.
Status accept_lost_erasures(const config::Config& config);

// Applies what is pending and returns it. `conflict` while a server runs.
Result<std::vector<storage::MigrationState>> migrate_instance(const config::Config& config);

}  // namespace boon::app
