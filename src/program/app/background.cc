#include "program/app/background.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include <sys/resource.h>

#include "platform/base/log.h"

namespace boon::app {

namespace {

constexpr int kSteps = 10;

std::atomic<bool> answers_requests = false;

}  // namespace

void answer_requests() { answers_requests = true; }

void give_way() {
    if (!answers_requests) return;
    // 0 is the calling thread, not its process.
    const int now = getpriority(PRIO_PROCESS, 0);
    if (now < kSteps && setpriority(PRIO_PROCESS, 0, kSteps) != 0)
        log::warning(std::string("long work could not be given a lower priority: ") + std::strerror(errno));
}

void give_way_while(const std::function<void()>& work) {
    std::jthread([&] {
        give_way();
        work();
    }).join();
}

}  // namespace boon::app
