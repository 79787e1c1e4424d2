// The eight offers of the synthetic programme, and what about them moves a customer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/timestamp.h"

namespace boon::world {

inline constexpr std::size_t kOffers = 8;
inline constexpr std::size_t kCategories = 6;
inline constexpr std::size_t kChannels = 4;
inline constexpr int kHorizonDays = 14;

// Of products; customers prefer some (traits.h).
inline constexpr std::array<std::string_view, kCategories> kCategoryNames = {"devices",       "accessories", "data",
                                                                             "entertainment", "home",        "travel"};
// The first two are outbound.
inline constexpr std::array<std::string_view, kChannels> kChannelNames = {"sms", "email", "app", "web"};

struct WorldOffer {
    std::string_view name;
    std::string_view description;
    std::string_view category;
    double value;  // margin if it converts, in currency units
    double redemption_cost;
    double contact_cost;
    double discount;    // attr_discount: how much cheaper it makes things, 0–1; price-sensitive customers weigh it
    double effort;      // attr_effort: how much it asks of the customer, 0–1; irregular customers shy at it
    double novelty;     // attr_novelty, 0–1; the young weigh it
    std::size_t theme;  // the product category it is about: affinity to that category moves it
    double base;        // intercept of the logit
    double drift;       // how the intercept moves from the first to the last day, times Parameters::drift
};

extern const std::array<WorldOffer, kOffers> kWorldOffers;

// A JSON array that `boon import offers` reads.
std::string offers_json(Timestamp start);

}  // namespace boon::world
