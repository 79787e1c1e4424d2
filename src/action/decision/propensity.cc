#include "action/decision/propensity.h"

#include <algorithm>

#include "action/decision/score.h"

namespace boon::decision {

namespace {

bool is_live(const Gate& gate, Timestamp now) {
    return gate.status == catalog::OfferStatus::live && gate.is_active && now.micros >= gate.valid_from &&
           now.micros < gate.valid_until;
}

void sort_best_first(std::vector<std::pair<OfferId, double>>& propensities) {
    std::ranges::sort(propensities, [](const auto& a, const auto& b) {
        return a.second > b.second || (a.second == b.second && a.first < b.first);
    });
}

void rank_labels(const Snapshot& snapshot, const Scorer& scorer, PropensityRanking& ranking) {
    const auto& labels = snapshot.model()->labels;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        ranking.propensities.emplace_back(labels[i], scorer.shares()[i]);
    }
    sort_best_first(ranking.propensities);
    ranking.kind = ScoreKind::share;
    const auto first = std::ranges::find(labels, ranking.propensities.front().first) - labels.begin();
    ranking.explanation = scorer.explain_output(static_cast<std::int32_t>(first), snapshot.model()->columns.size());
}

}  // namespace

PropensityRanking rank_by_propensity(const Snapshot& snapshot, const profiles::Profile& profile, Timestamp now) {
    PropensityRanking ranking;
    Scorer scorer(snapshot, profile, {});
    if (scorer.has_model()) ranking.model_version = snapshot.model()->version;
    if (scorer.has_model() && snapshot.model()->form == ModelForm::multi_class) {
        rank_labels(snapshot, scorer, ranking);
        return ranking;
    }
    std::vector<Candidate> candidates;
    for (std::uint32_t i = 0; i < snapshot.gates().size(); ++i) {
        if (is_live(snapshot.gates()[i], now)) candidates.push_back({.offer = i});
    }
    scorer.score(candidates);
    std::erase_if(candidates, [](const Candidate& candidate) { return !candidate.probability; });
    if (candidates.empty()) return ranking;
    for (const Candidate& candidate : candidates) {
        ranking.propensities.emplace_back(snapshot.offers()[candidate.offer].offer_id(), *candidate.probability);
    }
    sort_best_first(ranking.propensities);
    const auto best =
        std::ranges::find(candidates, ranking.propensities.front().first, [&](const Candidate& candidate) {
            return snapshot.offers()[candidate.offer].offer_id();
        });
    ranking.kind = best->kind;
    ranking.explanation = scorer.explain(*best, snapshot.model() == nullptr ? 0 : snapshot.model()->columns.size());
    if (ranking.explanation) ranking.explanation->text.clear();
    return ranking;
}

}  // namespace boon::decision
