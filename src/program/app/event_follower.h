// The thread that brings customers up to date with what is posted (live_update.h): at once when this process took it,
// within a fifth of a second when another did. An instance without a warehouse, where nobody would ask for it, computes
// its first base by itself once something was posted.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::app {

class App;

class EventFollower {
public:
    // `app` must outlive it.
    explicit EventFollower(App& app);
    ~EventFollower();
    EventFollower(const EventFollower&) = delete;
    EventFollower& operator=(const EventFollower&) = delete;

    // There may be something to do.
    void wake();

private:
    void loop(const std::stop_token& stop);
    void wait(const std::stop_token& stop);
    Status begin_base();

    App& app_;
    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool is_woken_ = false;              // under mutex_
    std::optional<Timestamp> begun_at_;  // the first base was last begun; of the thread only
    std::jthread thread_;
};

}  // namespace boon::app
