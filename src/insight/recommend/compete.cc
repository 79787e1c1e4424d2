#include "insight/recommend/compete.h"

#include <algorithm>

#include "insight/recommend/popularity.h"

namespace boon::recommend {
namespace {

bool needs_repeats(Method method) { return method == Method::repeat_frequency || method == Method::blend; }

class Competition {
public:
    Competition(const Interactions& before, const Interactions& after, std::span<const Task> tasks, std::size_t k)
        : before_(before),
          after_(after),
          tasks_(tasks),
          k_(k),
          popularity_(popularity(before)),
          choices_(tasks.size()) {}

    void enter(const Recipe& recipe, const ItemWeights& weights) {
        const Recommender entrant(recipe, popularity_, weights);
        for (std::size_t t = 0; t < tasks_.size(); ++t) {
            if (tasks_[t] == Task::new_items && needs_repeats(recipe.method)) continue;
            const Measured measured = measure(entrant, before_, after_, tasks_[t], k_);
            keep_better(choices_[t], {recipe, mean(measured.recall).value, mean(measured.ndcg).value});
        }
    }

    [[nodiscard]] const std::vector<std::vector<Choice>>& choices() const { return choices_; }

private:
    static void keep_better(std::vector<Choice>& choices, const Choice& choice) {
        const auto same = [&](const Choice& other) { return other.recipe.method == choice.recipe.method; };
        const auto found = std::ranges::find_if(choices, same);
        if (found == choices.end()) {
            choices.push_back(choice);
        } else if (choice.ndcg > found->ndcg) {
            *found = choice;
        }
    }

    const Interactions& before_;
    const Interactions& after_;
    std::span<const Task> tasks_;
    std::size_t k_;
    std::vector<float> popularity_;
    std::vector<std::vector<Choice>> choices_;  // by task
};

}  // namespace

Result<std::vector<std::vector<Choice>>> choose_recipes(
    const Interactions& before, const Interactions& after, std::span<const Task> tasks, std::size_t k, const Grid& grid
) {
    Competition competition(before, after, tasks, k);
    competition.enter({.method = Method::popularity}, {});
    competition.enter({.method = Method::repeat_frequency}, {});
    for (const std::int64_t neighbours : grid.neighbours) {
        const Recipe recipe{.method = Method::item_knn, .neighbours = neighbours};
        BOON_TRY(const auto fitted, Recommender::fit(before, recipe));
        competition.enter(recipe, fitted.weights());
    }
    for (const double ridge : grid.ridges) {
        BOON_TRY(const auto weights, ease(before, ridge, kKeptWeights));
        competition.enter({.method = Method::ease, .ridge = ridge}, weights);
        for (const double share : grid.shares) {
            competition.enter({.method = Method::blend, .ridge = ridge, .share = share}, weights);
        }
    }
    return competition.choices();
}

}  // namespace boon::recommend
