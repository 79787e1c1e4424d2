// Ensembles built by hand, with expectations from hand arithmetic and papers.
#include "insight/models/tree_ensemble.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/models/link.h"
#include "insight/models/tree_builder.h"

namespace {

thread_local bool counts_allocations = false;
thread_local int allocations = 0;

}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which have their own
// This executable's own, to see that no call allocates. Not inlined: GCC would take malloc and free for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (counts_allocations) ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    if (counts_allocations) ++allocations;
    const auto unit = static_cast<std::size_t>(alignment);
    if (void* memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
#endif

namespace boon::models {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

SourceNode split(int feature, float threshold, int left, int right, float cover, bool missing_goes_left = false) {
    return {left, right, feature, threshold, missing_goes_left, cover};
}
SourceNode leaf(float value, float cover) { return {-1, -1, 0, value, false, cover}; }

TreeEnsemble ensemble_of(std::vector<std::vector<SourceNode>> trees, int features, float base = 0) {
    auto builder = TreeBuilder::start(Objective::reg_squarederror, features, {base});
    EXPECT_TRUE(builder.has_value());
    for (const auto& tree : trees) EXPECT_TRUE(builder->add_tree(0, tree).has_value());
    return std::move(*builder).build();
}

std::vector<double> explained(const TreeEnsemble& ensemble, const std::vector<float>& row) {
    std::vector<double> contributions(row.size() + 1);
    ensemble.explain(row, 0, contributions);
    return contributions;
}

// Every way to ask for the margin of one row, which must all agree.
float margin_of(const TreeEnsemble& ensemble, const std::vector<float>& row) {
    float one = kNan;
    ensemble.margins(row, {&one, 1});
    std::vector<float> rows;
    for (int i = 0; i < 64; ++i) rows.insert(rows.end(), row.begin(), row.end());
    std::vector<float> many(64);
    for (const InstructionSet set : {InstructionSet::portable, InstructionSet::best}) {
        ensemble.margins_batch(rows.data(), 64, row.size(), many.data(), set);
        EXPECT_THAT(many, ::testing::Each(one));
    }
    return one;
}

TEST(TreeEnsemble, AValueEqualToTheThresholdGoesRightAndMissingByTheNode) {
    const std::vector<SourceNode> to_left = {split(0, 0.5F, 1, 2, 2, true), leaf(1, 1), leaf(2, 1)};
    const std::vector<SourceNode> to_right = {split(0, 0.5F, 1, 2, 2, false), leaf(10, 1), leaf(20, 1)};
    const TreeEnsemble ensemble = ensemble_of({to_left, to_right}, 1);
    EXPECT_EQ(margin_of(ensemble, {0.5F}), 22);
    EXPECT_EQ(margin_of(ensemble, {std::nextafter(0.5F, 0.0F)}), 11);
    EXPECT_EQ(margin_of(ensemble, {kNan}), 21);
    EXPECT_EQ(margin_of(ensemble, {kInfinity}), 22);
    EXPECT_EQ(margin_of(ensemble, {-kInfinity}), 11);
}

TEST(TreeEnsemble, ZeroHasNoSign) {
    for (const float threshold : {0.0F, -0.0F}) {
        const TreeEnsemble ensemble = ensemble_of({{split(0, threshold, 1, 2, 2), leaf(1, 1), leaf(2, 1)}}, 1);
        EXPECT_EQ(margin_of(ensemble, {0.0F}), 2);
        EXPECT_EQ(margin_of(ensemble, {-0.0F}), 2);
        EXPECT_EQ(margin_of(ensemble, {-std::numeric_limits<float>::denorm_min()}), 1);
    }
}

TEST(TreeEnsemble, LeavesAreAddedInOrderInSinglePrecision) {
    // 2^24 + 1 is no float32: added one by one to 2^24 the ones are lost, added first they are not.
    const TreeEnsemble lost = ensemble_of({{leaf(16777216, 1)}, {leaf(1, 1)}, {leaf(1, 1)}}, 1);
    const TreeEnsemble kept = ensemble_of({{leaf(1, 1)}, {leaf(1, 1)}, {leaf(16777216, 1)}}, 1);
    EXPECT_EQ(margin_of(lost, {0}), 16777216);
    EXPECT_EQ(margin_of(kept, {0}), 16777218);
}

TEST(TreeEnsemble, NoTreesGiveTheBaseMargin) {
    EXPECT_EQ(margin_of(ensemble_of({}, 3, 0.25F), {1, kNan, 3}), 0.25F);
    EXPECT_THAT(explained(ensemble_of({}, 3, 0.25F), {1, kNan, 3}), ElementsAre(0, 0, 0, 0.25));
}

// Lundberg, Erion, Lee: Consistent Individualized Feature Attribution for Tree Ensembles (2018), figure 1, on fever (0)
// and cough (1). Model A: 80 for both, else 0. Model B: 10 more for a cough.
TEST(Shap, GivesThePapersValues) {
    const TreeEnsemble a = ensemble_of(
        {{split(0, 0.5F, 1, 2, 4), split(1, 0.5F, 3, 4, 2), split(1, 0.5F, 5, 6, 2), leaf(0, 1), leaf(0, 1), leaf(0, 1),
          leaf(80, 1)}},
        2
    );
    EXPECT_THAT(explained(a, {1, 1}), ElementsAre(DoubleNear(30, 1e-5), DoubleNear(30, 1e-5), 20));
    const TreeEnsemble b = ensemble_of(
        {{split(1, 0.5F, 1, 2, 4), split(0, 0.5F, 3, 4, 2), split(0, 0.5F, 5, 6, 2), leaf(0, 1), leaf(0, 1),
          leaf(10, 1), leaf(90, 1)}},
        2
    );
    EXPECT_THAT(explained(b, {1, 1}), ElementsAre(DoubleNear(30, 1e-5), DoubleNear(35, 1e-5), 25));
}

TEST(Shap, SplitsThatNoTrainingRowReachedStayFinite) {
    // All covers 0: each child counts as half.
    const TreeEnsemble none = ensemble_of({{split(0, 0.5F, 1, 2, 0), leaf(2, 0), leaf(4, 0)}}, 1);
    EXPECT_THAT(explained(none, {1}), ElementsAre(DoubleNear(1, 1e-6), 3));
    // The row goes where no training row went, twice by the same feature: all of the difference is that feature's.
    const TreeEnsemble edge =
        ensemble_of({{split(0, 0.5F, 1, 2, 4), leaf(1, 4), split(0, 0.7F, 3, 4, 0), leaf(5, 0), leaf(9, 0)}}, 2);
    EXPECT_THAT(explained(edge, {0.9F, 0}), ElementsAre(DoubleNear(8, 1e-6), 0, 1));
}

TEST(TreeEnsemble, DoesNotAllocateOnceItsSpaceIsThere) {
    const std::vector<SourceNode> tree = {
        split(0, 0.5F, 1, 2, 4), split(1, 0.5F, 3, 4, 2), leaf(3, 2), leaf(1, 1), leaf(2, 1)
    };
    const TreeEnsemble ensemble = ensemble_of({tree, tree, tree}, 2);
    const std::vector<float> rows(2 * 100, 0.25F);
    std::vector<float> out(100);
    std::vector<double> contributions(3);
    for (const bool counts : {false, true}) {
        counts_allocations = counts;
        ensemble.margins({rows.data(), 2}, {out.data(), 1});
        ensemble.margins_batch(rows.data(), 100, 2, out.data());
        ensemble.explain({rows.data(), 2}, 0, contributions);
        counts_allocations = false;
    }
    EXPECT_EQ(allocations, 0);
}

TEST(TreeEnsemble, ThreadsMayShareIt) {
    const std::vector<SourceNode> tree = {
        split(0, 0.5F, 1, 2, 4), split(1, 0.5F, 3, 4, 2), leaf(3, 2), leaf(1, 1), leaf(2, 1)
    };
    const TreeEnsemble ensemble = ensemble_of({tree, tree}, 2);
    std::vector<std::jthread> threads;
    std::vector<double> sums(4);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        threads.emplace_back([&ensemble, &sum = sums[i]] {
            const std::vector<float> rows(2 * 70, 0.25F);  // left, left: 1 by each tree
            std::vector<float> out(70);
            std::vector<double> contributions(3);
            for (std::size_t k = 0; k < 200; ++k) {
                ensemble.margins_batch(rows.data(), 70, 2, out.data());
                ensemble.explain({rows.data(), 2}, 0, contributions);
                sum += static_cast<double>(out[k % 70]) + contributions[0] + contributions[1] + contributions[2];
            }
        });
    }
    threads.clear();
    EXPECT_THAT(sums, ::testing::Each(DoubleNear(200 * (2 + 2), 1e-3)));
}

std::string add_error(const std::vector<SourceNode>& nodes, int output = 0) {
    auto builder = TreeBuilder::start(Objective::reg_squarederror, 3, {0.0F});
    const Status status = builder->add_tree(output, nodes);
    return status ? "added" : status.error().message;
}

TEST(TreeBuilder, RefusesWhatIsNoTree) {
    const SourceNode good = leaf(1, 1);
    EXPECT_EQ(add_error({}), "tree 0 has no nodes");
    EXPECT_EQ(add_error({good}, 1), "tree 0 is for output 1 of 1");
    EXPECT_EQ(add_error({good}, -1), "tree 0 is for output -1 of 1");
    EXPECT_EQ(add_error({split(0, 1, 1, 2, 1), good}), "tree 0 has 2 nodes but links to node 2");
    EXPECT_EQ(add_error({split(0, 1, -1, 1, 1), good}), "tree 0 has 2 nodes but links to node -1");
    EXPECT_EQ(add_error({split(0, 1, 1, 1, 1), good}), "tree 0 links to its node 1 twice");
    EXPECT_EQ(add_error({split(0, 1, 0, 1, 1), good}), "tree 0 links to its node 0 twice");
    EXPECT_EQ(add_error({split(3, 1, 1, 2, 1), good, good}), "node 0 of tree 0: it splits on feature 3 of 3");
    EXPECT_THAT(add_error({leaf(kNan, 1)}), HasSubstr("its threshold or leaf value is not a finite number"));
    EXPECT_THAT(add_error({split(0, kInfinity, 1, 2, 1), good, good}), HasSubstr("is not a finite number"));
    EXPECT_THAT(add_error({leaf(1, -1)}), HasSubstr("its cover is not a finite number >= 0"));
    EXPECT_EQ(add_error({good, split(9, kNan, 7, 7, -1)}), "added");  // never reached
}

TEST(TreeBuilder, LimitsDepthAndSizes) {
    std::vector<SourceNode> chain;
    for (int i = 0; i < 64; ++i) {
        chain.push_back(split(i % 3, static_cast<float>(i), 2 * i + 1, 2 * i + 2, 2));
        chain.push_back(leaf(static_cast<float>(i), 1));
    }
    // Node 2i is the chain's i-th split, 2i + 1 its leaf.
    chain.push_back(leaf(-1, 1));
    const TreeEnsemble deepest = ensemble_of({chain}, 3);
    EXPECT_EQ(margin_of(deepest, {100, 100, 100}), -1);
    EXPECT_EQ(margin_of(deepest, {100, 5, 100}), 7);  // the first split on feature 1 with a threshold above 5 is 7
    const std::vector<double> reasons = explained(deepest, {100, 5, 100});
    EXPECT_NEAR(reasons[0] + reasons[1] + reasons[2] + reasons[3], 7, 1e-5);
    chain.back() = split(0, 64, 129, 130, 2);
    chain.push_back(leaf(1, 1));
    chain.push_back(leaf(1, 1));
    EXPECT_EQ(add_error(chain), "tree 0 is deeper than 64 levels");

    EXPECT_EQ(
        TreeBuilder::start(Objective::reg_squarederror, 0, {0}).error().message, "it has 0 features, not 1 to 1048576"
    );
    EXPECT_EQ(
        TreeBuilder::start(Objective::reg_squarederror, 1, {}).error().message, "it has 0 outputs, not 1 to 16384"
    );
}

TEST(Link, MarginsBecomePredictions) {
    EXPECT_FLOAT_EQ(predict_from_margin(Objective::binary_logistic, 0), 0.5F);
    EXPECT_FLOAT_EQ(predict_from_margin(Objective::reg_logistic, std::log(3.0F)), 0.75F);
    EXPECT_EQ(predict_from_margin(Objective::binary_logistic, 1000), 1);
    EXPECT_GT(predict_from_margin(Objective::binary_logistic, -1000), 0);
    EXPECT_FLOAT_EQ(predict_from_margin(Objective::count_poisson, std::log(7.0F)), 7);
    EXPECT_EQ(predict_from_margin(Objective::binary_logitraw, 3), 3);
    EXPECT_EQ(predict_from_margin(Objective::rank_ndcg, -2), -2);
    std::vector<float> shares = {std::log(1.0F) + 500, std::log(2.0F) + 500, std::log(5.0F) + 500};
    softmax(shares);
    EXPECT_THAT(
        shares,
        ElementsAre(
            ::testing::FloatNear(0.125F, 1e-4F), ::testing::FloatNear(0.25F, 1e-4F), ::testing::FloatNear(0.625F, 1e-4F)
        )
    );
}

}  // namespace
}  // namespace boon::models
