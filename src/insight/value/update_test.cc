#include "insight/value/update.h"

#include "insight/value/value_test.h"

namespace boon::value {
namespace {

using testing::HasSubstr;

class UpdateTest : public ValueTest {};
INSTANTIATE_TEST_SUITE_P(Engines, UpdateTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(UpdateTest, TheBaseIsValuedAndServes) {
    fill(forty(), kMarch);
    const auto done = update(kMarch);
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->done, 40);
    EXPECT_EQ(done->changed, 40);
    EXPECT_EQ(done->in_base, 40);
    EXPECT_EQ(done->is_partial, 40);
    const auto serving = image();
    // c39 has 39 of 40 below: 97.5 + half of 2.5.
    EXPECT_FLOAT_EQ(serving->find("c39")->standing->value_score, 98.75F);
    EXPECT_EQ(serving->find("c39")->value_segment, "high_value");
    EXPECT_EQ(serving->find("c39")->rfm_segment, "champions");
    EXPECT_EQ(serving->find("c39")->standing->marks, profiles::Standing::kPartial);
    // c15 has 15 of 40 below: 37.5 + 1.25, below 40; c16 has 41.25.
    EXPECT_EQ(serving->find("c15")->value_segment, "low_value");
    EXPECT_EQ(serving->find("c16")->value_segment, "medium_value");
    EXPECT_EQ(number("select count(*) from value_history"), 40);
    EXPECT_EQ(number("select count(*) from change_feed where kind = 'standing' and key = ''"), 1);
}

TEST_P(UpdateTest, ARunThatFindsNothingNewWritesNothing) {
    fill(forty(), kMarch);
    ASSERT_TRUE(update(kMarch));
    const auto again = update(kMarch);
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(again->changed, 0);
    EXPECT_EQ(again->kept, 0);
    EXPECT_EQ(number("select count(*) from value_runs"), 1);
}

TEST_P(UpdateTest, AMonthLaterWhoMovedIsKeptAndCounted) {
    auto customers = forty();
    fill(customers, kMarch);
    ASSERT_TRUE(update(kMarch));
    // c00 becomes the best: 98.75. Everybody else goes down one place of 40, 2.5 points: not enough to be kept, but for
    // those whose segment or RFM scores change.
    customers[0] = {"c00", 1, 1, 100, 100};
    fill(customers, kApril);
    const auto done = update(kApril);
    ASSERT_TRUE(done) << to_text(done.error());
    // c00 low → high; c28 (had 71.25, has 68.75) high → medium; c16 (had 41.25, has 38.75) medium → low.
    EXPECT_EQ(done->changed, 3);
    const auto moved = database_->read([](db::Connection& c) { return movements(c, kMarch, kApril); });
    ASSERT_TRUE(moved) << to_text(moved.error());
    std::map<std::string, std::int64_t> by_pair;
    for (const Movement& move : *moved) by_pair[*move.from + ">" + *move.to] = move.customers;
    EXPECT_EQ(by_pair["low_value>high_value"], 1);
    EXPECT_EQ(by_pair["high_value>medium_value"], 1);
    EXPECT_EQ(by_pair["medium_value>low_value"], 1);
    EXPECT_EQ(by_pair["low_value>low_value"], 15);
    EXPECT_EQ(by_pair["high_value>high_value"], 11);
    const auto history = database_->read([](db::Connection& c) { return history_of(c, "c00"); });
    ASSERT_EQ(history->size(), 2U);
    EXPECT_EQ(history->front().at, kApril);
    EXPECT_EQ(history->front().value_segment, "high_value");
    EXPECT_EQ(history->front().lifetime_value, 100.0);
    EXPECT_EQ(history->back().value_segment, "low_value");
    const auto before = database_->read([](db::Connection& c) { return movements(c, plus_days(kMarch, -1), kMarch); });
    ASSERT_EQ(before->size(), 3U);
    EXPECT_EQ(before->front().from, std::nullopt);
    EXPECT_EQ(image()->find("c00")->value_segment, "high_value");
}

TEST_P(UpdateTest, KilledHalfWayItRepeatsAtMostAChunk) {
    std::vector<Customer> customers;
    for (int i = 0; i < 4000; ++i) {
        const auto number = static_cast<float>(i * 7919 % 4000);
        customers.push_back({"c" + std::to_string(10'000 + i), 5, 5, number, number});
    }
    fill(customers, kMarch);
    std::optional<Checkpoint> last;
    const auto dies = [&](db::Connection&, const Checkpoint& at, std::int64_t total) -> Status {
        EXPECT_EQ(total, 4000);
        if (at.done > 2000) return fail(ErrorCode::unavailable, "killed");
        last = at;
        return {};
    };
    EXPECT_EQ(update(kMarch, {}, dies).error().message, "killed");
    EXPECT_EQ(number("select count(*) from value_history"), 2000);
    EXPECT_EQ(number("select count(*) from value_runs"), 0);
    std::int64_t written = 0;
    const auto counts = [&](db::Connection&, const Checkpoint& at, std::int64_t) -> Status {
        written = std::max(written, at.done - last->done);
        return {};
    };
    const auto done = update(kMarch, last, counts);
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(written, 2000);  // none of the first half again
    EXPECT_EQ(done->done, 4000);
    EXPECT_EQ(done->changed, 4000);
    EXPECT_EQ(number("select count(*) from value_history"), 4000);
    EXPECT_EQ(number("select count(*) from standings where value_segment = 'high_value'"), 1200);
}

TEST_P(UpdateTest, OneCustomerIsScoredByTheShapeOfTheLastRun) {
    auto customers = forty();
    fill(customers, kMarch);
    const auto loaded = image();
    const Base early{*loaded, segments_, rfm_, nullptr, kMarch};
    const auto too_early = database_->write([&](db::Connection& c) { return update_customer(c, early, 0, kMarch); });
    EXPECT_EQ(too_early.error().code, ErrorCode::failed_precondition);
    ASSERT_TRUE(update(kMarch));
    customers[3].revenue = 40;
    fill(customers, kMarch);
    const auto next = image();
    const Base base{*next, segments_, rfm_, nullptr, plus_days(kMarch, 1)};
    const auto point =
        database_->write([&](db::Connection& c) { return update_customer(c, base, *next->row_of("c03"), kApril); });
    ASSERT_TRUE(point) << to_text(point.error());
    EXPECT_DOUBLE_EQ(point->value_score, 98.75);  // what 40 had in the run
    EXPECT_EQ(point->m, 5);
    EXPECT_EQ(image()->find("c03")->value_segment, "high_value");
    EXPECT_EQ(number("select count(*) from change_feed where kind = 'standing' and key = 'c03'"), 1);
}

TEST_P(UpdateTest, SomeCustomersAtOnceAreScoredAsOneByOne) {
    auto customers = forty();
    fill(customers, kMarch);
    ASSERT_TRUE(update(kMarch));
    customers[3].revenue = 40;
    customers.push_back({"c40", 1, 1, 4, 20});
    fill(customers, kMarch);
    const auto next = image();
    const Base base{*next, segments_, rfm_, nullptr, plus_days(kMarch, 1)};
    const std::vector rows = {
        static_cast<std::uint32_t>(*next->row_of("c03")), static_cast<std::uint32_t>(*next->row_of("c05")),
        static_cast<std::uint32_t>(*next->row_of("c40"))
    };
    const auto before = number("select count(*) from value_history");
    const auto done = database_->write([&](db::Connection& c) { return update_customers(c, base, rows); });
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(image()->find("c03")->value_segment, "high_value");
    EXPECT_EQ(image()->find("c40")->value_segment, "medium_value");
    EXPECT_EQ(number("select count(*) from value_history"), before + 2);  // c05 is as it was
    for (const char* id : {"c03", "c05", "c40"}) {
        const auto held = *image()->find(id)->standing;
        const auto alone =
            database_->write([&](db::Connection& c) { return update_customer(c, base, *next->row_of(id), kApril); });
        ASSERT_TRUE(alone) << to_text(alone.error());
        EXPECT_FLOAT_EQ(held.value_score, static_cast<float>(alone->value_score)) << id;
        EXPECT_EQ(held.m, alone->m) << id;
    }
}

TEST_P(UpdateTest, ProfilesOfALaterTimeOrWithoutTheFeaturesAreRefused) {
    fill(forty(), kApril);
    EXPECT_EQ(
        to_text(update(kMarch).error()),
        "value as of 2026-03-01T00:00:00Z cannot follow from profiles of 2026-04-01T00:00:00Z\n"
        "hint: compute the features as of that time first (boon features --as-of), or ask for a later one"
    );
    EXPECT_THAT(
        FactReader::make({.columns = {{"spend_365d", "h", "w", "", {}}}, .lifetime_value_column = ""}).error().message,
        HasSubstr("lack what value needs: days_since_last_activity, days_since_last_purchase, purchases_365d")
    );
}

TEST_P(UpdateTest, SilenceAloneLeadsOutOfTheBase) {
    auto customers = forty();
    customers[39].last_activity_days = 360;
    fill(customers, kMarch);
    ASSERT_TRUE(update(kMarch));
    EXPECT_EQ(image()->find("c39")->value_segment, "high_value");
    const auto later = update(plus_days(kMarch, 6));
    ASSERT_TRUE(later) << to_text(later.error());
    EXPECT_EQ(later->in_base, 39);
    EXPECT_EQ(image()->find("c39")->value_segment, "low_value");
    EXPECT_EQ(image()->find("c39")->standing->marks, profiles::Standing::kPartial | profiles::Standing::kOutsideBase);
}

TEST_P(UpdateTest, TotalsAreThoseOfTheStandings) {
    fill(forty(), kMarch);
    ASSERT_TRUE(update(kMarch));
    const auto loaded = image();
    const auto totals = totals_of(*loaded, *FactReader::make(*loaded->schema()), segments_.names());
    ASSERT_EQ(totals.size(), 3U);
    // high: c28 … c39 brought 29 … 40, 414 of 820; low: c00 … c15 brought 1 … 16, 136.
    EXPECT_EQ(totals[0].segment, "high_value");
    EXPECT_EQ(totals[0].customers, 12);
    EXPECT_DOUBLE_EQ(totals[0].revenue_365d, 414);
    EXPECT_DOUBLE_EQ(totals[0].revenue_share, 414.0 / 820);
    EXPECT_DOUBLE_EQ(totals[0].mean_revenue_365d, 34.5);
    EXPECT_EQ(totals[0].mean_predicted_ltv, std::nullopt);
    EXPECT_EQ(totals[2].customers, 16);
    EXPECT_DOUBLE_EQ(totals[2].revenue_365d, 136);
    const auto run = database_->read([](db::Connection& c) { return last_run(c); });
    ASSERT_TRUE(run && *run);
    EXPECT_EQ((**run).segments[0].customers, 12);
    EXPECT_DOUBLE_EQ((**run).segments[0].revenue_share, 414.0 / 820);
    EXPECT_EQ((**run).shape.size(), 40);
}

}  // namespace
}  // namespace boon::value
