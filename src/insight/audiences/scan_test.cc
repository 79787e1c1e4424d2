#include "insight/audiences/scan.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "insight/audiences/audiences_test.h"
#include "insight/audiences/member.h"

namespace boon::audiences {
namespace {

std::vector<std::string> names(const profiles::Image& image, const Members& members) {
    std::vector<std::string> found;
    for (std::size_t row = 0; row < members.rows(); ++row) {
        if (members.contains(row)) found.emplace_back(image.at(row).customer_id);
    }
    return found;
}

// Five customers and what is asked of them, answered by reading.
TEST(Scan, SelectsWhoTheRuleSays) {
    const auto image = image_of({
        {.id = "anna",
         .last_purchase_days = 3,
         .spend = 500,
         .contract = 0,
         .stage = "growth",
         .value_segment = "high_value",
         .stage_since = plus_days(kMarch, -10)},
        {.id = "bert",
         .last_purchase_days = 45,
         .spend = 80,
         .contract = 1,
         .stage = "churn",
         .value_segment = "low_value",
         .stage_since = plus_days(kMarch, -2)},
        {.id = "cleo", .last_purchase_days = 29.5, .spend = 500, .contract = 1, .stage = "retention"},
        {.id = "dora", .spend = 0},  // never bought, no stage
        {.id = "emil", .last_purchase_days = 30, .contract = 0, .stage = "churn", .value_segment = "high_value"},
    });
    using testing::ElementsAre;
    const auto who = [&](std::string_view text, Timestamp at = kMarch) {
        return names(*image, scan(*image, selector(*image, text), at));
    };
    EXPECT_THAT(who("true"), ElementsAre("anna", "bert", "cleo", "dora", "emil"));
    EXPECT_THAT(who("false"), ElementsAre());
    EXPECT_THAT(who(R"({"==":[{"var":"stage"},"churn"]})"), ElementsAre("bert", "emil"));
    EXPECT_THAT(who(R"({"!=":[{"var":"stage"},"churn"]})"), ElementsAre("anna", "cleo"));  // dora's is not known
    EXPECT_THAT(who(R"({"missing":["stage"]})"), ElementsAre("dora"));
    EXPECT_THAT(who(R"({">=":[{"var":"days_in_stage"},10]})"), ElementsAre("anna"));
    EXPECT_THAT(who(R"({"<=":[{"days_since":{"var":"stage_since"}},2]})"), ElementsAre("bert", "cleo", "emil"));
    EXPECT_THAT(who(R"({"<":[{"var":"days_since_last_purchase"},30]})"), ElementsAre("anna", "cleo"));
    EXPECT_THAT(who(R"({"==":[{"var":"contract"},"postpaid"]})"), ElementsAre("bert", "cleo"));
    EXPECT_THAT(who(R"({">=":[{"var":"lifetime_value"},500]})"), ElementsAre("anna", "cleo"));
    EXPECT_THAT(
        who(R"({"and":[{"==":[{"var":"value_segment"},"high_value"]},{"<":[{"var":"spend"},600]}]})"),
        ElementsAre("anna")
    );
}

// The profiles stand as they were worked out on 1 March; the days go on.
TEST(Scan, WhoDoesNothingLeavesARecentAudienceOnTheDay) {
    const auto image = image_of({
        {.id = "anna", .last_purchase_days = 27},
        {.id = "bert", .last_purchase_days = 27, .computed_at = plus_days(kMarch, 1)},
    });
    const auto recent = selector(*image, R"({"<":[{"var":"days_since_last_purchase"},30]})");
    const auto days = selector(*image, R"({"==":[{"var":"days_since_last_purchase"},28.5]})");
    using testing::ElementsAre;
    EXPECT_THAT(names(*image, scan(*image, recent, plus_days(kMarch, 2))), ElementsAre("anna", "bert"));
    EXPECT_THAT(names(*image, scan(*image, recent, plus_days(kMarch, 3))), ElementsAre("bert"));
    EXPECT_THAT(names(*image, scan(*image, recent, plus_days(kMarch, 4))), ElementsAre());
    EXPECT_THAT(names(*image, scan(*image, days, plus_micros(kMarch, kMicrosPerDay * 3 / 2))), ElementsAre("anna"));
}

std::vector<Customer> many(std::size_t count) {
    std::vector<Customer> customers;
    for (std::size_t i = 0; i < count; ++i) {
        customers.push_back({.id = fmt::format("c{:06}", (i * 7919) % count), .spend = static_cast<float>(i % 10)});
    }
    return customers;
}

// Ids in no order, two threads, a last word that is not full.
TEST(Scan, CountsSamplesAndPagesOfMany) {
    const std::size_t count = 100'003;  // a prime, so that the ids are all different
    const auto image = image_of(many(count));
    const auto three = selector(*image, R"({"==":[{"var":"spend"},3]})");
    const Members members = scan(*image, three, kMarch);
    EXPECT_EQ(members.count(), 10'000);  // i % 10 = 3 for i = 3, 13, …, 99 993
    for (std::size_t row = 0; row < count; ++row) ASSERT_EQ(members.contains(row), row % 10 == 3) << row;

    const auto sample = members.sample(4);
    // The middle of each quarter of 10 000 members: numbers 1 250, 3 750, 6 250, 8 750.
    EXPECT_THAT(sample, testing::ElementsAre(12'503, 37'503, 62'503, 87'503));
    EXPECT_EQ(members.sample(20'000).size(), 10'000U);
    EXPECT_TRUE(members.sample(0).empty());

    const Pages pages(*image, three, kMarch);
    std::vector<std::string> seen;
    while (true) {
        const auto rows = pages.next(seen.empty() ? "" : seen.back(), 999);
        for (const std::uint32_t row : rows) {
            ASSERT_TRUE(members.contains(row));
            seen.emplace_back(image->at(row).customer_id);
        }
        if (rows.size() < 999) break;
    }
    EXPECT_EQ(seen.size(), 10'000U);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
}

TEST(Scan, NobodyIsInAnEmptyBase) {
    const profiles::Image nobody;
    const auto everybody = Selector::compile(true, {}, variables_of(nullptr, vocabulary()));
    EXPECT_EQ(scan(nobody, *everybody, kMarch).count(), 0);
    EXPECT_TRUE(scan(nobody, *everybody, kMarch).sample(3).empty());
}

TEST(AudienceMember, IsToldInWordsThatASpreadsheetDoesNotRun) {
    const auto image = image_of({
        {.id = "=1+1", .spend = 12.345F, .stage = "growth", .stage_since = plus_micros(kMarch, -kMicrosPerHour * 30)},
    });
    const AudienceMember member = member_of(image->at(0), {}, kMarch);
    EXPECT_EQ(member.days_in_stage, 1.25);
    std::string csv;
    append_member_header(csv);
    append_member(csv, member);
    EXPECT_EQ(
        csv,
        "customer_id,stage,days_in_stage,value_segment,value_score,rfm_segment,lifetime_value,predicted_ltv\r\n"
        "'=1+1,growth,1.25,,,,12.35,\r\n"
    );
}

}  // namespace
}  // namespace boon::audiences
