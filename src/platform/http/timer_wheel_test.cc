#include "platform/http/timer_wheel.h"

#include <map>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace boon::http {
namespace {

struct Alarm final : TimerWheel::Entry {
    explicit Alarm(TimerWheel& on) : wheel(on) {}
    void on_deadline() override { rang.push_back(wheel.now()); }
    TimerWheel& wheel;
    std::vector<TimerWheel::Tick> rang;
};

void advance_to(TimerWheel& wheel, TimerWheel::Tick tick) {
    while (wheel.now() < tick) wheel.advance();
}

TEST(TimerWheel, RingsOnceAtTheDeadline) {
    TimerWheel wheel(8);
    Alarm alarm(wheel);
    wheel.set(alarm, 3);
    advance_to(wheel, 30);
    EXPECT_THAT(alarm.rang, testing::ElementsAre(3));
}

TEST(TimerWheel, LaterEarlierNeverAndBeyondItsTurn) {
    TimerWheel wheel(8);
    Alarm later(wheel);
    Alarm earlier(wheel);
    Alarm never(wheel);
    Alarm far(wheel);
    Alarm overdue(wheel);
    for (Alarm* alarm : {&later, &earlier, &never}) wheel.set(*alarm, 4);
    wheel.set(later, 6);
    wheel.set(earlier, 2);
    wheel.set(never, TimerWheel::kNever);
    wheel.set(far, 100);
    wheel.set(overdue, 0);
    auto gone = std::make_unique<Alarm>(wheel);
    wheel.set(*gone, 4);
    gone.reset();
    advance_to(wheel, 200);
    EXPECT_THAT(later.rang, testing::ElementsAre(6));
    EXPECT_THAT(earlier.rang, testing::ElementsAre(2));
    EXPECT_THAT(never.rang, testing::ElementsAre());
    EXPECT_THAT(far.rang, testing::ElementsAre(100));
    EXPECT_THAT(overdue.rang, testing::ElementsAre(1));
}

TEST(TimerWheel, AgreesWithAMap) {
    EXPECT_TRUE(rc::check([] {
        TimerWheel wheel(8);
        std::vector<std::unique_ptr<Alarm>> alarms;
        std::map<std::size_t, TimerWheel::Tick> model;
        std::vector<std::vector<TimerWheel::Tick>> expected(5);
        for (int i = 0; i < 5; ++i) alarms.push_back(std::make_unique<Alarm>(wheel));
        for (int step = 0; step < 200; ++step) {
            if (*rc::gen::inRange(0, 2) == 0) {
                const auto which = *rc::gen::inRange<std::size_t>(0, 5);
                const auto after = *rc::gen::inRange<TimerWheel::Tick>(0, 30);
                const TimerWheel::Tick deadline = after == 0 ? TimerWheel::kNever : wheel.now() + after;
                wheel.set(*alarms[which], deadline);
                model[which] = deadline;
            } else {
                wheel.advance();
                for (auto& [which, deadline] : model) {
                    if (deadline > wheel.now()) continue;
                    expected[which].push_back(wheel.now());
                    deadline = TimerWheel::kNever;
                }
            }
        }
        for (std::size_t i = 0; i < 5; ++i) RC_ASSERT(alarms[i]->rang == expected[i]);
    }));
}

}  // namespace
}  // namespace boon::http
