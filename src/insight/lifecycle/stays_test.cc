#include "insight/lifecycle/stays.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/lifecycle/dashboard.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::lifecycle {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr Timestamp kMarch{1'772'323'200'000'000};  // 2026-03-01T00:00:00Z

Timestamp day(std::int64_t days) { return plus_days(kMarch, days); }

class StaysTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMarch)); }

    template <class F>
    auto read(F&& f) {
        auto result = database_->read(std::forward<F>(f));
        EXPECT_TRUE(result) << to_text(result.error());
        return *std::move(result);
    }
    // Enters the stage on that day, out of wherever the customer is.
    Status go(const std::string& customer, const std::string& stage, std::int64_t on_day) {
        return database_->write([&](db::Connection& connection) -> Status {
            BOON_TRY(const auto open, open_stay(connection, customer));
            BOON_CHECK(move(connection, open, {customer, day(on_day), {}, stage, "rule", "why", 1}));
            return {};
        });
    }
    void went(const std::string& customer, const std::string& stage, std::int64_t on_day) {
        const Status gone = go(customer, stage, on_day);
        ASSERT_TRUE(gone) << to_text(gone.error());
    }
    void left(const std::string& customer, std::int64_t on_day) {
        ASSERT_TRUE(database_->write([&](db::Connection& connection) -> Status {
            BOON_TRY(const auto open, open_stay(connection, customer));
            return leave(connection, *open, day(on_day));
        }));
    }
    std::vector<std::string> stages_of_customer(const std::string& customer) {
        std::vector<std::string> stages;
        for (const Stay& stay : read([&](db::Connection& c) { return stays_of(c, customer); })) {
            stages.push_back(stay.stage);
        }
        return stages;
    }
    // Five customers over a month; at day 30 anna and bert grow, carl is lost, dora left, emil is new.
    void a_month() {
        went("anna", "onboarding", 0);
        went("anna", "growth", 10);
        went("bert", "onboarding", 0);
        went("bert", "growth", 20);
        went("carl", "retention", 0);
        went("carl", "churn", 5);
        went("carl", "win_back", 15);
        went("dora", "retention", 0);
        left("dora", 12);
        went("emil", "onboarding", 25);
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, StaysTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(StaysTest, TheDatabaseAllowsOneOpenStay) {
    went("anna", "growth", 1);
    const Status second = database_->write([](db::Connection& connection) {
        return db::insert(connection, "stays", Stay{"anna", day(2), {}, "churn", "r", "w", 1});
    });
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    const Status backwards = database_->write([](db::Connection& connection) {
        return db::insert(connection, "stays", Stay{"bert", day(2), day(2), "churn", "r", "w", 1});
    });
    EXPECT_EQ(backwards.error().code, ErrorCode::invalid);
}

TEST_P(StaysTest, AMoveEndsTheStayBefore) {
    went("anna", "onboarding", 0);
    went("anna", "growth", 10);
    const auto stays = read([](db::Connection& c) { return stays_of(c, "anna"); });
    ASSERT_EQ(stays.size(), 2U);
    EXPECT_EQ(stays[1].exited_at, day(10));
    EXPECT_EQ(stays[0].exited_at, std::nullopt);
    EXPECT_EQ(duration_days(stays[1], day(99)), 10);
    EXPECT_EQ(duration_days(stays[0], day(14)), 4);
    EXPECT_EQ(
        to_text(go("anna", "churn", 9).error()),
        "customer anna has been in growth since 2026-03-11T00:00:00Z, which is later than 2026-03-10T00:00:00Z\n"
        "hint: what is known of a later time is not overwritten by an earlier one"
    );
}

TEST_P(StaysTest, AStayOfNoLengthNeverWas) {
    went("anna", "growth", 0);
    went("anna", "churn", 5);
    went("anna", "retention", 5);
    EXPECT_THAT(stages_of_customer("anna"), ElementsAre("retention", "growth"));
    // Back to where she was: as if nothing had happened.
    went("anna", "growth", 5);
    EXPECT_THAT(stages_of_customer("anna"), ElementsAre("growth"));
    EXPECT_EQ(read([](db::Connection& c) { return open_stay(c, "anna"); })->entered_at, day(0));
    left("anna", 0);
    EXPECT_THAT(stages_of_customer("anna"), ElementsAre());
}

TEST_P(StaysTest, ManyMoveAtOnce) {
    std::vector<Move> come;
    std::vector<Move> go_on;
    for (int i = 0; i < 600; ++i) {
        const std::string id = "c" + std::to_string(1000 + i);
        come.push_back({{id, day(0), {}, "onboarding", "r", "w", 1}, false});
        go_on.push_back({{id, day(3), {}, "growth", "r", "w", 1}, true});
    }
    ASSERT_TRUE(database_->write([&](db::Connection& c) { return move_many(c, come); }));
    go_on.push_back({{"new", day(3), {}, "growth", "r", "w", 1}, false});
    const Status moved = database_->write([&](db::Connection& c) { return move_many(c, go_on); });
    ASSERT_TRUE(moved) << to_text(moved.error());
    const auto counts = read([](db::Connection& c) { return distribution_at(c, day(3)); });
    EXPECT_THAT(counts, ElementsAre(Pair("growth", 601)));
    const auto range = read([](db::Connection& c) { return open_stays(c, {"c1001", "c1003"}); });
    EXPECT_EQ(range.size(), 2U);
    // Somebody else was faster: nothing is written.
    const Status late = database_->write([&](db::Connection& c) {
        return move_many(c, std::vector<Move>{{{"nobody", day(4), {}, "churn", "r", "w", 1}, true}});
    });
    EXPECT_EQ(late.error().code, ErrorCode::conflict);
    EXPECT_THAT(stages_of_customer("nobody"), ElementsAre());
}

TEST_P(StaysTest, ThePastIsAsItWas) {
    a_month();
    EXPECT_THAT(
        read([](db::Connection& c) { return distribution_at(c, day(0)); }),
        ElementsAre(Pair("onboarding", 2), Pair("retention", 2))
    );
    EXPECT_THAT(
        read([](db::Connection& c) { return distribution_at(c, day(12)); }),
        ElementsAre(Pair("churn", 1), Pair("growth", 1), Pair("onboarding", 1))
    );
    EXPECT_EQ(read([](db::Connection& c) { return stay_at(c, "carl", day(14)); })->stage, "churn");
    EXPECT_EQ(read([](db::Connection& c) { return stay_at(c, "carl", day(15)); })->stage, "win_back");
    EXPECT_EQ(read([](db::Connection& c) { return stay_at(c, "dora", day(12)); }), std::nullopt);
    EXPECT_EQ(read([](db::Connection& c) { return stay_at(c, "emil", day(24)); }), std::nullopt);
}

TEST_P(StaysTest, TheSeriesCountsEntriesAndExitsByStep) {
    a_month();
    const auto points = read([](db::Connection& c) {
        return series(c, {.from = day(0), .to = day(31), .step_micros = 10 * kMicrosPerDay});
    });
    ASSERT_EQ(points.size(), 4U);
    EXPECT_EQ(points[3].at, day(30));
    EXPECT_THAT(points[0].entered, ElementsAre());
    // In (0, 10]: anna grows on day 10, carl is in churn from day 5.
    EXPECT_THAT(points[1].entered, ElementsAre(Pair("churn", 1), Pair("growth", 1)));
    EXPECT_THAT(points[1].exited, ElementsAre(Pair("onboarding", 1), Pair("retention", 1)));
    for (const SeriesPoint& point : points) {
        Counts counted;
        for (const auto& [stage, customers] : point.customers) {
            if (customers != 0) counted[stage] = customers;
        }
        EXPECT_EQ(counted, read([&](db::Connection& c) { return distribution_at(c, point.at); }));
    }
    const auto too_many = database_->read([](db::Connection& c) {
        return series(c, {.from = day(0), .to = day(5000), .step_micros = kMicrosPerDay});
    });
    EXPECT_EQ(too_many.error().message, "5001 points are too many");
}

TEST_P(StaysTest, FlowsSayWhereCustomersWent) {
    a_month();
    std::map<std::string, std::int64_t> found;
    for (const Flow& flow : read([](db::Connection& c) { return flows(c, day(0), day(30)); })) {
        found[flow.from.value_or("-") + ">" + flow.to.value_or("-")] = flow.customers;
    }
    EXPECT_THAT(
        found,
        ElementsAre(
            Pair("->onboarding", 1), Pair("onboarding>growth", 2), Pair("retention>-", 1), Pair("retention>win_back", 1)
        )
    );
    found.clear();
    for (const Flow& flow : read([](db::Connection& c) { return flows(c, day(20), day(30)); })) {
        found[flow.from.value_or("-") + ">" + flow.to.value_or("-")] = flow.customers;
    }
    EXPECT_THAT(found, ElementsAre(Pair("->onboarding", 1), Pair("growth>growth", 2), Pair("win_back>win_back", 1)));
}

TEST_P(StaysTest, ConversionsAreSharesOfExitsAndOfStays) {
    a_month();
    const auto found = read([](db::Connection& c) { return conversions(c, day(0), day(30)); });
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].from, "churn");
    EXPECT_EQ(found[0].to, "win_back");
    EXPECT_EQ(found[1].from, "onboarding");
    EXPECT_EQ(found[1].customers, 2);
    EXPECT_DOUBLE_EQ(found[1].share_of_exits, 1);
    EXPECT_DOUBLE_EQ(found[1].share_of_stays, 2.0 / 3);  // emil is still there
    for (const Conversion& conversion : std::span(found).subspan(2)) {
        EXPECT_EQ(conversion.from, "retention");
        EXPECT_DOUBLE_EQ(conversion.share_of_exits, 0.5);
    }
}

