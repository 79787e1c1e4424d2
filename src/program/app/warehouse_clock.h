// Looks after a warehouse that is a copy: queues a refresh when one is due, and says in the log when it becomes stale.
#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::app {

class App;

class WarehouseClock {
public:
    // Null when the warehouse is no copy. `app` must outlive it.
    static std::unique_ptr<WarehouseClock> start(App& app);
    ~WarehouseClock();
    WarehouseClock(const WarehouseClock&) = delete;
    WarehouseClock& operator=(const WarehouseClock&) = delete;

private:
    explicit WarehouseClock(App& app);
    void loop(const std::stop_token& stop);
    Status look();

    App& app_;
    std::optional<Timestamp> queued_at_;  // of the thread only
    bool was_stale_ = false;
    std::jthread thread_;
};

}  // namespace boon::app
