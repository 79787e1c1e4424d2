#include "insight/models/tree_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "insight/models/trees.h"

namespace boon::models {

namespace {

std::unexpected<Error> damaged(std::string why) {
    return fail(ErrorCode::invalid, std::move(why), "the model is damaged or was changed by hand; export it again");
}

// Copies the nodes that the root reaches, breadth first, checking each.
class TreeCopy {
public:
    TreeCopy(std::span<const SourceNode> source, std::uint32_t features, std::size_t number)
        : source_(source), features_(features), number_(number), seen_(source.size(), false) {}

    Result<Tree> append_to(std::vector<Node>& nodes) {
        if (source_.empty()) return damaged(fmt::format("tree {} has no nodes", number_));
        const std::size_t first = nodes.size();
        BOON_CHECK(visit(0));
        std::size_t level_end = 1;
        std::uint32_t depth = 0;
        for (std::size_t i = 0; i < order_.size(); ++i) {
            if (i == level_end) {
                level_end = order_.size();
                if (++depth > TreeBuilder::kMaxDepth) {
                    return damaged(fmt::format("tree {} is deeper than {} levels", number_, TreeBuilder::kMaxDepth));
                }
            }
            BOON_TRY(const Node node, copy(source_[order_[i]], order_[i]));
            nodes.push_back(node);
        }
        if (nodes.size() > std::numeric_limits<std::uint32_t>::max()) return damaged("it has more than 2^32 nodes");
        return Tree{
            .first = static_cast<std::uint32_t>(first),
            .size = static_cast<std::uint32_t>(order_.size()),
            .depth = depth,
        };
    }

private:
    Result<Node> copy(const SourceNode& from, std::size_t index) {
        if (!std::isfinite(from.value)) return bad_node(index, "its threshold or leaf value is not a finite number");
        if (!std::isfinite(from.cover) || from.cover < 0)
            return bad_node(index, "its cover is not a finite number >= 0");
        Node node{.value = from.value, .cover = from.cover};
        if (from.left == -1 && from.right == -1) return node;
        if (from.feature < 0 || from.feature >= static_cast<std::int64_t>(features_)) {
            return bad_node(index, fmt::format("it splits on feature {} of {}", from.feature, features_));
        }
        node.feature = static_cast<std::uint32_t>(from.feature);
        node.missing_goes_left = from.missing_goes_left;
        node.left = static_cast<std::uint32_t>(order_.size());
        BOON_CHECK(visit(from.left));
        BOON_CHECK(visit(from.right));
        return node;
    }

    Status visit(std::int64_t index) {
        if (index < 0 || index >= static_cast<std::int64_t>(source_.size())) {
            return damaged(fmt::format("tree {} has {} nodes but links to node {}", number_, source_.size(), index));
        }
        const auto at = static_cast<std::size_t>(index);
        if (seen_[at]) return damaged(fmt::format("tree {} links to its node {} twice", number_, index));
        seen_[at] = true;
        order_.push_back(at);
        return {};
    }

    [[nodiscard]] std::unexpected<Error> bad_node(std::size_t index, std::string_view why) const {
        return damaged(fmt::format("node {} of tree {}: {}", index, number_, why));
    }

    std::span<const SourceNode> source_;
    std::uint32_t features_;
    std::size_t number_;
    std::vector<bool> seen_;
    std::vector<std::size_t> order_;
};

}  // namespace

Result<TreeBuilder> TreeBuilder::start(Objective objective, std::int64_t features, std::vector<float> base_margins) {
    if (features < 1 || features > kMaxFeatures) {
        return fail(ErrorCode::invalid, fmt::format("it has {} features, not 1 to {}", features, kMaxFeatures));
    }
    if (base_margins.empty() || base_margins.size() > static_cast<std::size_t>(kMaxOutputs)) {
        return fail(
            ErrorCode::invalid, fmt::format("it has {} outputs, not 1 to {}", base_margins.size(), kMaxOutputs)
        );
    }
    if (!std::ranges::all_of(base_margins, [](float margin) { return std::isfinite(margin); })) {
        return damaged("its base_score is not one that its objective can predict");
    }
    auto trees = std::make_shared<Trees>();
    trees->objective = objective;
    trees->features = static_cast<std::uint32_t>(features);
    trees->base_margins = std::move(base_margins);
    return TreeBuilder(std::move(trees));
}

Status TreeBuilder::add_tree(std::int64_t output, std::span<const SourceNode> nodes) {
    const std::size_t number = trees_->trees.size();
    if (output < 0 || output >= static_cast<std::int64_t>(trees_->base_margins.size())) {
        return damaged(fmt::format("tree {} is for output {} of {}", number, output, trees_->base_margins.size()));
    }
    BOON_TRY(Tree tree, TreeCopy(nodes, trees_->features, number).append_to(trees_->nodes));
    tree.output = static_cast<std::uint32_t>(output);
    trees_->depth = std::max(trees_->depth, tree.depth);
    trees_->trees.push_back(tree);
    return {};
}

TreeEnsemble TreeBuilder::build() && {
    trees_->make_layouts();
    return TreeEnsemble(std::move(trees_));
}

}  // namespace boon::models
