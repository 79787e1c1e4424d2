// What a customer is worth within the base: the value score, its segment, and the RFM scores. Pure: the same facts give
// the same answer.
//
// The base is the customers with activity in the last 365 days. value score = 0.4 × m + 0.6 × l, each the percentile
// within the base (100 × (share below + half of the share equal), and 0 where the amount is not above zero): m of the
// net revenue over 365 days, l of the predicted lifetime value. Without a prediction the score is m alone, and marked
// partial. Who is outside the base scores 0 and is in the lowest segment, marked.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "insight/value/distribution.h"
#include "insight/value/rfm.h"
#include "platform/base/error.h"
#include "platform/base/record.h"

namespace boon::value {

inline constexpr double kBaseDays = 365;
inline constexpr double kRevenueWeight = 0.4;
inline constexpr double kPredictedWeight = 0.6;

// One customer at one instant; not-a-number where it is not known. Amounts in currency units.
struct Facts {
    float last_activity_days = std::numeric_limits<float>::quiet_NaN();
    float last_purchase_days = std::numeric_limits<float>::quiet_NaN();
    float purchases_365d = 0;
    float revenue_365d = 0;                                         // net of returns
    float predicted_ltv = std::numeric_limits<float>::quiet_NaN();  // of a model, never a fallback

    [[nodiscard]] bool in_base() const { return static_cast<double>(last_activity_days) <= kBaseDays; }
    [[nodiscard]] bool has_purchase() const { return purchases_365d > 0 && !std::isnan(last_purchase_days); }
};

// The names of the value segments, the best first, and the lowest score of each but the last.
class ValueSegments {
public:
    // `invalid` unless there are n names, all different, and n − 1 thresholds between 0 and 100, descending; the
    // message names the setting, its value and what was expected.
    static Result<ValueSegments> make(std::vector<std::string> names, std::vector<double> thresholds);

    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    [[nodiscard]] const std::vector<double>& thresholds() const { return thresholds_; }
    [[nodiscard]] std::size_t segment_of(double score) const;
    [[nodiscard]] std::size_t lowest() const { return names_.size() - 1; }

private:
    std::vector<std::string> names_;
    std::vector<double> thresholds_;
};

// How the base is spread, of one batch run: all that scoring one customer needs.
struct BaseShape {
    Distribution revenue;
    Distribution predicted_ltv;  // of those that have one
    Distribution recency;        // in days; who has no purchase in the window counts as kNoPurchaseDays
    Distribution frequency;

    static BaseShape of(std::span<const Facts> customers);
    [[nodiscard]] std::int64_t size() const { return revenue.count; }
    [[nodiscard]] bool has_rfm() const { return size() >= kLeastRfmBase; }
    [[nodiscard]] BaseShape reduced(std::size_t most) const;
};
BOOST_DESCRIBE_STRUCT(BaseShape, (), (revenue, predicted_ltv, recency, frequency))
inline constexpr float kNoPurchaseDays = 1e6F;

struct Worth {
    double score = 0;
    std::size_t segment = 0;
    bool partial = false;  // no prediction: by revenue alone
    bool in_base = true;
    std::optional<RfmScores> rfm;  // empty: the base is too small, or the customer never did anything
    std::optional<std::size_t> rfm_segment;
};

Worth worth_of(const BaseShape& base, const ValueSegments& segments, const RfmSegments& rfm, const Facts& customer);

}  // namespace boon::value
