#include "platform/base/burst.h"

#include <utility>
#include <vector>

namespace boon {

namespace {

thread_local int t_depth = 0;
thread_local std::vector<std::function<void()>> t_acts;

}  // namespace

Burst::Burst() { ++t_depth; }

Burst::~Burst() {
    if (--t_depth > 0) return;
    // An act may begin a burst of its own.
    const auto acts = std::exchange(t_acts, {});
    for (const auto& act : acts) act();
}

void Burst::at_end(std::function<void()> act) {
    if (t_depth == 0) return act();
    t_acts.push_back(std::move(act));
}

}  // namespace boon
