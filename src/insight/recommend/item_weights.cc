#include "insight/recommend/item_weights.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Dense>
#include <fmt/format.h>

namespace boon::recommend {
namespace {

// How many customers bought both, of each pair of items; whole numbers, exact up to 2²⁴ customers.
Eigen::MatrixXf buyers_of_both(const Interactions& bought) {
    const auto size = static_cast<Eigen::Index>(bought.items());
    Eigen::MatrixXf both = Eigen::MatrixXf::Zero(size, size);
    for (std::size_t customer = 0; customer < bought.customers(); ++customer) {
        const auto row = bought.of(customer);
        for (const ItemTimes& one : row) {
            auto column = both.col(one.item);
            for (const ItemTimes& other : row) column[other.item] += 1;
        }
    }
    return both;
}

// Of the weights towards one item, the `kept` largest by size, without the item itself and zeros.
void keep_largest(const Eigen::VectorXf& towards, std::uint32_t item, std::size_t kept, ItemWeights& out) {
    std::vector<std::uint32_t> from;
    for (Eigen::Index i = 0; i < towards.size(); ++i) {
        if (static_cast<std::uint32_t>(i) != item && towards[i] != 0) from.push_back(static_cast<std::uint32_t>(i));
    }
    const auto heavier = [&](std::uint32_t a, std::uint32_t b) {
        const float sizes[] = {std::abs(towards[a]), std::abs(towards[b])};
        return sizes[0] != sizes[1] ? sizes[0] > sizes[1] : a < b;
    };
    if (from.size() > kept) {
        std::ranges::nth_element(from, from.begin() + static_cast<std::ptrdiff_t>(kept), heavier);
        from.resize(kept);
    }
    for (const std::uint32_t i : from) out[i].push_back({item, towards[i]});
}

}  // namespace

ItemWeights nearest_items(const Interactions& bought, std::size_t neighbours) {
    const Eigen::MatrixXf both = buyers_of_both(bought);
    const Eigen::VectorXf lengths = both.diagonal().cwiseSqrt().cwiseMax(1);
    ItemWeights out(bought.items());
    for (Eigen::Index j = 0; j < both.cols(); ++j) {
        const Eigen::VectorXf cosines = both.col(j).cwiseQuotient(lengths) / lengths[j];
        keep_largest(cosines, static_cast<std::uint32_t>(j), neighbours, out);
    }
    return out;
}

Result<ItemWeights> ease(const Interactions& bought, double ridge, std::size_t kept) {
    if (!(ridge > 0))
        return fail(ErrorCode::invalid, fmt::format("the ridge of EASE is {}: it must be above 0", ridge));
    if (bought.items() > kMostItems) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "EASE of {} items does not fit into memory; at most {} can be fitted", bought.items(), kMostItems
            ),
            "fit the most bought items"
        );
    }
    Eigen::MatrixXf both = buyers_of_both(bought);
    both.diagonal().array() += static_cast<float>(ridge);
    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXf>> factor(both);
    if (factor.info() != Eigen::Success) return fail(ErrorCode::internal, "EASE: the items' table is not definite");
    const Eigen::MatrixXf precision = factor.solve(Eigen::MatrixXf::Identity(both.rows(), both.cols()));
    ItemWeights out(bought.items());
    for (Eigen::Index j = 0; j < precision.cols(); ++j) {
        const Eigen::VectorXf weights = precision.col(j) / -precision(j, j);
        keep_largest(weights, static_cast<std::uint32_t>(j), kept, out);
    }
    return out;
}

}  // namespace boon::recommend
