// Which offers a customer was shown, by whom they were chosen, and what came of it.
#include <algorithm>
#include <cmath>

#include "program/world/acceptance.h"
#include "program/world/life.h"
#include "program/world/observer.h"
#include "program/world/random.h"

namespace boon::world {

namespace {

constexpr int kStillContactedDays = 45;  // the company does not know at once who has left
constexpr double kMeanLogit = -2.5;      // of accepting, about
constexpr double kOtherOffer = 0.004;    // of refusals: another offer is taken instead

std::int64_t to_micros(double days) { return static_cast<std::int64_t>(days * static_cast<double>(kMicrosPerDay)); }

class Exposures {
public:
    Exposures(const Options& options, Life& life)
        : options_(options),
          life_(life),
          traits_(life.traits),
          random_(options.seed, static_cast<std::uint64_t>(life.traits.index), Random::Purpose::exposures),
          observer_(options, life),
          until_(std::min(end_of(options), life.traits.leaves_at)) {}

    void make() {
        for (const Timestamp at : draw_times()) show(at);
        finish();
        std::stable_sort(
            life_.interactions.begin(), life_.interactions.end(),
            [](const Interaction& a, const Interaction& b) { return a.at < b.at; }
        );
    }

private:
    std::vector<Timestamp> draw_times() {
        const Timestamp from = std::max(options_.start, traits_.joined_at);
        const Timestamp to = std::min(end_of(options_), plus_days(traits_.leaves_at, kStillContactedDays));
        const std::int64_t span = to.micros - from.micros;
        const double mean = options_.parameters.exposures_per_year * static_cast<double>(span) /
                            (365.0 * static_cast<double>(kMicrosPerDay));
        std::vector<Timestamp> times(static_cast<std::size_t>(random_.poisson(mean)));
        for (Timestamp& time : times) {
            time = plus_micros(from, static_cast<std::int64_t>(static_cast<double>(span) * random_.uniform()));
        }
        std::sort(times.begin(), times.end());
        return times;
    }

    std::size_t draw_channel() {
        std::array<double, kChannels> weights{};
        for (std::size_t i = 0; i < kChannels; ++i) weights[i] = 0.25 + traits_.channel_use[i];
        return random_.pick(weights);
    }

    void show(Timestamp at) {
        const std::size_t channel = draw_channel();
        const bool outbound = channel < kOutbound;
        const bool there = at < until_;
        // Only who is there opens the app.
        if (!outbound && !there) return;
        const std::int64_t id = next_id();
        const Situation& situation = observer_.at(at);
        const auto logits = accept_logits(traits_, situation, channel, options_.parameters);
        if (outbound) {
            const bool control = random_.chance(control_chance(logits));
            life_.contacts.push_back({id, at, channel, control});
            const ContactTruth truth = there ? truth_of(id, situation, logits) : ContactTruth{id, 0, 0};
            life_.contact_truths.push_back(truth);
            if (control) return come_anyway({.offer = 0, .at = at, .shown_at = at, .channel = channel}, truth, logits);
        }
        const bool confounded = random_.chance(options_.parameters.confounded_share);
        const std::size_t offer = confounded ? prefer(logits) : static_cast<std::size_t>(random_.whole(kOffers));
        const double probability = there ? logistic(logits[offer]) : 0;
        life_.exposures.push_back({id, probability});
        Interaction sent{.id = id, .exposure_id = id, .offer = offer, .at = at, .shown_at = at, .channel = channel};
        if (!confounded) sent.propensity = 1.0 / kOffers;
        life_.interactions.push_back(sent);
        observer_.shown(at, offer);
        if (there) answer(sent, probability);
    }

    using Logits = std::array<double, kOffers>;

    static std::array<double, kOffers> preferences(const Logits& logits) {
        std::array<double, kOffers> weights{};
        for (std::size_t i = 0; i < kOffers; ++i) weights[i] = exp_same(kPolicySharpness * logits[i]);
        return weights;
    }
    std::size_t prefer(const Logits& logits) { return random_.pick(preferences(logits)); }

