#include "program/world/evidence.h"

#include <algorithm>
#include <cmath>

namespace boon::world {

namespace {

constexpr int kAheadDays = 120;  // bills to come that any question is about

double days_between(Timestamp from, Timestamp to) {
    return static_cast<double>(to.micros - from.micros) / static_cast<double>(kMicrosPerDay);
}

bool is_own(TransactionType type) {
    return type == TransactionType::purchase || type == TransactionType::recharge || type == TransactionType::usage;
}

double logistic_of(double x) { return 1 / (1 + std::exp(-x)); }

struct Amounts {
    double count = 0;
    double sum = 0;  // of logarithms
};

// Price sensitivity is seen in the contract and in what is spent, on a grid; the mean amount follows from both.
void guess_at_traits(const Traits& traits, const Amounts& amounts, Evidence& out) {
    const double spread = kAmountOwn * kAmountOwn;
    const double noise = kAmountSpread * kAmountSpread;
    const double precision = 1 / spread + amounts.count / noise;
    double total = 0;
    std::array<double, 4> sums{};  // of s, s², m, m²
    for (int i = -20; i <= 20; ++i) {
        const double s = 0.2 * i;
        const double prior = kAmountBase + kAmountPrice * s + kAmountTier * traits.tier;
        const double prepaid = logistic_of(kPrepaidBase + kPrepaidSlope * s);
        double weight = std::exp(-0.5 * s * s) * (traits.prepaid ? prepaid : 1 - prepaid);
        if (amounts.count > 0) {
            const double gap = amounts.sum / amounts.count - prior;
            weight *= std::exp(-0.5 * gap * gap / (spread + noise / amounts.count));
        }
        const double m = (prior / spread + amounts.sum / noise) / precision;
        total += weight;
        sums[0] += weight * s;
        sums[1] += weight * s * s;
        sums[2] += weight * m;
        sums[3] += weight * (m * m + 1 / precision);
    }
    for (double& sum : sums) sum /= total;
    out.price_sensitivity = {sums[0], sums[1] - sums[0] * sums[0]};
    out.log_amount = {sums[2], sums[3] - sums[2] * sums[2]};
}

void look_at_transactions(const Life& life, Evidence& out) {
    const Timestamp welcome = plus_micros(life.traits.joined_at, kMicrosPerHour);  // no part of the Poisson process
    Amounts amounts;
    for (const Transaction& transaction : life.transactions) {
        if (transaction.at >= out.at) break;
        if (transaction.type == TransactionType::returned) continue;
        if (!is_own(transaction.type)) continue;
        if (transaction.at != welcome) out.own.push_back(transaction.at);
        amounts.count += 1;
        amounts.sum += std::log(static_cast<double>(transaction.amount_minor) / 100);
        if (transaction.channel) out.channels[*transaction.channel] += 1;
        if (transaction.type != TransactionType::purchase) continue;
        out.bought[*transaction.category] += 1;
        if (transaction.at >= plus_days(out.at, -365)) out.bought_365d[*transaction.category] = true;
    }
    guess_at_traits(life.traits, amounts, out);
}

// A bill that is due: whether it was paid by now, and late or not.
void look_at_payment(const Life& life, Bill& bill, Evidence& out) {
    const auto payment = std::ranges::find(life.payments, bill.due, &Payment::due_at);
    if (payment == life.payments.end()) return;
    if (payment->paid_at && *payment->paid_at < out.at) {
        bill.is_paid = true;
        (*payment->paid_at > bill.due ? out.late_bills : out.timely_bills) += 1;
    } else if (out.at > plus_days(bill.due, 1)) {
        out.late_bills += 1;
    }
}

// The schedule is known: every 30 days from the day they joined. Of a payment the records say nothing before it is due.
void look_at_bills(const Life& life, Evidence& out) {
    const Traits& traits = life.traits;
    if (traits.prepaid) return;
    const std::int64_t month = 30 * kMicrosPerDay;
    const std::int64_t before = std::max<std::int64_t>(0, (out.from.micros - traits.joined_at.micros) / month);
    for (Timestamp billed = plus_micros(traits.joined_at, before * month); billed < plus_days(out.at, kAheadDays);
         billed = plus_micros(billed, month)) {
        if (billed < out.from) continue;
        Bill bill{billed, plus_days(billed, 14)};
        if (bill.due < out.at) look_at_payment(life, bill, out);
        out.bills.push_back(bill);
    }
    if (traits.autopay) out.late_bills = 0;
}

void look_at_tiers(const Life& life, Evidence& out) {
    out.tier = life.traits.tier;
    Timestamp top = out.at;
    for (const Holding& holding : life.holdings) {
        if (holding.tier == 0 || holding.started_at >= out.at || holding.tier <= out.tier) continue;
        out.tier = holding.tier;
        out.upgrades += 1;
        if (holding.tier == kTopTier) top = holding.started_at;
    }
    if (life.traits.tier < kTopTier) out.days_below_top = std::max(0.0, days_between(out.from, top));
}

void look_at_interactions(const Life& life, Evidence& out) {
    double sent = 0;
    double viewed = 0;
    double converted = 0;
    for (const Interaction& interaction : life.interactions) {
        if (interaction.at >= out.at) break;
        sent += interaction.kind == InteractionKind::sent ? 1 : 0;
        viewed += interaction.kind == InteractionKind::viewed ? 1 : 0;
        converted += interaction.kind == InteractionKind::converted ? 1 : 0;
    }
    out.viewed = std::max(0.0, viewed - converted);
    out.ignored = std::max(0.0, sent - viewed);
}

}  // namespace

Evidence evidence_of(const Options& options, const Life& life, Timestamp at) {
    Evidence out;
    out.from = std::max(options.start, life.traits.joined_at);
    out.at = at;
    if (life.traits.leaves_at < at) out.gone_at = life.traits.leaves_at;
    look_at_transactions(life, out);
    look_at_bills(life, out);
    look_at_tiers(life, out);
    look_at_interactions(life, out);
    return out;
}

Guess late_share(const Evidence& evidence) {
    const double a = kLateAlpha + evidence.late_bills;
    const double b = kLateBeta + evidence.timely_bills;
    return {a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1))};
}

}  // namespace boon::world
