#include <algorithm>
#include <cmath>
#include <numbers>

#include "insight/models/shap.h"
#include "insight/models/trees.h"

namespace boon::models {

namespace {

// Shares below this are taken as none: nothing that they weigh could be seen in a float32.
constexpr double kLeastShare = 1e-30;

struct Quadrature {
    std::vector<double> points;
    std::vector<double> weights;
};

// Gauss–Legendre on [0, 1], by Newton's method on the Legendre polynomial (Abramowitz & Stegun 25.4.29).
Quadrature gauss_legendre(std::size_t n) {
    Quadrature rule;
    const auto degree = static_cast<double>(n);
    for (std::size_t i = 1; i <= n; ++i) {
        double x = std::cos(std::numbers::pi * (static_cast<double>(i) - 0.25) / (degree + 0.5));
        double slope = 0;
        for (int step = 0; step < 50; ++step) {
            double value = x;
            double before = 1;
            for (std::size_t k = 2; k <= n; ++k) {
                const auto order = static_cast<double>(k);
                const double next = ((2 * order - 1) * x * value - (order - 1) * before) / order;
                before = value;
                value = next;
            }
            slope = degree * (x * value - before) / (x * x - 1);
            const double change = value / slope;
            x -= change;
            if (std::fabs(change) < 1e-16) break;
        }
        rule.points.push_back((1 + x) / 2);
        rule.weights.push_back(1 / ((1 - x * x) * slope * slope));
    }
    return rule;
}

class TableMaker {
public:
    explicit TableMaker(const Trees& trees) : trees_(trees) {
        tables_.expectation.assign(trees.base_margins.begin(), trees.base_margins.end());
    }

    ShapTables make() && {
        for (const Tree& tree : trees_.trees) add(tree);
        const std::size_t fours = std::max<std::size_t>(1, (most_features_ + 2 * kShapPoints - 1) / (2 * kShapPoints));
        const Quadrature rule = gauss_legendre(fours * kShapPoints);
        for (std::size_t four = 0; four < fours; ++four) add_points(rule, four * kShapPoints);
        return std::move(tables_);
    }

private:
    // What is known of a node on the way down.
    struct Path {
        double share = 1;  // z of the feature that the node's own edge splits on
        double reach = 1;  // share of the training rows that come here
        std::uint32_t parent = 0;
        std::uint32_t features = 0;  // distinct ones above
    };

    void add(const Tree& tree) {
        const Node* nodes = &trees_.nodes[tree.first];
        ShapTree entry{
            .output = tree.output,
            .first_split = static_cast<std::uint32_t>(tables_.splits.size()),
            .first_leaf = static_cast<std::uint32_t>(tables_.leaves.size()),
            .first_node = static_cast<std::uint32_t>(tables_.shares.size()),
        };
        paths_.assign(tree.size, {});
        double expectation = 0;
        for (std::uint32_t i = 0; i < tree.size; ++i) {
            if (nodes[i].left == 0) {
                tables_.leaves.push_back({i, nodes[i].value});
                expectation += paths_[i].reach * static_cast<double>(nodes[i].value);
                most_features_ = std::max<std::size_t>(most_features_, paths_[i].features);
            } else {
                add_split(nodes, i);
            }
        }
        for (const Path& path : paths_) tables_.shares.push_back({path.share, path.share > 0 ? 1 / path.share : 0.0});
        entry.splits = static_cast<std::uint32_t>(tables_.splits.size()) - entry.first_split;
        entry.leaves = static_cast<std::uint32_t>(tables_.leaves.size()) - entry.first_leaf;
        tables_.expectation[tree.output] += expectation;
        tables_.most_nodes = std::max<std::size_t>(tables_.most_nodes, tree.size);
        tables_.trees.push_back(entry);
    }

    void add_split(const Node* nodes, std::uint32_t i) {
        const Node& node = nodes[i];
        ShapSplit split{
            .node = i,
            .ancestor = ancestor_of(nodes, i),
            .feature = trees_.used_index[node.feature],
            .slot = trees_.slot_of(node),
            .threshold = order_key(node.value),
        };
        const std::array covers = {
            static_cast<double>(nodes[node.left].cover), static_cast<double>(nodes[node.left + 1].cover)
        };
        const double both = covers[0] + covers[1];
        for (std::uint32_t side = 0; side < 2; ++side) {
            const double ratio = both > 0 ? covers[side] / both : 0.5;
            Path& child = paths_[node.left + side];
            child.parent = i;
            child.features = paths_[i].features + (split.ancestor == 0 ? 1 : 0);
            child.reach = paths_[i].reach * ratio;
            child.share = (split.ancestor == 0 ? 1 : paths_[split.ancestor].share) * ratio;
            if (child.share < kLeastShare) child.share = 0;
        }
        tables_.splits.push_back(split);
    }

    [[nodiscard]] std::uint32_t ancestor_of(const Node* nodes, std::uint32_t split) const {
        for (std::uint32_t i = split; i != 0; i = paths_[i].parent) {
            if (nodes[paths_[i].parent].feature == nodes[split].feature) return i;
        }
        return 0;
    }

    void add_points(const Quadrature& rule, std::size_t first) {
        ShapPoints four;
        for (std::size_t q = 0; q < kShapPoints; ++q) {
            const double t = rule.points[first + q];
            four.rising[q] = t;
            four.falling[q] = 1 - t;
            four.inverse_falling[q] = 1 / (1 - t);
            four.weight[q] = rule.weights[first + q];
        }
        for (const ShapShare& node : tables_.shares) {
            std::array<float, kShapPoints>& pull = four.pulls.emplace_back();
            for (std::size_t q = 0; q < kShapPoints; ++q) {
                pull[q] = static_cast<float>((1 - node.share) / (four.rising[q] + four.falling[q] * node.share));
            }
        }
        tables_.points.push_back(std::move(four));
    }

    const Trees& trees_;
    ShapTables tables_;
    std::vector<Path> paths_;
    std::size_t most_features_ = 0;
};

}  // namespace

ShapTables make_shap_tables(const Trees& trees) { return TableMaker(trees).make(); }

}  // namespace boon::models
