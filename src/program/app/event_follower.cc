#include "program/app/event_follower.h"

#include <chrono>

#include "platform/base/log.h"
#include "program/app/live_update.h"

namespace boon::app {

EventFollower::EventFollower(App& app) : app_(app), thread_([this](const std::stop_token& stop) { loop(stop); }) {}

EventFollower::~EventFollower() {
    thread_.request_stop();
    thread_.join();
}

void EventFollower::wake() {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    woken_.notify_one();
}

void EventFollower::wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, std::chrono::milliseconds(200), [this] { return is_woken_; });
    is_woken_ = false;
}

void EventFollower::loop(const std::stop_token& stop) {
    LiveUpdate update(app_);
    bool failing = false;
    while (!stop.stop_requested()) {
        const auto taken = update.step();
        // Who came first did the work.
        const bool fails = !taken && taken.error().code != ErrorCode::conflict;
        if (fails && !failing) {
            log::error("could not bring customers up to date with what was posted: " + to_text(taken.error()));
        }
        failing = fails;
        if (taken.value_or(0) == 0) wait(stop);
    }
}

}  // namespace boon::app
