// Against XGBoost itself: the rows put together and predicted by it have the same bits.
#include "insight/models/fixed_columns.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "insight/models/testing/xgboost_peer.h"
#include "insight/models/tree_builder.h"

namespace boon::models {
namespace {

using testing::Peer;
using testing::random_table;
using testing::Table;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::size_t kColumns = 24;

struct Case {
    int depth;
    int rounds;
};

class FixedColumnsTest : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    Depths, FixedColumnsTest, ::testing::Values(Case{1, 20}, Case{3, 50}, Case{5, 70}, Case{6, 133}, Case{9, 40}),
    [](const auto& tested) { return "Depth" + std::to_string(tested.param.depth); }
);

TEST_P(FixedColumnsTest, HasTheBitsOfXgboostOnTheWholeRows) {
    const Table training = random_table(1000, kColumns, 0.1, 1);
    const Peer peer(
        training,
        {{"objective", "binary:logistic"}, {"max_depth", std::to_string(GetParam().depth)}, {"min_child_weight", "0.1"}
        },
        GetParam().rounds
    );
    const auto bytes = peer.save("ubj");
    auto ensemble = TreeEnsemble::from_xgboost(bytes);
    ASSERT_TRUE(ensemble) << to_text(ensemble.error());

    // Columns that the labels depend on and others; values that meet thresholds, missing ones, extremes.
    const std::vector<std::uint32_t> columns = {0, 3, 4, 17};
    const Table offers = random_table(19, columns.size(), 0.2, 2);
    std::vector<float> values = offers.values;
    values[1] = std::numeric_limits<float>::max();
    values[5] = std::numeric_limits<float>::lowest();
    values[8] = -0.0F;
    const FixedColumns fixed(*ensemble, columns, values);

    const Table customers = random_table(20, kColumns, 0.1, 3);
    // In any order, one of them twice; and of each length that the code treats apart.
    const std::vector<std::uint32_t> all = {18, 3, 0, 7, 7, 12, 1, 2, 4, 5, 6, 8, 9, 10, 11, 13, 14, 15, 16, 17};
    for (const std::size_t count : {1U, 7U, 8U, 9U, 20U}) {
        const std::vector<std::uint32_t> sets(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
        Table whole{.columns = kColumns};
        std::vector<float> ours;
        for (std::size_t r = 0; r < customers.rows(); ++r) {
            for (const std::uint32_t set : sets) {
                std::vector<float> row(customers.row(r).begin(), customers.row(r).end());
                for (std::size_t c = 0; c < columns.size(); ++c) row[columns[c]] = values[set * columns.size() + c];
                whole.values.insert(whole.values.end(), row.begin(), row.end());
            }
            std::vector<float> margins(count);
            fixed.margins(customers.row(r), sets, margins);
            ours.insert(ours.end(), margins.begin(), margins.end());
        }
        EXPECT_EQ(ours, peer.margins(whole)) << count << " sets";
    }
}

TEST(FixedColumns, ATreeBySplitsOfBothSides) {
    // Column 0 is the row's, column 1 fixed: x0 < 1 ? (x1 < 10 ? 1 : 2) : (x1 < 20 ? 4 : 8); a missing x1 goes left.
    auto builder = TreeBuilder::start(Objective::reg_squarederror, 2, {0.5F});
    ASSERT_TRUE(builder);
    ASSERT_TRUE(builder->add_tree(
        0, {{{1, 2, 0, 1, false, 4},
             {3, 4, 1, 10, true, 2},
             {5, 6, 1, 20, true, 2},
             {-1, -1, 0, 1, false, 1},
             {-1, -1, 0, 2, false, 1},
             {-1, -1, 0, 4, false, 1},
             {-1, -1, 0, 8, false, 1}}}
    ));
    const std::vector<std::uint32_t> columns = {1};
    const std::vector<float> values = {9, 10, 20, kNan, kInfinity, -kInfinity};
    const FixedColumns fixed(std::move(*builder).build(), columns, values);
    const std::vector<std::uint32_t> sets = {0, 1, 2, 3, 4, 5};
    std::vector<float> out(6);
    const std::vector<float> low = {0, kNan};
    fixed.margins(low, sets, out);
    EXPECT_EQ(out, (std::vector<float>{1.5F, 2.5F, 2.5F, 1.5F, 2.5F, 1.5F}));
    const std::vector<float> high = {1, kNan};
    fixed.margins(high, sets, out);
    EXPECT_EQ(out, (std::vector<float>{4.5F, 4.5F, 8.5F, 4.5F, 8.5F, 4.5F}));
}

TEST(FixedColumns, NoColumnsAndNoSets) {
    auto builder = TreeBuilder::start(Objective::reg_squarederror, 1, {0.25F});
    const TreeEnsemble ensemble = std::move(*builder).build();
    const FixedColumns none(ensemble, {}, {});
    const std::vector<float> row = {1};
    std::vector<float> out(2);
    const std::vector<std::uint32_t> sets = {0, 0};
    none.margins(row, sets, out);
    EXPECT_EQ(out, (std::vector<float>{0.25F, 0.25F}));
    none.margins(row, {}, {});
}

}  // namespace
}  // namespace boon::models
