#include "program/world/leaving.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace boon::world {

namespace {

constexpr int kStepDays = 5;

double days_between(Timestamp from, Timestamp to) {
    return static_cast<double>(to.micros - from.micros) / static_cast<double>(kMicrosPerDay);
}

// The hazard is gamma given its scale, so that what is left of a life is Lomax; the scale is lognormal by what is
// guessed of price sensitivity and late payments, in five points of Gauss and Hermite.
class Lifetimes {
public:
    Lifetimes(const Options& options, const Evidence& evidence) {
        constexpr std::array kNodes = {-2.8569700138728, -1.3556261799742, 0.0, 1.3556261799742, 2.8569700138728};
        const Guess late = late_share(evidence);
        const double mean = log_hazard_factor(evidence.price_sensitivity.mean, late.mean);
        const double deviation =
            std::sqrt(0.35 * 0.35 * evidence.price_sensitivity.variance + 1.5 * 1.5 * late.variance);
        const double hazard = std::max(mean_hazard_per_day(options.parameters), 1e-12);
        for (std::size_t i = 0; i < scales_.size(); ++i) {
            scales_[i] = hazard * std::exp(mean + deviation * kNodes[i]) / kHazardShape;
        }
    }

    [[nodiscard]] double density(double days) const {
        return mean([&](double scale) { return kHazardShape * scale * std::pow(1 + scale * days, -kHazardShape - 1); });
    }
    [[nodiscard]] double survival(double days) const {
        return mean([&](double scale) { return std::pow(1 + scale * days, -kHazardShape); });
    }

private:
    template <class F>
    [[nodiscard]] double mean(F&& f) const {
        constexpr std::array kWeights = {
            0.0112574113277, 0.2220759220056, 0.5333333333333, 0.2220759220056, 0.0112574113277
        };
        double sum = 0;
        for (std::size_t i = 0; i < scales_.size(); ++i) sum += kWeights[i] * f(scales_[i]);
        return sum;
    }

    std::array<double, 5> scales_{};
};

class Possibilities {
public:
    Possibilities(const Options& options, const Evidence& evidence, const Seasons& seasons)
        : options_(options), evidence_(evidence), seasons_(seasons), lifetimes_(options, evidence) {
        out_.rate_a = kRateShape + static_cast<double>(evidence.own.size());
    }

    Leaving find(int ahead_days) {
        if (evidence_.gone_at) {
            add(*evidence_.gone_at, 1);
        } else {
            for (int day = 0; day < ahead_days; day += kStepDays) {
                const Timestamp middle = plus_micros(plus_days(evidence_.at, day), kStepDays * kMicrosPerDay / 2);
                add(middle, lifetimes_.density(days_between(evidence_.from, middle)) * kStepDays);
            }
            const Timestamp later = plus_days(evidence_.at, ahead_days + kFadingDays + kStepDays);
            add(later, lifetimes_.survival(days_between(evidence_.from, plus_days(evidence_.at, ahead_days))));
        }
        normalise();
        return std::move(out_);
    }

private:
    void add(Timestamp leaves, double prior) {
        const Timestamp seen_until = std::min(leaves, evidence_.at);
        const Timestamp fading = plus_days(leaves, -kFadingDays);
        const double faded =
            static_cast<double>(std::ranges::count_if(evidence_.own, [&](Timestamp t) { return t >= fading; }));
        Departure departure{leaves};
        const double b = kRateShape / (options_.parameters.transactions_per_year / 365);
        departure.rate_b = b + expected_days(seasons_, evidence_.from, seen_until, leaves);
        // Of the rate, what does not depend on the departure is left out; the logarithm, for it may be very small.
        departure.probability = std::log(prior) + faded * std::log(kFading) - out_.rate_a * std::log(departure.rate_b);
        out_.departures.push_back(departure);
    }

    void normalise() {
        const double most = std::ranges::max(out_.departures, {}, &Departure::probability).probability;
        double total = 0;
        for (Departure& departure : out_.departures) {
            departure.probability = std::exp(departure.probability - most);
            total += departure.probability;
        }
        for (Departure& departure : out_.departures) departure.probability /= total;
    }

    const Options& options_;
    const Evidence& evidence_;
    const Seasons& seasons_;
    Lifetimes lifetimes_;
    Leaving out_;
};

}  // namespace

double Leaving::there_at(Timestamp at) const {
    double sum = 0;
    for (const Departure& departure : departures) sum += departure.at >= at ? departure.probability : 0;
    return sum;
}

double expected_days(const Seasons& seasons, Timestamp from, Timestamp until, Timestamp leaves) {
    const Timestamp end = std::min(until, leaves);
    const Timestamp fading = std::max(from, plus_days(leaves, -kFadingDays));
    return seasons.between(from, end) - (1 - kFading) * seasons.between(fading, end);
}

Leaving leaving_of(const Options& options, const Evidence& evidence, const Seasons& seasons, int ahead_days) {
    return Possibilities(options, evidence, seasons).find(ahead_days);
}

}  // namespace boon::world
