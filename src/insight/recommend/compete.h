// A competition of recipes: each method's is chosen on an earlier cut.
#pragma once

#include <span>
#include <vector>

#include "insight/recommend/measure.h"

namespace boon::recommend {

struct Choice {
    Recipe recipe;
    double recall = 0;  // means over customers, on the cut it was chosen on
    double ndcg = 0;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (recipe, recall, ndcg))

struct Grid {
    std::vector<std::int64_t> neighbours = {20, 50, 100, 200};
    std::vector<double> ridges = {100, 250, 500, 1000};
    std::vector<double> shares = {0.25, 0.5, 1, 2, 4, 8};
};
BOOST_DESCRIBE_STRUCT(Grid, (), (neighbours, ridges, shares))

// Per task, of each method the recipe with the greatest mean NDCG of the first k. Methods that cannot score what a task
// asks for take no part in it: repeats where only new items count.
Result<std::vector<std::vector<Choice>>> choose_recipes(
    const Interactions& before, const Interactions& after, std::span<const Task> tasks, std::size_t k, const Grid& grid
);

}  // namespace boon::recommend
