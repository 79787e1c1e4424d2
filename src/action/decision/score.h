// How likely is each offer to be accepted, and what is it worth: probabilities from the model, or from rates, or none;
// then arbitration.
#pragma once

#include <optional>
#include <vector>

#include "action/decision/decide.h"
#include "action/decision/snapshot.h"

namespace boon::decision {

struct Candidate {
    std::uint32_t offer = 0;  // its place in snapshot.offers()
    ScoreKind kind = ScoreKind::rules;
    std::optional<double> probability = {};
    std::optional<double> expected_value = {};
    double score = 0;
};

// Scores one customer. Keeps the model row that it assembled, so that explaining does not assemble it again.
class Scorer {
public:
    Scorer(const Snapshot& snapshot, const profiles::Profile& profile, const Request& request);

    // Fills in kind, probability, expected value and score of each.
    void score(std::vector<Candidate>& candidates);

    // Why the model gave this offer this score; nothing when it did not.
    std::optional<Explanation> explain(const Candidate& candidate, std::size_t max_reasons);

    // The same for one output of the model, whatever offer it stands for; without words of its own.
    [[nodiscard]] Explanation explain_output(std::int32_t output, std::size_t max_reasons) const;

    // Whether the model can score this customer.
    [[nodiscard]] bool has_model() const { return has_model_; }
    // Multi-class: the share of each label.
    [[nodiscard]] const std::vector<double>& shares() const { return shares_; }

private:
    void assemble_customer(const profiles::Profile& profile);
    void place_offer(std::uint32_t offer);
    void run_multi_class();
    // The pair model's margin of each candidate.
    [[nodiscard]] std::vector<float> pair_margins(const std::vector<Candidate>& candidates) const;
    void score_from_rates(Candidate& candidate) const;
    void arbitrate(Candidate& candidate) const;
    [[nodiscard]] double context_factor(const Worth& worth) const;

    struct ActiveWeight {
        std::optional<std::int32_t> tag;  // nothing: every offer
        double factor;
    };

    const Snapshot& snapshot_;
    bool has_model_ = false;
    std::vector<float> row_;
    std::vector<double> shares_;
    std::vector<ActiveWeight> active_weights_;
};

// The model's calibrated probability for one pair margin.
double calibrated(const Model& model, double margin);

}  // namespace boon::decision
