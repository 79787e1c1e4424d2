// What the models said of each customer when the whole base was last scored: one number a model, resident beside the
// features, 36 bytes a customer. A Scores never changes; thread-safe to read.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/timestamp.h"
#include "records/profiles/standing.h"

namespace boon::profiles {

// One of the numbers, in the order in which a customer's stand.
struct ScoreMeaning {
    std::string_view model;
    std::string_view words;
    double most;  // of the scale, which begins at 0; 0: an amount, without end
};
inline constexpr std::array kScores = {
    ScoreMeaning{"nbo", "the best offer's chance to be accepted", 1},
    ScoreMeaning{"churn", "the probability that the customer leaves", 1},
    ScoreMeaning{"ltv", "what the customer will bring", 0},
    ScoreMeaning{"propensity", "the probability of a purchase soon", 1},
    ScoreMeaning{"upsell", "the probability of a higher tier", 1},
    ScoreMeaning{"cross_sell", "the probability of a category not bought before", 1},
    ScoreMeaning{"default_risk", "the probability that a bill is paid very late", 1},
    ScoreMeaning{"engagement", "how much the customer will take part, 0 to 100", 100},
    ScoreMeaning{"campaign_response", "the probability of a conversion after a contact", 1},
};

// The place of a model's number; nothing for a model that says none.
std::optional<std::size_t> score_of(std::string_view model);

// `score.churn`, as rules name it, and what it says.
std::string score_variable(std::size_t place);
std::string score_words(std::size_t place);

class Scores {
public:
    // Not a number where nothing is said of the customer.
    using Row = std::array<float, kScores.size()>;

    // Of nobody, for `customers` rows.
    explicit Scores(std::size_t customers = 0);

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    // Empty for a row behind the last: a customer who came since.
    [[nodiscard]] std::span<const float> at(std::size_t row) const {
        return row < rows_.size() ? std::span<const float>(rows_[row]) : std::span<const float>();
    }
    [[nodiscard]] std::size_t memory_bytes() const { return rows_.capacity() * sizeof(Row); }

    // The same without the rows from `customers` on, after `moves`.
    [[nodiscard]] std::shared_ptr<const Scores> cut(std::size_t customers, const Standings::Moves& moves) const;

    // While it is made.
    Row& row(std::size_t row) { return rows_[row]; }

    std::optional<Timestamp> as_of;  // the profiles; nothing: the base was not scored yet
    Timestamp scored_at;
    std::array<std::string, kScores.size()> versions;  // which version said it; empty: the model did not serve

private:
    std::vector<Row> rows_;
};

}  // namespace boon::profiles
