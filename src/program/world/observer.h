// What the records show of a customer as time goes by.
#pragma once

#include <vector>

#include "program/world/acceptance.h"
#include "program/world/life.h"

namespace boon::world {

// Follows one life; keeps references to both.
class Observer {
public:
    Observer(const Options& options, const Life& life);

    // Calls must not go back in time.
    const Situation& at(Timestamp now);

    // What was shown, and converted, up to then; in the order of time.
    void shown(Timestamp at, std::size_t offer);
    void converted(Timestamp at) { converted_.push_back(at); }

private:
    struct Shown {
        Timestamp at;
        std::size_t offer;
    };

    void enter(const Transaction& transaction);
    [[nodiscard]] int tier_at(Timestamp now) const;

    const Options& options_;
    const Life& life_;
    Situation situation_;
    std::vector<Shown> shown_;
    std::vector<Timestamp> converted_;
    std::size_t next_ = 0;
    std::size_t all_old_ = 0;
    std::size_t old_shown_ = 0;
    std::int64_t spend_minor_ = 0;
    Timestamp last_;
    bool seen_ = false;
};

}  // namespace boon::world