TEST_P(StaysTest, DurationsCountOpenStaysForWhatTheyAre) {
    a_month();
    const auto found = read([](db::Connection& c) { return durations(c, day(0), day(30)); });
    ASSERT_EQ(found.size(), 5U);
    const Durations& onboarding = found[2];
    EXPECT_EQ(onboarding.stage, "onboarding");
    EXPECT_EQ(onboarding.stays, 3);
    EXPECT_EQ(onboarding.ended, 2);
    EXPECT_EQ(onboarding.mean_ended_days, 15);
    // emil has been there for 5 days; of the two at risk one leaves on day 10, the other on day 20.
    ASSERT_EQ(onboarding.survival.size(), 2U);
    EXPECT_EQ(onboarding.survival[0].at_risk, 2);
    EXPECT_EQ(onboarding.survival[0].share, 0.5);
    EXPECT_EQ(onboarding.median_days, 10);
    EXPECT_EQ(onboarding.p90_days, 20);
    EXPECT_EQ(onboarding.histogram[0].open, 1);   // below 7 days
    EXPECT_EQ(onboarding.histogram[1].ended, 1);  // 7 to 14
    EXPECT_EQ(onboarding.histogram[2].ended, 1);  // 14 to 30
    const Durations& growth = found[1];
    EXPECT_EQ(growth.stage, "growth");
    EXPECT_EQ(growth.open, 2);
    EXPECT_EQ(growth.median_days, std::nullopt);
    // As known on day 15: bert is still in onboarding.
    const auto before = read([](db::Connection& c) { return durations(c, day(0), day(15)); });
    EXPECT_EQ(before[2].stage, "onboarding");
    EXPECT_EQ(before[2].ended, 1);
    EXPECT_EQ(before[2].open, 1);
}