    // Even, or the greater the less the customer would convert.
    [[nodiscard]] double control_chance(const Logits& logits) const {
        const Parameters& parameters = options_.parameters;
        if (parameters.confounded_control == 0) return parameters.control_share;
        double mean = 0;
        for (const double logit : logits) mean += logit / kOffers;
        const double odds = exp_same(-parameters.confounded_control * (mean - kMeanLogit));
        return std::clamp(parameters.control_share * odds, 0.01, 0.95);
    }

    // Over the offers as they are drawn. Who was here lately comes anyway.
    [[nodiscard]] ContactTruth truth_of(std::int64_t id, const Situation& situation, const Logits& logits) const {
        const auto weights = preferences(logits);
        double even = 0;
        double preferred = 0;
        double sum = 0;
        for (std::size_t i = 0; i < kOffers; ++i) {
            even += logistic(logits[i]) / kOffers;
            preferred += weights[i] * logistic(logits[i]);
            sum += weights[i];
        }
        const double confounded = options_.parameters.confounded_share;
        const double treated = (1 - confounded) * even + confounded * preferred / sum;
        const double own = options_.parameters.own_accord;
        if (own == 0) return {id, treated, 0};
        const double recency = exp_same(-std::min(situation.days_since_transaction, 1000.0) / 30);
        return {id, treated, treated * exp_same(log_same(own) * (1 - recency))};
    }

    // Draws nothing where nobody comes without a contact.
    void come_anyway(Interaction visit, const ContactTruth& truth, const Logits& logits) {
        if (truth.untreated == 0 || !random_.chance(truth.untreated)) return;
        visit.offer = prefer(logits);
        convert(visit, visit.at, visit.offer);
    }

    void answer(const Interaction& sent, double probability) {
        const bool accepts = random_.chance(probability);
        const bool views = random_.chance(logistic(0.1 + 0.8 * traits_.engagement)) || accepts;
        if (!views) return;
        Timestamp at = plus_micros(sent.at, to_micros(std::min(random_.exponential(0.2), 3.0)));
        add(sent, InteractionKind::viewed, at);
        if (accepts || random_.chance(0.12)) {
            at = plus_micros(at, to_micros(std::min(random_.exponential(0.01), 0.5)));
            add(sent, InteractionKind::clicked, at);
        }
        if (accepts) {
            convert(sent, at, sent.offer);
        } else if (random_.chance(kOtherOffer)) {
            convert(sent, at, (sent.offer + 1 + static_cast<std::size_t>(random_.whole(kOffers - 1))) % kOffers);
        } else if (sent.channel < kOutbound && random_.chance(0.05)) {
            add(sent, InteractionKind::rejected, plus_micros(at, kMicrosPerSecond * 30));
        }
    }

    void convert(const Interaction& sent, Timestamp after, std::size_t offer) {
        const Timestamp at = plus_micros(after, to_micros(std::min(random_.exponential(1.5), 10.0)));
        if (add(sent, InteractionKind::converted, at)) {
            life_.interactions.back().converted_offer = offer;
            observer_.converted(at);
        }
    }

    bool add(const Interaction& sent, InteractionKind kind, Timestamp at) {
        if (at >= until_) return false;
        Interaction interaction = sent;
        interaction.id = next_id();
        interaction.kind = kind;
        interaction.at = at;
        interaction.propensity.reset();
        life_.interactions.push_back(interaction);
        return true;
    }

    void finish() {
        if (life_.left) return;
        const auto favourite = static_cast<std::size_t>(
            std::max_element(traits_.channel_use.begin(), traits_.channel_use.end()) - traits_.channel_use.begin()
        );
        const auto logits = accept_logits(traits_, observer_.at(end_of(options_)), favourite, options_.parameters);
        for (std::size_t i = 0; i < kOffers; ++i) life_.accept_at_end[i] = logistic(logits[i]);
    }

    std::int64_t next_id() { return traits_.index * 10'000 + count_++; }

    const Options& options_;
    Life& life_;
    const Traits& traits_;
    Random random_;
    Observer observer_;
    Timestamp until_;
    std::int64_t count_ = 0;
};

}  // namespace

void make_exposures(const Options& options, Life& life) { Exposures(options, life).make(); }

}  // namespace boon::world
