#include "action/decision/score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "action/decision/words.h"
#include "insight/models/fixed_columns.h"
#include "insight/models/tree_ensemble.h"

namespace boon::decision {

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// What the request says about `key`, as text.
std::string said(const Request& request, const std::string& key) {
    if (key == "channel") return request.channel;
    if (key == "placement") return request.placement;
    const auto* context = request.context.if_object();
    const json::Value* value = context == nullptr ? nullptr : context->if_contains(key);
    if (value == nullptr) return {};
    if (const auto* text = value->if_string()) return {text->data(), text->size()};
    return json::to_text(*value);
}

std::vector<double> softmax(const std::vector<float>& margins) {
    const double greatest = static_cast<double>(*std::ranges::max_element(margins));
    std::vector<double> shares(margins.size());
    for (std::size_t i = 0; i < margins.size(); ++i) shares[i] = std::exp(static_cast<double>(margins[i]) - greatest);
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double& share : shares) share /= sum;
    return shares;
}

}  // namespace

double calibrated(const Model& model, double margin) {
    if (model.calibrate) return model.calibrate(margin);
    return 1 / (1 + std::exp(-margin));
}

Scorer::Scorer(const Snapshot& snapshot, const profiles::Profile& profile, const Request& request)
    : snapshot_(snapshot) {
    for (const ContextWeight& weight : snapshot.policy().context_weights) {
        if (said(request, weight.key) != weight.equals) continue;
        std::optional<std::int32_t> tag;
        if (!weight.tag.empty()) tag = snapshot.number_of(weight.tag).value_or(kAny);
        active_weights_.push_back({tag, weight.factor});
    }
    const bool same_schema = profile.schema != nullptr && snapshot.schema() != nullptr &&
                             profile.schema->schema_id == snapshot.schema()->schema_id;
    has_model_ = snapshot.model() != nullptr && same_schema && !profile.features.empty();
    if (!has_model_) return;
    assemble_customer(profile);
    if (snapshot.model()->form == ModelForm::multi_class) run_multi_class();
}

void Scorer::assemble_customer(const profiles::Profile& profile) {
    row_.assign(snapshot_.model()->columns.size(), kMissing);
    for (const auto& column : snapshot_.customer_columns()) {
        row_[column.column] = column.read(profile.features[column.feature]);
    }
}

void Scorer::place_offer(std::uint32_t offer) {
    const float* values = snapshot_.offer_row(offer);
    for (const std::uint32_t column : snapshot_.offer_columns()) row_[column] = *values++;
}

void Scorer::run_multi_class() {
    std::vector<float> margins(snapshot_.model()->labels.size());
    snapshot_.model()->scorer->margins(row_, margins);
    // A network made elsewhere may have no answer: then rates score this customer.
    has_model_ = !std::isnan(margins.front());
    if (has_model_) shares_ = softmax(margins);
}

std::vector<float> Scorer::pair_margins(const std::vector<Candidate>& candidates) const {
    std::vector<std::uint32_t> offers(candidates.size());
    std::ranges::transform(candidates, offers.begin(), &Candidate::offer);
    std::vector<float> margins(candidates.size());
    snapshot_.pair_trees()->margins(row_, offers, margins);
    return margins;
}

void Scorer::score(std::vector<Candidate>& candidates) {
    const Model* model = has_model_ ? snapshot_.model() : nullptr;
    const bool pair = model != nullptr && model->form == ModelForm::pair;
    const std::vector<float> margins = pair ? pair_margins(candidates) : std::vector<float>();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Candidate& candidate = candidates[i];
        const std::int32_t label = snapshot_.worths()[candidate.offer].label;
        if (pair) {
            candidate.probability = calibrated(*model, static_cast<double>(margins[i]));
            candidate.kind = ScoreKind::calibrated;
        } else if (model != nullptr && label != kAny) {
            candidate.probability = shares_[static_cast<std::size_t>(label)];
            candidate.kind = ScoreKind::share;
        } else {
            score_from_rates(candidate);
        }
        arbitrate(candidate);
    }
}

void Scorer::score_from_rates(Candidate& candidate) const {
    const Worth& worth = snapshot_.worths()[candidate.offer];
    candidate.probability = worth.rate;
    if (!worth.rate) {
        candidate.kind = ScoreKind::rules;
    } else {
        candidate.kind = worth.rate_is_own ? ScoreKind::offer_rate : ScoreKind::base_rate;
    }
}

double Scorer::context_factor(const Worth& worth) const {
    double factor = 1;
    for (const ActiveWeight& weight : active_weights_) {
        if (!weight.tag || std::ranges::find(worth.tags, *weight.tag) != worth.tags.end()) factor *= weight.factor;
    }
    return factor;
}

void Scorer::arbitrate(Candidate& candidate) const {
    const Worth& worth = snapshot_.worths()[candidate.offer];
    const Policy& policy = snapshot_.policy();
    // Without a probability, offers compare by what they would earn if each were accepted alike.
    const double p = candidate.probability.value_or(1);
    const double context = context_factor(worth);
    if (candidate.probability) candidate.expected_value = p * worth.margin - worth.contact_cost;
    if (policy.arbitration == Arbitration::expected_value) {
        candidate.score = std::max(0.0, p * worth.margin - worth.contact_cost) * context * worth.weight;
    } else {
        candidate.score = std::pow(p, policy.probability_power) *
                          std::pow(std::max(0.0, worth.value), policy.value_power) *
                          std::pow(context, policy.context_power) * std::pow(worth.weight, policy.weight_power);
    }
}

std::optional<Explanation> Scorer::explain(const Candidate& candidate, std::size_t max_reasons) {
    if (candidate.kind != ScoreKind::calibrated && candidate.kind != ScoreKind::share) return std::nullopt;
    const bool pair = snapshot_.model()->form == ModelForm::pair;
    if (pair) place_offer(candidate.offer);
    Explanation explanation = explain_output(pair ? 0 : snapshot_.worths()[candidate.offer].label, max_reasons);
    explanation.text = score_words(candidate, explanation);
    return explanation;
}

Explanation Scorer::explain_output(std::int32_t output, std::size_t max_reasons) const {
    std::vector<double> effects(row_.size() + 1);
    snapshot_.model()->scorer->explain(row_, output, effects);
    return explanation_of(snapshot_, row_, effects, max_reasons);
}

}  // namespace boon::decision