// What the dashboards say of half a year, as text.
std::string dashboards(db::Connection& connection, std::int64_t from, std::int64_t to) {
    return json::write(*distribution_at(connection, day(to))) +
           json::write(*series(connection, {day(from), day(to), 10 * kMicrosPerDay})) +
           json::write(*flows(connection, day(from), day(to))) +
           json::write(*conversions(connection, day(from), day(to))) +
           json::write(*durations(connection, day(from), day(to)));
}

TEST_P(StaysTest, TheDashboardsSayTheSameOncePacked) {
    std::mt19937_64 rng(3);
    std::map<std::string, std::string> stage;
    const std::vector<std::string> stages = {"onboarding", "growth", "retention", "win_back"};
    for (std::int64_t on_day = 0; on_day < 180; ++on_day) {
        const std::string customer = "c" + std::to_string(rng() % 60);
        if (!stage[customer].empty() && rng() % 6 == 0) {
            left(customer, on_day);
            stage[customer].clear();
        } else {
            stage[customer] = stages[rng() % stages.size()];
            went(customer, stage[customer], on_day);
        }
        if (on_day == 90) {
            ASSERT_TRUE(profiles::pack(*database_, kStagePast));
        }
    }
    std::map<std::string, std::int64_t> now;
    for (const auto& [customer, in] : stage) {
        if (!in.empty()) ++now[in];
    }
    EXPECT_EQ(read([](db::Connection& c) { return distribution_at(c, day(180)); }), now);
    for (const auto& [from, to] : {std::pair{0, 180}, std::pair{30, 90}, std::pair{100, 200}}) {
        const auto ask = [&](db::Connection& c) -> Result<std::string> { return dashboards(c, from, to); };
        const std::string before = read(ask);
        ASSERT_TRUE(profiles::pack(*database_, kStagePast));
        EXPECT_EQ(read(ask), before);
        went("d" + std::to_string(from), "growth", 300);  // loose, behind what is asked for
        EXPECT_EQ(read(ask), before);
    }
}

// As one statement finds them in the rows.
TEST_P(StaysTest, FlowsAreThoseOfTheRows) {
    a_month();
    ASSERT_TRUE(profiles::pack(*database_, kStagePast));
    for (const std::int64_t from : {0, 5, 11, 20}) {
        std::map<std::pair<std::string, std::string>, std::int64_t> expected;
        const Status counted = database_->read([&](db::Connection& connection) {
            return connection.query(
                "select a.stage, b.stage, count(*) from stays a join stays b on b.customer_id = a.customer_id "
                "where a.entered_at <= ? and coalesce(a.exited_at, ? + 1) > ? "
                "and b.entered_at <= ? and coalesce(b.exited_at, ? + 1) > ? group by 1, 2",
                {day(from), day(from), day(from), day(30), day(30), day(30)},
                [&](const db::Row& row) -> Status {
                    expected[{std::string(row.text(0)), std::string(row.text(1))}] = row.integer(2);
                    return {};
                }
            );
        });
        ASSERT_TRUE(counted) << to_text(counted.error());
        std::map<std::pair<std::string, std::string>, std::int64_t> found;
        for (const Flow& flow : read([&](db::Connection& c) { return flows(c, day(from), day(30)); })) {
            if (flow.from && flow.to) found[{*flow.from, *flow.to}] = flow.customers;
        }
        EXPECT_EQ(found, expected) << "from day " << from;
    }
}

}  // namespace
}  // namespace boon::lifecycle
