#include "insight/recommend/compete.h"

#include <algorithm>

#include "insight/recommend/popularity.h"

namespace boon::recommend {
namespace {

class Competition {
public:
    Competition(const Interactions& before, const Interactions& after, Task task, std::size_t k)
        : before_(before), after_(after), task_(task), k_(k), popularity_(popularity(before)) {}

    void enter(const Recipe& recipe, const ItemWeights& weights) {
        const Measured measured = measure(Recommender(recipe, popularity_, weights), before_, after_, task_, k_);
        const Choice choice{recipe, mean(measured.recall).value, mean(measured.ndcg).value};
        const auto same = [&](const Choice& other) { return other.recipe.method == recipe.method; };
        const auto found = std::ranges::find_if(choices_, same);
        if (found == choices_.end()) {
            choices_.push_back(choice);
        } else if (choice.ndcg > found->ndcg) {
            *found = choice;
        }
    }

    [[nodiscard]] const std::vector<Choice>& choices() const { return choices_; }

private:
    const Interactions& before_;
    const Interactions& after_;
    Task task_;
    std::size_t k_;
    std::vector<float> popularity_;
    std::vector<Choice> choices_;
};

}  // namespace

Result<std::vector<Choice>> choose_recipes(
    const Interactions& before, const Interactions& after, Task task, std::size_t k, const Grid& grid
) {
    Competition competition(before, after, task, k);
    competition.enter({.method = Method::popularity}, {});
    if (task == Task::repeats_allowed) competition.enter({.method = Method::repeat_frequency}, {});
    for (const std::int64_t neighbours : grid.neighbours) {
        const Recipe recipe{.method = Method::item_knn, .neighbours = neighbours};
        BOON_TRY(const auto fitted, Recommender::fit(before, recipe));
        competition.enter(recipe, fitted.weights());
    }
    for (const double ridge : grid.ridges) {
        BOON_TRY(const auto weights, ease(before, ridge, kKeptWeights));
        competition.enter({.method = Method::ease, .ridge = ridge}, weights);
        if (task == Task::new_items) continue;
        for (const double share : grid.shares) {
            competition.enter({.method = Method::blend, .ridge = ridge, .share = share}, weights);
        }
    }
    return competition.choices();
}

}  // namespace boon::recommend
