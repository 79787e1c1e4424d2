// Which items a customer buys next: a recipe fitted on what everybody bought scores every item for one history.
#pragma once

#include <string>
#include <vector>

#include "insight/recommend/interactions.h"
#include "insight/recommend/item_weights.h"
#include "platform/base/record.h"

namespace boon::recommend {

enum class Method {
    popularity,        // the same for everybody
    repeat_frequency,  // what the customer bought most often; then what is popular
    item_knn,          // nearest_items()
    ease,
    blend,  // how often the customer bought it, and EASE
};
BOOST_DESCRIBE_ENUM(Method, popularity, repeat_frequency, item_knn, ease, blend)

struct Recipe {
    Method method = Method::popularity;
    std::int64_t neighbours = 0;  // item_knn
    double ridge = 0;             // ease, blend
    double share = 0;             // blend: the score is times bought + share × EASE's
    bool operator==(const Recipe&) const = default;
};
BOOST_DESCRIBE_STRUCT(Recipe, (), (method, neighbours, ridge, share))

// Of EASE's weights towards an item, these many are kept. All of 3 431 are worth half a point of recall where EASE
// ranks alone with repeats (Online Retail: .168 against .162), and nothing for new items; a blend was not compared.
inline constexpr std::size_t kKeptWeights = 500;

// May items come back that the customer had before?
enum class Task { repeats_allowed, new_items };
BOOST_DESCRIBE_ENUM(Task, repeats_allowed, new_items)

struct Ranked {
    std::uint32_t item = 0;
    float score = 0;
};

// Immutable; thread-safe.
class Recommender {
public:
    // `invalid` for a recipe that is not valid: see item_weights.h.
    static Result<Recommender> fit(const Interactions& bought, const Recipe& recipe);
    // From parts fitted before. `weights`: of the recipe's make; empty where it has none.
    Recommender(const Recipe& recipe, std::vector<float> popularity, ItemWeights weights);

    [[nodiscard]] const Recipe& recipe() const { return recipe_; }
    [[nodiscard]] const std::vector<float>& popularity() const { return popularity_; }
    [[nodiscard]] const ItemWeights& weights() const { return weights_; }
    [[nodiscard]] std::size_t items() const { return popularity_.size(); }

    // One number per item, greater is better; equal ones are told apart by the items' popularity.
    void score(std::span<const ItemTimes> history, std::vector<float>& scores) const;
    // At most `most`, best first; equal ones by number.
    [[nodiscard]] std::vector<Ranked> recommend(std::span<const ItemTimes> history, Task task, std::size_t most) const;

private:
    Recipe recipe_;
    std::vector<float> popularity_;
    ItemWeights weights_;
};

}  // namespace boon::recommend
