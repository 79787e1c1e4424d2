// What the models that serve say of every customer: the numbers of the single predictions (predictions.h, outlook.h),
// worked out in batches. Thread-safe once made.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "action/serving/state.h"
#include "insight/scoring/score_store.h"

namespace boon::serving {

class BaseScorer {
public:
    // Models that do not serve have no columns.
    static BaseScorer make(std::shared_ptr<const State> state, Timestamp now);

    // nbo_offer and nbo_probability (the first by propensity), churn_probability, predicted_ltv with its interval,
    // propensity, upsell_probability, cross_sell_probability, default_probability, engagement_score,
    // response_probability (of a contact whose channel is not known).
    [[nodiscard]] const std::vector<scoring::ScoreColumn>& columns() const { return columns_; }
    // `values`: count × columns, row by row; NaN where nothing is said of a customer. Rows [first, first + count) of
    // the state's profiles.
    void score(std::size_t first, std::size_t count, std::span<float> values) const;

private:
    BaseScorer(std::shared_ptr<const State> state, Timestamp now);
    void score_one_output(std::string_view model, std::span<const profiles::Profile> customers, float* out) const;
    // What the model of offers reads: of a pair model a row for each customer and live offer.
    [[nodiscard]] std::vector<float> offer_rows(std::span<const profiles::Profile> customers) const;
    void score_offers(std::span<const profiles::Profile> customers, float* out) const;

    std::shared_ptr<const State> state_;
    std::vector<scoring::ScoreColumn> columns_;
    std::vector<std::string> models_;         // of one output, in the order of their columns
    std::vector<std::uint32_t> live_offers_;  // of the snapshot; nbo scores them
    bool scores_offers_ = false;
};

}  // namespace boon::serving
