#include "action/serving/base_scores.h"

#include <algorithm>
#include <array>
#include <limits>

#include "action/serving/outlook.h"

namespace boon::serving {

namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

// The columns of each model of one output, the prediction itself first.
struct Named {
    std::string_view model;
    std::vector<std::string_view> columns;
};
const std::array<Named, 8>& one_output() {
    static const std::array<Named, 8> all = {
        Named{kChurn, {"churn_probability"}},
        Named{kLtv, {"predicted_ltv", "predicted_ltv_lower", "predicted_ltv_upper"}},
        Named{kPropensity, {"propensity"}},
        Named{kUpsell, {"upsell_probability"}},
        Named{kCrossSell, {"cross_sell_probability"}},
        Named{kDefaultRisk, {"default_probability"}},
        Named{kEngagement, {"engagement_score"}},
        Named{kCampaignResponse, {"response_probability"}},
    };
    return all;
}

bool is_live(const decision::Gate& gate, Timestamp now) {
    return gate.status == catalog::OfferStatus::live && gate.is_active && now.micros >= gate.valid_from &&
           now.micros < gate.valid_until;
}

}  // namespace

BaseScorer::BaseScorer(std::shared_ptr<const State> state, Timestamp now) : state_(std::move(state)) {
    const decision::Model* nbo = state_->snapshot->model();
    scores_offers_ = nbo != nullptr;
    if (scores_offers_) {
        columns_.push_back({"nbo_offer", kNbo, nbo->version});
        columns_.push_back({"nbo_probability", kNbo, nbo->version});
        const auto& gates = state_->snapshot->gates();
        for (std::uint32_t i = 0; i < gates.size(); ++i) {
            if (is_live(gates[i], now)) live_offers_.push_back(i);
        }
    }
    for (const Named& named : one_output()) {
        const scoring::Serving* serving = state_->model(named.model);
        if (serving == nullptr || serving->model == nullptr) continue;
        models_.emplace_back(named.model);
        for (const auto column : named.columns) {
            columns_.push_back({std::string(column), std::string(named.model), serving->model->manifest().version});
        }
    }
}

BaseScorer BaseScorer::make(std::shared_ptr<const State> state, Timestamp now) { return {std::move(state), now}; }

void BaseScorer::score_one_output(std::string_view name, std::span<const profiles::Profile> customers, float* out)
    const {
    const scoring::Serving& serving = *state_->model(name);
    const scoring::LoadedModel& model = *serving.model;
    const std::size_t stride = model.columns().columns.size();
    std::vector<float> rows(customers.size() * stride, kNothing);
    for (std::size_t i = 0; i < customers.size(); ++i)
        serving.rows.assemble(customers[i].features, std::span(rows).subspan(i * stride, stride));
    const std::vector<double> values = model.predict_all(rows, customers.size());
    const auto& outputs = model.outputs();
    for (std::size_t i = 0; i < customers.size(); ++i, out += columns_.size()) {
        const double value = values[i];
        if (name == kLtv) {
            out[0] = static_cast<float>(value);
            const auto interval = model.interval(std::span(rows).subspan(i * stride, stride), value);
            if (!interval) continue;
            out[1] = static_cast<float>(interval->first);
            out[2] = static_cast<float>(interval->second);
        } else if (name == kEngagement) {
            if (outputs.percentiles) out[0] = static_cast<float>(scoring::score_at(*outputs.percentiles, value));
        } else if (!not_applicable(name, customers[i])) {
            out[0] = static_cast<float>(value);
        }
    }
}

std::vector<float> BaseScorer::offer_rows(std::span<const profiles::Profile> customers) const {
    const decision::Snapshot& snapshot = *state_->snapshot;
    const decision::Model& model = *snapshot.model();
    const bool pair = model.form == decision::ModelForm::pair;
    const std::size_t stride = model.columns.size();
    const std::size_t each = pair ? live_offers_.size() : 1;
    std::vector<float> rows(customers.size() * each * stride, kNothing);
    for (std::size_t i = 0; i < customers.size() * each; ++i) {
        float* row = rows.data() + i * stride;
        for (const auto& column : snapshot.customer_columns())
            row[column.column] = column.read(customers[i / each].features[column.feature]);
        if (!pair) continue;
        const float* offer = snapshot.offer_row(live_offers_[i % each]);
        for (std::size_t c = 0; c < snapshot.offer_columns().size(); ++c) row[snapshot.offer_columns()[c]] = offer[c];
    }
    return rows;
}

void BaseScorer::score_offers(std::span<const profiles::Profile> customers, float* out) const {
    const decision::Snapshot& snapshot = *state_->snapshot;
    const decision::Model& model = *snapshot.model();
    const bool pair = model.form == decision::ModelForm::pair;
    const std::size_t stride = model.columns.size();
    const std::size_t each = pair ? live_offers_.size() : 1;
    if (each == 0) return;
    const std::vector<float> rows = offer_rows(customers);
    const auto outputs = static_cast<std::size_t>(model.scorer->outputs());
    std::vector<float> margins(customers.size() * each * outputs);
    model.scorer->margins_batch(rows.data(), customers.size() * each, stride, margins.data());
    for (std::size_t i = 0; i < customers.size(); ++i, out += columns_.size()) {
        const std::span<const float> of_one(margins.data() + i * each * outputs, each * outputs);
        if (std::isnan(of_one.front())) continue;  // a network made elsewhere has no answer
        const auto best = static_cast<std::size_t>(std::ranges::max_element(of_one) - of_one.begin());
        if (pair) {
            out[0] = static_cast<float>(snapshot.offers()[live_offers_[best]].offer_id());
            out[1] = static_cast<float>(model.calibrate(static_cast<double>(of_one[best])));
            continue;
        }
        double sum = 0;
        for (const float margin : of_one) sum += std::exp(static_cast<double>(margin - of_one[best]));
        out[0] = static_cast<float>(model.labels[best]);
        out[1] = static_cast<float>(1 / sum);
    }
}

void BaseScorer::score(std::size_t first, std::size_t count, std::span<float> values) const {
    BOON_ASSERT(values.size() == count * columns_.size());
    std::ranges::fill(values, kNothing);
    std::vector<profiles::Profile> customers;
    customers.reserve(count);
    for (std::size_t i = first; i < first + count; ++i) customers.push_back(state_->profiles->at(i));
    std::size_t column = 0;
    if (scores_offers_) {
        score_offers(customers, values.data());
        column = 2;
    }
    for (const std::string& model : models_) {
        score_one_output(model, customers, values.data() + column);
        column += model == kLtv ? 3U : 1U;
    }
}

}  // namespace boon::serving
