#include "records/profiles/scores.h"

#include <algorithm>

namespace boon::profiles {

std::optional<std::size_t> score_of(std::string_view model) {
    const auto* const found = std::ranges::find(kScores, model, &ScoreMeaning::model);
    return found == kScores.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - kScores.begin()));
}

std::string score_variable(std::size_t place) { return "score." + std::string(kScores[place].model); }

std::string score_words(std::size_t place) {
    return std::string(kScores[place].words) + ", when the base was last scored";
}

Scores::Scores(std::size_t customers) : rows_(customers) {
    for (Row& row : rows_) row.fill(std::numeric_limits<float>::quiet_NaN());
}

std::shared_ptr<const Scores> Scores::cut(std::size_t customers, const Standings::Moves& moves) const {
    auto next = std::make_shared<Scores>(*this);
    for (const Standings::Move& move : moves) {
        if (move.to >= size()) continue;
        next->rows_[move.to] = move.from < size() ? rows_[move.from] : Scores(1).rows_.front();
    }
    if (next->size() > customers) next->rows_.resize(customers);
    return next;
}

}  // namespace boon::profiles
