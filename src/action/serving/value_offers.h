// Offers by what a customer is worth: those whose segment and value bounds fit, as a decision would rank them, and for
// each other live offer what excludes it. Nothing is recorded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "action/decision/decide.h"
#include "action/decision/policy.h"
#include "action/serving/state.h"
#include "platform/base/record.h"

namespace boon::serving {

struct FittingOffer {
    OfferId offer_id = -1;
    std::string name;
    std::int32_t rank = 0;
    double score = 0;
    std::optional<double> probability;
    std::optional<double> expected_value;
    std::optional<std::string> target_segment;
    std::optional<Money> min_customer_value;
    std::optional<Money> max_customer_value;
    bool fallback = false;
};
BOOST_DESCRIBE_STRUCT(
    FittingOffer, (),
    (offer_id, name, rank, score, probability, expected_value, target_segment, min_customer_value, max_customer_value,
     fallback)
)

struct ExcludedOffer {
    OfferId offer_id = -1;
    std::string name;
    std::optional<std::string> bound;
    decision::Cause cause = decision::Cause::value_unknown;
    std::string why;
    std::string change;
};
BOOST_DESCRIBE_STRUCT(ExcludedOffer, (), (offer_id, name, bound, cause, why, change))

struct ValueOffers {
    std::string customer_id;
    std::optional<std::string> value_segment;
    std::optional<std::string> rfm_segment;
    decision::ValueBasis value_basis = decision::ValueBasis::realised;
    std::optional<double> value;
    std::string currency;
    std::vector<FittingOffer> offers;
    std::vector<ExcludedOffer> excluded;
    std::vector<std::string> notes;
};
BOOST_DESCRIBE_STRUCT(
    ValueOffers, (), (customer_id, value_segment, rfm_segment, value_basis, value, currency, offers, excluded, notes)
)

// `not_found` without a profile.
Result<ValueOffers> offers_by_value(const State& state, const decision::Request& request, Timestamp now);

}  // namespace boon::serving

template <>
inline constexpr auto boon::kFields<boon::serving::ExcludedOffer> = std::array{
    boon::Field{
        .name = "bound",
        .doc = "target_segment, min_customer_value or max_customer_value; null: by value it fits, see cause",
    },
};
template <>
inline constexpr auto boon::kFields<boon::serving::ValueOffers> = std::array{
    boon::Field{.name = "value_basis", .doc = "what bounds are compared with: [decision] value_bounds in boon.toml"},
    boon::Field{.name = "value", .doc = "that value of the customer; null: not known"},
    boon::Field{.name = "offers", .doc = "the best first"},
    boon::Field{.name = "excluded", .doc = "each other live offer, by id"},
};
