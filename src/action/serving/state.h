// What decisions and predictions are made from at one moment: one immutable object, swapped as a whole.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "action/decision/snapshot.h"
#include "insight/audiences/book.h"
#include "insight/scoring/registry.h"
#include "platform/base/error.h"
#include "records/catalog/catalogue.h"
#include "records/profiles/table.h"

namespace boon::serving {

// Names of the models that serving asks the registry for.
inline constexpr const char* kNbo = "nbo";
inline constexpr const char* kChurn = "churn";
inline constexpr const char* kLtv = "ltv";
inline constexpr const char* kPropensity = "propensity";
inline constexpr const char* kUpsell = "upsell";
inline constexpr const char* kCrossSell = "cross_sell";
inline constexpr const char* kDefaultRisk = "default_risk";
inline constexpr const char* kEngagement = "engagement";
inline constexpr const char* kCampaignResponse = "campaign_response";
inline constexpr const char* kProductRecommendation = "product_recommendation";

// The offers of a snapshot as JSON: written when they are shown, and those that are shown first are kept, since a few
// offers are most of what is shown. Thread-safe.
class OfferTexts {
public:
    explicit OfferTexts(std::shared_ptr<const decision::Snapshot> snapshot);
    ~OfferTexts();
    OfferTexts(const OfferTexts&) = delete;
    OfferTexts& operator=(const OfferTexts&) = delete;

    // Of the offer at that place.
    void append(std::string& out, std::size_t place) const;

    static constexpr std::size_t kMostKept = 10'000;

private:
    std::shared_ptr<const decision::Snapshot> snapshot_;
    mutable std::vector<std::atomic<const std::string*>> texts_;  // null: not kept
    mutable std::atomic<std::size_t> kept_ = 0;
};

struct State {
    std::shared_ptr<const decision::Snapshot> snapshot;
    std::shared_ptr<const profiles::Image> profiles;
    std::map<std::string, scoring::Serving> models;
    std::shared_ptr<const audiences::Book> audiences;
    std::vector<std::string> problems;  // why a model does not serve, or an audience selects nobody, in words
    std::shared_ptr<const OfferTexts> offer_texts;

    // Null when no such model was ever promoted.
    [[nodiscard]] const scoring::Serving* model(std::string_view name) const;
    // `not_found` for a customer without a profile.
    [[nodiscard]] Result<profiles::Profile> find(std::string_view customer_id) const;
};

struct StateParts {
    catalog::Contents contents = {};
    catalog::Names names = {};  // but for the audiences' names, which follow from `audiences`
    decision::Policy policy = {};
    std::shared_ptr<const profiles::Image> profiles;
    std::map<std::string, scoring::Serving> models = {};
    std::vector<audiences::Audience> audiences = {};
};
// A model or an audience that does not fit the profiles is left out and named among the problems; that is never an
// error.
Result<std::shared_ptr<const State>> build_state(StateParts from);

}  // namespace boon::serving
