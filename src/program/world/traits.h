// What a customer is like: drawn once, mostly hidden; the records only let one guess it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/base/timestamp.h"
#include "program/world/catalogue.h"
#include "program/world/world.h"

namespace boon::world {

struct Traits {
    std::int64_t index = 0;
    std::string customer_id;
    Timestamp joined_at;          // may lie before the world's start
    Timestamp leaves_at;          // may lie after its end
    bool closes_account = false;  // says so when leaving: closed_at = leaves_at
    bool prepaid = true;
    bool autopay = false;
    std::size_t region = 0;
    int birth_year = 1980;
    std::size_t gender = 0;
    int tier = 1;                                 // at the start
    double price_sensitivity = 0;                 // standard normal
    double rate_per_day = 0;                      // of transactions while there
    double hazard_per_day = 0;                    // of leaving
    double log_amount = 3;                        // mean of the logarithm of an amount
    double late_share = 0;                        // of payments paid late
    double engagement = 0;                        // standard normal: views and clicks
    std::array<double, kCategories> taste{};      // sums to 1
    std::array<double, kChannels> channel_use{};  // sums to 1
    std::array<double, kOffers> unobserved{};     // part of the logit that nothing records
};

inline constexpr std::array<std::string_view, 8> kRegionNames = {"North",  "South", "East",  "West",
                                                                 "Centre", "Coast", "Lakes", "Hills"};
inline constexpr std::array<std::string_view, 3> kGenderNames = {"female", "male", "other"};
inline constexpr double kAmountSpread = 0.55;  // standard deviation of the logarithm of an amount
inline constexpr double kReturnShare = 0.04;   // of purchases
inline constexpr double kMonthlyFee = 19.0;    // of postpaid customers

// What customers are drawn from, where the records let one guess at it (best_guess.h reads it back).
inline constexpr double kPrepaidBase = 0.4;   // of the logit of being prepaid
inline constexpr double kPrepaidSlope = 0.8;  // on price sensitivity
inline constexpr double kRateShape = 1.8;     // of the gamma of rates
inline constexpr double kHazardShape = 1.5;   // of the gamma of hazards
inline constexpr double kLateAlpha = 0.5;     // of the beta of late shares
inline constexpr double kLateBeta = 4.5;
inline constexpr double kAmountBase = 3.0;  // of the mean logarithm of an amount
inline constexpr double kAmountPrice = -0.3;
inline constexpr double kAmountTier = 0.12;
inline constexpr double kAmountOwn = 0.35;  // its standard deviation around that
inline constexpr double kTasteConcentration = 0.6;
inline constexpr double kChannelConcentration = 0.9;
inline constexpr double kClosesShare = 0.4;  // of leavers

Traits draw_traits(const Options& options, std::int64_t index);

// Of leaving, per day, of the mean customer.
double mean_hazard_per_day(const Parameters& parameters);
// The logarithm of what multiplies it, but for a gamma of mean 1.
inline double log_hazard_factor(double price_sensitivity, double late_share) {
    return 0.35 * price_sensitivity + 1.5 * (late_share - 0.1) - 0.06;
}

// Of transactions other than automatic ones, how many are purchases (the others are recharges and usage).
inline double purchase_share(bool prepaid) { return prepaid ? 0.5 : 0.85; }

// Of moving up a tier; 0 at the highest.
double tier_hazard_per_day(const Traits& traits, int tier);
inline constexpr int kTopTier = 4;
inline constexpr double kLateDays = 25;  // mean of how late a late payment is, beyond the first day

// What is to come for a customer who is there, as probabilities; the season and the slowing down before leaving are
// left out of account. All 0 for who has left.
struct Answers {
    double purchase_30d = 0;
    double upsell_60d = 0;
    std::optional<double> default_90d = {};  // of the bills due in 60 days, one 30 days late; nothing for prepaid
};
Answers answers_of(const Traits& traits, int tier);

// Expected revenue, net of returns and fees included, over the `days` after `at`, given that the customer is there.
double expected_revenue(const Traits& traits, double days);

}  // namespace boon::world
