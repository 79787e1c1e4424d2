#include "program/world/best_guess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "program/world/leaving.h"
#include "program/world/observer.h"

namespace boon::world {

namespace {

double days_between(Timestamp from, Timestamp to) {
    return static_cast<double>(to.micros - from.micros) / static_cast<double>(kMicrosPerDay);
}

double logistic_of(double x) { return 1 / (1 + std::exp(-x)); }

// P(no event of a Poisson process of a gamma rate) over so many days of it: the negative binomial's first term.
double none(const Leaving& leaving, const Departure& departure, double days) {
    return std::pow(departure.rate_b / (departure.rate_b + days), leaving.rate_a);
}

// By when a bill that is not automatic is paid: in the ten days before it is due, or late.
double paid_by(const Bill& bill, Timestamp at, double late) {
    const double days = days_between(bill.due, at);
    const double timely = std::clamp((days + 10) / 10, 0.0, 1.0);
    return (1 - late) * timely + (days > 1 ? late * (1 - std::exp(-(days - 1) / kLateDays)) : 0);
}

// That a bill is paid between the two instants. One that was due before the first was not paid by then, as far as this
// is asked; one that was not may be paid already.
double is_paid_between(const Bill& bill, Timestamp from, Timestamp until, double late) {
    const double before = paid_by(bill, from, late);
    const double between = std::max(0.0, paid_by(bill, until, late) - before);
    if (bill.due >= from) return between;
    return before >= 1 - 1e-9 ? 0 : between / (1 - before);
}

double mean_of(const Leaving& leaving, const auto& of_departure) {
    double sum = 0;
    for (const Departure& departure : leaving.departures) sum += departure.probability * of_departure(departure);
    return sum;
}

// E σ(z) of a normal z, within .01: MacKay 1992, "The evidence framework applied to classification networks", eq. 13.
double mean_logistic(double mean, double variance) {
    return logistic_of(mean / std::sqrt(1 + std::numbers::pi * variance / 8));
}

}  // namespace

Seasons seasons_of(const Options& options) { return {options.start, options.days + 400}; }

double BestGuess::churn(Timestamp at, int days) const {
    const Evidence evidence = evidence_of(options_, life_, at);
    const Leaving leaving = leaving_of(options_, evidence, seasons_, days + kFadingDays);
    const Timestamp end = plus_days(at, days);
    const bool pays = !life_.traits.prepaid && !life_.traits.autopay;
    const double late = late_share(evidence).mean;
    return mean_of(leaving, [&](const Departure& d) {
        double idle = none(leaving, d, expected_days(seasons_, at, end, d.at));
        for (const Bill& bill : evidence.bills) {
            if (!pays || bill.is_paid || bill.billed >= d.at) continue;
            idle *= 1 - is_paid_between(bill, at, std::min(end, std::max(d.at, at)), late);
        }
        return idle;
    });
}

double BestGuess::propensity(Timestamp at, int days) const {
    const Evidence evidence = evidence_of(options_, life_, at);
    const Leaving leaving = leaving_of(options_, evidence, seasons_, days + kFadingDays);
    const double share = purchase_share(life_.traits.prepaid);
    return 1 - mean_of(leaving, [&](const Departure& d) {
               return none(leaving, d, share * expected_days(seasons_, at, plus_days(at, days), d.at));
           });
}

double BestGuess::cross_sell(Timestamp at, int days) const {
    const Evidence evidence = evidence_of(options_, life_, at);
    const Leaving leaving = leaving_of(options_, evidence, seasons_, days + kFadingDays);
    double other = 0;
    double all = 0;
    for (std::size_t c = 0; c < kCategories; ++c) {
        const double weight = kTasteConcentration + evidence.bought[c];
        all += weight;
        if (!evidence.bought_365d[c]) other += weight;
    }
    // The share of purchases that go to other categories is a beta variable: its mean, one deviation up and down.
    const double mean = other / all;
    const double deviation = std::sqrt(mean * (1 - mean) / (all + 1));
    const double share = purchase_share(life_.traits.prepaid) * (1 - options_.parameters.missing_share);
    return 1 - mean_of(leaving, [&](const Departure& d) {
               const double expected = share * expected_days(seasons_, at, plus_days(at, days), d.at);
               const double low = none(leaving, d, expected * std::max(0.0, mean - deviation));
               return 0.5 * (low + none(leaving, d, expected * std::min(1.0, mean + deviation)));
           });
}

double BestGuess::upsell(Timestamp at, int days) const {
    const Evidence evidence = evidence_of(options_, life_, at);
    if (evidence.tier >= kTopTier) return 0;
    // Engagement is seen in views, and, with the amounts, in upgrades so far: a grid of both.
    double total = 0;
    double moves = 0;
    for (int i = -16; i <= 16; ++i) {
        const double engagement = 0.25 * i;
        const double views = logistic_of(0.1 + 0.8 * engagement);
        const double of_views = evidence.viewed * std::log(views) + evidence.ignored * std::log(1 - views);
        for (int j = -4; j <= 4; ++j) {
            const double away = 0.75 * j;
            Traits traits = life_.traits;
            traits.engagement = engagement;
            traits.log_amount = evidence.log_amount.mean + away * std::sqrt(evidence.log_amount.variance);
            const double hazard = tier_hazard_per_day(traits, evidence.tier);
            const double weight = std::exp(
                of_views - 0.5 * (engagement * engagement + away * away) + evidence.upgrades * std::log(hazard) -
                hazard * evidence.days_below_top
            );
            total += weight;
            moves += weight * (1 - std::exp(-hazard * days));
        }
    }
    return total > 0 ? moves / total : 0;
}

namespace {

// Of bills that are looked at from `at`: those due until `last_due`, and how many days late is a default.
struct Due {
    Timestamp at;
    Timestamp last_due;
    int late_days = 0;
    bool autopay = false;
    double late = 0;  // the customer's share of late bills
};

double is_paid_in_time(const Bill& bill, const Due& due, Timestamp leaves) {
    if (due.autopay) return leaves > bill.due ? 1 : 0;
    return paid_by(bill, std::min(leaves, plus_days(bill.due, due.late_days)), due.late);
}

// That all of them are paid in time by who departs so; nothing where there is none.
std::optional<double> all_paid(const std::vector<Bill>& bills, const Due& due, const Departure& d) {
    double paid = 1;
    bool has_bill = false;
    for (const Bill& bill : bills) {
        if (bill.due <= due.at || bill.due > due.last_due || bill.billed >= d.at) continue;
        has_bill = true;
        paid *= is_paid_in_time(bill, due, d.at);
    }
    return has_bill ? std::optional(paid) : std::nullopt;
}

}  // namespace

double BestGuess::default_risk(Timestamp at, int due_days, int late_days) const {
    const Evidence evidence = evidence_of(options_, life_, at);
    const Leaving leaving = leaving_of(options_, evidence, seasons_, due_days + late_days);
    const Due due{at, plus_days(at, due_days), late_days, life_.traits.autopay, late_share(evidence).mean};
    double asked = 0;  // only who has a bill is asked about
    const double defaults = mean_of(leaving, [&](const Departure& d) {
        const auto paid = all_paid(evidence.bills, due, d);
        if (paid) asked += d.probability;
        return paid ? 1 - *paid : 0;
    });
    return asked > 0 ? defaults / asked : 0;
}

BestGuess::Exposed BestGuess::exposed(const Evidence& evidence, std::size_t channel) const {
    Observer observer(options_, life_);
    for (const Interaction& interaction : life_.interactions) {
        if (interaction.at >= evidence.at) break;
        if (interaction.kind == InteractionKind::converted) observer.converted(interaction.at);
        if (interaction.kind != InteractionKind::sent) continue;
        observer.at(interaction.at);
        observer.shown(interaction.at, interaction.offer);
    }
    // What is not known of the customer is at its mean; the logit is linear in it, and its variance is added.
    Traits traits = life_.traits;
    traits.price_sensitivity = evidence.price_sensitivity.mean;
    traits.unobserved = {};
    double all = 0;
    for (std::size_t c = 0; c < kChannels; ++c) all += kChannelConcentration + evidence.channels[c];
    for (std::size_t c = 0; c < kChannels; ++c) {
        traits.channel_use[c] = (kChannelConcentration + evidence.channels[c]) / all;
    }
    const double use = traits.channel_use[channel];
    const Parameters& p = options_.parameters;
    Exposed out;
    const Situation& situation = observer.at(evidence.at);
    out.logits = accept_logits(traits, situation, channel, p);
    Traits more = traits;
    more.price_sensitivity += 1;
    const auto steeper = accept_logits(more, situation, channel, p);
    for (std::size_t i = 0; i < kOffers; ++i) {
        const double slope = steeper[i] - out.logits[i];
        const double variance = slope * slope * evidence.price_sensitivity.variance +
                                1.2 * 1.2 * use * (1 - use) / (all + 1) + p.unobserved * p.unobserved;
        out.probabilities[i] = mean_logistic(out.logits[i], variance);
    }
    return out;
}

std::optional<double> BestGuess::nbo(Timestamp at, std::size_t offer) const {
    const auto sent = std::ranges::find_if(life_.interactions, [&](const Interaction& interaction) {
        return interaction.kind == InteractionKind::sent && interaction.at == at && interaction.offer == offer;
    });
    if (sent == life_.interactions.end()) return std::nullopt;
    const Evidence evidence = evidence_of(options_, life_, at);
    if (evidence.gone_at) return 0;
    double all = 0;
    for (const double count : evidence.channels) all += kChannelConcentration + count;
    double sum = 0;
    for (std::size_t c = 0; c < kChannels; ++c) {
        const double use = (kChannelConcentration + evidence.channels[c]) / all;
        sum += (0.25 + use) / 2 * exposed(evidence, c).probabilities[offer];
    }
    return sum;
}

std::optional<double> BestGuess::campaign_response(Timestamp at) const {
    const auto contact = std::ranges::find(life_.contacts, at, &Contact::sent_at);
    if (contact == life_.contacts.end()) return std::nullopt;
    const Evidence evidence = evidence_of(options_, life_, at);
    if (evidence.gone_at) return 0;
    const Exposed accepts = exposed(evidence, contact->channel);
    double total = 0;
    std::array<double, kOffers> preferred{};
    for (std::size_t i = 0; i < kOffers; ++i) {
        preferred[i] = std::exp(kPolicySharpness * accepts.logits[i]);
        total += preferred[i];
    }
    const double confounded = options_.parameters.confounded_share;
    double sum = 0;
    for (std::size_t i = 0; i < kOffers; ++i) {
        const double chosen = confounded * preferred[i] / total + (1 - confounded) / kOffers;
        sum += chosen * accepts.probabilities[i];
    }
    return sum;
}

}  // namespace boon::world
