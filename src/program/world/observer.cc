#include "program/world/observer.h"

#include <algorithm>

namespace boon::world {

namespace {

double days_between(Timestamp from, Timestamp to) {
    return static_cast<double>(to.micros - from.micros) / static_cast<double>(kMicrosPerDay);
}

}  // namespace

Observer::Observer(const Options& options, const Life& life) : options_(options), life_(life) {
    situation_.age = 2025 - life.traits.birth_year;
}

const Situation& Observer::at(Timestamp now) {
    const auto& all = life_.transactions;
    for (; next_ < all.size() && all[next_].at < now; ++next_) enter(all[next_]);
    for (; all_old_ < next_ && all[all_old_].at < plus_days(now, -90); ++all_old_) {
        spend_minor_ -= all[all_old_].amount_minor;
    }
    situation_.spend_90d = static_cast<double>(spend_minor_) / 100;
    situation_.days_since_transaction = seen_ ? days_between(last_, now) : 1e9;
    for (; old_shown_ < shown_.size() && shown_[old_shown_].at < plus_days(now, -60); ++old_shown_) {
        --situation_.shown_60d[shown_[old_shown_].offer];
    }
    situation_.conversions =
        static_cast<int>(std::count_if(converted_.begin(), converted_.end(), [&](Timestamp at) { return at < now; }));
    situation_.tier = tier_at(now);
    situation_.period = days_between(options_.start, now) / options_.days;
    return situation_;
}

void Observer::shown(Timestamp at, std::size_t offer) {
    shown_.push_back({at, offer});
    ++situation_.shown_60d[offer];
}

void Observer::enter(const Transaction& transaction) {
    spend_minor_ += transaction.amount_minor;
    if (transaction.type == TransactionType::purchase) situation_.purchases[*transaction.category] += 1;
    const bool own = transaction.type != TransactionType::automatic && transaction.type != TransactionType::returned;
    if (!own) return;
    last_ = transaction.at;
    seen_ = true;
}

int Observer::tier_at(Timestamp now) const {
    int tier = life_.traits.tier;
    for (const Holding& holding : life_.holdings) {
        if (holding.tier > 0 && holding.started_at < now) tier = std::max(tier, holding.tier);
    }
    return tier;
}

}  // namespace boon::world
