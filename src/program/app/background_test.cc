#include "program/app/background.h"

#include <algorithm>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace boon::app {
namespace {

int own_priority() { return getpriority(PRIO_PROCESS, 0); }

TEST(Background, GivesWayWithWhatItStartsAndNobodyElse) {
    const int before = own_priority();
    int alone = -1;
    give_way_while([&] { alone = own_priority(); });
    EXPECT_EQ(alone, before) << "nobody asks this process for anything";
    answer_requests();
    const int lowered = std::max(before, 10);  // the tests themselves may run at a low priority
    int there = -1;
    int started_there = -1;
    give_way_while([&] {
        there = own_priority();
        std::jthread([&] { started_there = own_priority(); }).join();
    });
    EXPECT_EQ(there, lowered);
    EXPECT_EQ(started_there, lowered);
    EXPECT_EQ(own_priority(), before);
}

}  // namespace
}  // namespace boon::app
