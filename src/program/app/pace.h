// How fast long work goes and how long it will take yet, by what it reports. Of one thread; reads no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace boon::app {

class Pace {
public:
    // A total of this many says that the work has no things to count: shares of one whole, in all of its steps.
    static constexpr std::int64_t kShares = 1000;

    // `total` 0: not known. `note`: what it is at; the part before the colon is the step, and an empty one means the
    // step before. `now_s`: of any clock that does not go back.
    void report(std::int64_t done, std::int64_t total, std::string_view note, double now_s);

    // Of `done`, since the step began (of shares: since their total was known); 0 before it can be told. What is done
    // in one step says nothing about the next, unless both are shares of one whole.
    [[nodiscard]] double rate_per_s() const;
    // By the rate at the last report; nothing before that is known, nor once the time has passed without an end.
    [[nodiscard]] std::optional<double> left_s(double now_s) const;

    // Whether the last report began to count anew: another step, and fewer done or another total.
    [[nodiscard]] bool began_anew() const { return began_anew_; }

private:
    struct Point {
        std::int64_t done = 0;
        double at_s = 0;
    };

    std::string step_;
    std::int64_t total_ = 0;
    Point first_;
    Point last_;  // when `done` last changed
    bool began_anew_ = false;
};

// `fit` of `fit: round 120 of at most 1000`.
std::string_view step_of(std::string_view note);

}  // namespace boon::app
