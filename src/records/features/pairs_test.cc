// What passed between a customer and an offer: hand-made cases, and training's columns against serving's.
#include "records/features/pairs.h"

#include <bit>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::features {
namespace {

using ::testing::ElementsAre;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Timestamp at(std::string_view text) { return *parse_timestamp(text); }

// Offer 1 was a discount until May 2025, when it became points; 2 is points; 3 has no category.
std::unique_ptr<warehouse::Warehouse> sample() {
    warehouse::Options options;
    options.tables["customers"].select = "SELECT * FROM (VALUES ('ann'), ('bob'), ('eve')) t(customer_id)";
    options.tables["offers"].select =
        "SELECT * FROM (VALUES (1, TIMESTAMP '2025-01-01', 'discount'), (1, TIMESTAMP '2025-05-01', 'points'), "
        "(2, NULL, 'points'), (3, NULL, NULL)) t(offer_id, valid_from, category)";
    options.tables["interactions"].select =
        "SELECT interaction_id, customer_id, offer_id, kind, CAST(happened AS TIMESTAMP) AS occurred_at, "
        "CAST(known AS TIMESTAMP) AS known_at FROM (VALUES "
        "('a', 'ann', 1, 'sent', '2025-04-01', NULL), ('b', 'ann', 1, 'viewed', '2025-04-02', NULL), "
        "('b', 'ann', 1, 'viewed', '2025-04-02', NULL), ('c', 'ann', 1, 'converted', '2025-04-03', '2025-04-09'), "
        "('d', 'ann', 2, 'sent', '2025-04-04', NULL), ('e', 'ann', 1, 'sent', '2025-05-04', NULL), "
        "('f', 'ann', 3, 'sent', '2025-05-05', NULL), ('g', 'bob', 2, 'clicked', '2025-05-06', NULL)) "
        "t(interaction_id, customer_id, offer_id, kind, happened, known)";
    auto opened = warehouse::Warehouse::open(options);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : to_text(opened.error()));
    return *std::move(opened);
}

std::vector<float> pair_at(warehouse::Warehouse& warehouse, std::string_view customer, OfferId offer, Timestamp t) {
    const auto matrix = compute_pair_rows(
        warehouse, fmt::format(
                       "SELECT 5 AS row_id, '{}' AS customer_id, {} AS offer_id, make_timestamp({}) AS as_of", customer,
                       offer, t.micros
                   )
    );
    EXPECT_TRUE(matrix.has_value()) << (matrix ? "" : to_text(matrix.error()));
    EXPECT_THAT(matrix->row_ids, ElementsAre(5));
    const auto row = matrix->row(0);
    return {row.begin(), row.end()};
}

MATCHER_P(SameAs, expected, "") {
    if (arg.size() != expected.size()) return false;
    for (std::size_t i = 0; i < arg.size(); ++i) {
        if (std::isnan(arg[i]) && std::isnan(expected[i])) continue;
        if (std::bit_cast<std::uint32_t>(arg[i]) != std::bit_cast<std::uint32_t>(expected[i])) return false;
    }
    return true;
}

using Row = std::vector<float>;

TEST(Pairs, CountWhatWasKnownBeforeTheExposure) {
    const auto warehouse = sample();
    const Timestamp april = at("2025-04-04T00:00:00Z");
    // The conversion of the 3rd is known from the 9th on; the exposure of offer 2 at the instant itself is not counted.
    EXPECT_THAT(pair_at(*warehouse, "ann", 1, april), SameAs(Row{1, 1, 0, 0, 3, 2, kMissing, 1, 1, 0}));
    EXPECT_THAT(pair_at(*warehouse, "ann", 1, at("2025-04-09T00:00:00Z")), SameAs(Row{1, 1, 0, 1, 8, 7, 6, 1, 1, 1}));
    EXPECT_THAT(pair_at(*warehouse, "eve", 1, april), SameAs(Row{0, 0, 0, 0, kMissing, kMissing, kMissing, 0, 0, 0}));
}

TEST(Pairs, TheCategoryIsTheOneOfItsTime) {
    const auto warehouse = sample();
    // In June offer 1 is points: so were offer 2's sending and its own in May, not its own in April.
    const Row june = pair_at(*warehouse, "ann", 1, at("2025-06-01T00:00:00Z"));
    EXPECT_EQ(june[0], 2);
    EXPECT_EQ(june[7], 2);
    EXPECT_EQ(june[9], 0);
    // Without a category nothing is said of it.
    const Row none = pair_at(*warehouse, "ann", 3, at("2025-06-01T00:00:00Z"));
    EXPECT_EQ(none[0], 1);
    EXPECT_TRUE(std::isnan(none[7]));
}

TEST(Pairs, ServingGivesWhatTrainingSaw) {
    const auto warehouse = sample();
    for (const std::string_view text :
         {"2025-04-03T12:00:00Z", "2025-04-30T00:00:00.000001Z", "2025-06-01T00:00:00Z"}) {
        const Timestamp t = at(text);
        std::map<std::string, std::vector<PairHistory>, std::less<>> histories;
        const Status status = compute_pairs(
            *warehouse, t, {},
            [&](std::string_view customer, std::span<const PairHistory> found) -> Status {
                EXPECT_TRUE(histories.emplace(customer, std::vector(found.begin(), found.end())).second);
                return {};
            }
        );
        ASSERT_TRUE(status) << to_text(status.error());
        const bool may = t >= at("2025-05-01T00:00:00Z");
        const std::map<OfferId, std::string> categories = {
            {1, may ? "points" : "discount"}, {2, "points"}, {3, ""}, {4, ""}
        };
        for (const std::string customer : {"ann", "bob", "eve"}) {
            for (const auto& [offer, category] : categories) {
                Row served(kPairFeatures.size());
                pair_vector(histories[customer], offer, category, t, served);
                EXPECT_THAT(served, SameAs(pair_at(*warehouse, customer, offer, t))) << customer << " " << offer;
            }
        }
    }
}

TEST(Pairs, EmptyHistoriesAndFaultyRows) {
    const auto opened = warehouse::Warehouse::open({});
    ASSERT_TRUE(opened);
    EXPECT_THAT(
        pair_at(**opened, "ann", 1, at("2025-01-01T00:00:00Z")),
        SameAs(Row{0, 0, 0, 0, kMissing, kMissing, kMissing, kMissing, kMissing, kMissing})
    );
    const Status none = compute_pairs(
        **opened, at("2025-01-01T00:00:00Z"), {},
        [](std::string_view, std::span<const PairHistory>) -> Status { return fail(ErrorCode::internal, "called"); }
    );
    EXPECT_TRUE(none);
    const auto wrong = compute_pair_rows(
        **opened, "SELECT 1 AS row_id, 'ann' AS customer_id, NULL AS offer_id, TIMESTAMP '2025-01-01' AS as_of"
    );
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().message, "of the rows to compute features for, 1 lack a value and 0 repeat a row_id");
    EXPECT_EQ(pair_words().size(), kPairFeatures.size());
}

}  // namespace
}  // namespace boon::features
