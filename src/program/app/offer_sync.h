// The sync of this instance: its sources and runs, and the clock that starts runs by themselves.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/base/error.h"
#include "platform/config/config.h"
#include "platform/db/database.h"
#include "platform/storage/secrets.h"
#include "records/sync/breaker.h"
#include "records/sync/engine.h"
#include "records/sync/registry.h"
#include "records/sync/runs.h"

namespace boon::app {

// Thread-safe after open(), but for the destructor.
class OfferSync {
public:
    // Brings the source that the settings name in line; `invalid` for settings that do not fit together. All three must
    // outlive it.
    static Result<std::unique_ptr<OfferSync>> open(
        const config::Config& config, db::Database& database, storage::SecretBox& box
    );

    sync::Registry& registry() { return registry_; }
    sync::Runs& runs() { return runs_; }
    // What a source may use of the world; its sleep ends early once stop() was called, or `go_on`, which is asked every
    // second of it, fails.
    [[nodiscard]] sync::World world(std::function<Status()> go_on = {});

    // From now on runs start by themselves: `wake` is called when one was queued.
    void start(std::function<void()> wake);
    // No more runs start, and sleeping sources wake up.
    void stop();
    [[nodiscard]] bool is_stopped();
    // Queues what is due. For start()'s thread, and for tests.
    Status start_due(Timestamp now);

private:
    OfferSync(const config::Config& config, db::Database& database, storage::SecretBox& box);
    Status follow_settings();
    bool pause(std::chrono::milliseconds time);

    const config::Config& config_;
    sync::Registry registry_;
    sync::Runs runs_;
    sync::Breakers breakers_;
    std::mutex mutex_;
    std::condition_variable_any stopping_;
    bool stopped_ = false;  // under mutex_
    std::jthread clock_;
};

}  // namespace boon::app
