// The thread that brings customers up to date with what is posted (live_update.h): at once when this process took it,
// within a fifth of a second when another did.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

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

    App& app_;
    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool is_woken_ = false;  // under mutex_
    std::jthread thread_;
};

}  // namespace boon::app
