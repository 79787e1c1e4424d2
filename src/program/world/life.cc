#include "program/world/life.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "program/world/random.h"
#include "program/world/season.h"

namespace boon::world {

namespace {

constexpr std::array<double, 24> kHours = {1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 4, 5, 5,
                                           6, 5,   5,   5,   6,   7,   8, 8, 7, 5, 4, 2};

std::int64_t to_micros(double days) { return static_cast<std::int64_t>(days * static_cast<double>(kMicrosPerDay)); }

// Another time on the same day, in daylight.
Timestamp at_an_hour(Random& random, Timestamp at) {
    const std::int64_t day = at.micros - at.micros % kMicrosPerDay;
    const auto hour = static_cast<std::int64_t>(random.pick(kHours));
    return {day + hour * kMicrosPerHour + random.whole(3600) * kMicrosPerSecond};
}

TransactionType draw_type(Random& random, bool prepaid) {
    if (random.chance(purchase_share(prepaid))) return TransactionType::purchase;
    return prepaid && random.chance(0.76) ? TransactionType::recharge : TransactionType::usage;
}

Transaction draw_transaction(Random& random, const Traits& traits, Timestamp at) {
    Transaction transaction{.at = at, .type = draw_type(random, traits.prepaid)};
    const double amount = exp_same(traits.log_amount + kAmountSpread * random.normal());
    transaction.amount_minor = std::max(1LL, std::llround(amount * 100));
    transaction.channel = random.pick(traits.channel_use);
    if (transaction.type == TransactionType::purchase) {
        transaction.category = random.pick(traits.taste);
        transaction.product = 1 + static_cast<int>(random.whole(20));
        transaction.quantity = 1 + random.poisson(0.3);
    }
    return transaction;
}

void add_returns(Random& random, const Transaction& bought, Timestamp until, std::vector<Transaction>& to) {
    if (bought.type != TransactionType::purchase || !random.chance(kReturnShare)) return;
    Transaction back = bought;
    back.type = TransactionType::returned;
    back.at = plus_micros(bought.at, to_micros(random.uniform(3, 14)));
    back.amount_minor = -bought.amount_minor;
    if (back.at < until) to.push_back(back);
}

// Whole 30-day periods after joining, within [from, until).
template <class F>
void for_each_month(const Traits& traits, Timestamp from, Timestamp until, F&& f) {
    const std::int64_t month = 30 * kMicrosPerDay;
    std::int64_t periods = std::max<std::int64_t>(0, (from.micros - traits.joined_at.micros) / month);
    for (Timestamp at = plus_micros(traits.joined_at, periods * month); at < until; at = plus_micros(at, month)) {
        if (at >= from) f(at);
    }
}

Timestamp from_of(const Options& options, const Traits& traits) { return std::max(options.start, traits.joined_at); }
Timestamp until_of(const Options& options, const Traits& traits) { return std::min(end_of(options), traits.leaves_at); }

}  // namespace

void make_transactions(const Options& options, Life& life) {
    const Traits& traits = life.traits;
    Random random(options.seed, static_cast<std::uint64_t>(traits.index), Random::Purpose::transactions);
    const Timestamp from = from_of(options, traits);
    const Timestamp until = until_of(options, traits);
    const Timestamp fading = plus_days(traits.leaves_at, -kFadingDays);
    std::vector<Transaction>& all = life.transactions;
    const auto add = [&](Timestamp at) {
        if (at < from || at >= until) return;
        all.push_back(draw_transaction(random, traits, at));
        const Transaction bought = all.back();
        add_returns(random, bought, until, all);
    };
    if (traits.joined_at >= options.start && random.chance(0.7)) add(plus_micros(traits.joined_at, kMicrosPerHour));
    // A Poisson process whose rate changes with the season, by thinning (Lewis & Shedler 1979).
    const double mean_gap = 1 / (traits.rate_per_day * kBusiest);
    for (Timestamp at = from;;) {
        at = plus_micros(at, to_micros(std::min(random.exponential(mean_gap), 10'000.0)));
        if (at >= until) break;
        const double rate = season(at) * (at >= fading ? kFading : 1);
        if (random.chance(rate / kBusiest)) add(at_an_hour(random, at));
    }
    if (!traits.prepaid) {
        for_each_month(traits, from, until, [&](Timestamp at) {
            all.push_back(
                {.at = at,
                 .type = TransactionType::automatic,
                 .amount_minor = static_cast<std::int64_t>(kMonthlyFee * 100)}
            );
        });
    }
    std::stable_sort(all.begin(), all.end(), [](const Transaction& a, const Transaction& b) { return a.at < b.at; });
    for (std::size_t i = 0; i < all.size(); ++i) all[i].id = traits.index * 10'000 + static_cast<std::int64_t>(i);
}

void make_payments(const Options& options, Life& life) {
    const Traits& traits = life.traits;
    if (traits.prepaid) return;
    Random random(options.seed, static_cast<std::uint64_t>(traits.index), Random::Purpose::payments);
    const Timestamp until = until_of(options, traits);
    for_each_month(traits, from_of(options, traits), until, [&](Timestamp billed) {
        Payment payment{.due_at = plus_days(billed, 14), .automatic = traits.autopay};
        double days = -random.uniform(0, 10);
        if (!traits.autopay && random.chance(traits.late_share)) days = 1 + random.exponential(kLateDays);
        const Timestamp paid = plus_micros(payment.due_at, to_micros(traits.autopay ? 0 : days));
        if (paid < until) payment.paid_at = paid;
        payment.id = traits.index * 1000 + static_cast<std::int64_t>(life.payments.size());
        life.payments.push_back(payment);
    });
}

void make_holdings(const Options& options, Life& life) {
    const Traits& traits = life.traits;
    Random random(options.seed, static_cast<std::uint64_t>(traits.index), Random::Purpose::holdings);
    const Timestamp until = until_of(options, traits);
    const auto tariff = [](int tier) { return fmt::format("tariff-{}", tier); };
    life.holdings.push_back({tariff(traits.tier), "tariff", traits.tier, traits.joined_at, {}});
    // The active and the well-paying move up sooner than others.
    Timestamp at = from_of(options, traits);
    while (life.holdings.back().tier < kTopTier) {
        const int tier = life.holdings.back().tier + 1;
        const double wait = random.exponential(1 / std::max(tier_hazard_per_day(traits, tier - 1), 1e-6));
        at = plus_micros(at, to_micros(std::min(wait, 36'500.0)));
        if (at >= until) break;
        life.holdings.back().ended_at = at;
        life.holdings.push_back({tariff(tier), "tariff", tier, at, {}});
    }
    life.tier_at_end = life.holdings.back().tier;
    const int others = random.poisson(0.9);
    for (int i = 0; i < others; ++i) {
        const std::size_t category = random.pick(traits.taste);
        const double span = static_cast<double>(until.micros - traits.joined_at.micros);
        const Timestamp from = plus_micros(traits.joined_at, static_cast<std::int64_t>(span * random.uniform()));
        life.holdings.push_back(
            {fmt::format("{}-plan-{}", kCategoryNames[category], i + 1), kCategoryNames[category], 0, from, {}}
        );
    }
    if (traits.leaves_at < end_of(options)) {
        for (Holding& holding : life.holdings) {
            if (!holding.ended_at) holding.ended_at = traits.leaves_at;
        }
    }
}

Life live(const Options& options, std::int64_t index) {
    Life life{.traits = draw_traits(options, index)};
    life.left = life.traits.leaves_at < end_of(options);
    make_transactions(options, life);
    make_payments(options, life);
    make_holdings(options, life);
    make_exposures(options, life);
    if (!life.left) life.answers_at_end = answers_of(life.traits, life.tier_at_end);
    life.value_at_end = life.left ? 0 : expected_revenue(life.traits, 365);
    return life;
}

}  // namespace boon::world
