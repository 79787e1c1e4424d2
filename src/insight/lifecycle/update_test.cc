#include "insight/lifecycle/update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/lifecycle/dashboard.h"
#include "insight/lifecycle/rule_versions.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/profiles/standing_store.h"
#include "records/profiles/store.h"

namespace boon::lifecycle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr Timestamp kMarch{1'772'323'200'000'000};  // 2026-03-01T00:00:00Z
const std::vector<std::string> kStages = {"acquisition", "onboarding", "growth", "retention", "win_back", "churn"};

Timestamp day(std::int64_t days) { return plus_days(kMarch, days); }

// Silent for more than `silent` days → win_back; spending more than `much` → growth; else retention.
RuleSet simple_rules(int much = 100) {
    const std::string text = R"({"limits": {"silent": {"any": 90}}, "rules": [
        {"name": "gone", "stage": "win_back", "words": "silent",
         "when": {">": [{"var": "silent"}, {"var": "limit.silent"}]},
         "flags": [{"name": "lost", "when": {">": [{"var": "silent"}, 365]}}]},
        {"name": "rich", "stage": "growth", "words": "spends", "dwell_days": 7,
         "when": {">": [{"var": "spend"}, )" +
                             std::to_string(much) + R"(]}},
        {"name": "rest", "stage": "retention", "words": "like most", "dwell_days": 7, "when": true}]})";
    return json::read_text<RuleSet>(text).value();
}

struct Customer {
    std::string id;
    float silent = 1;
    float spend = 10;
};

class UpdateTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMarch)); }

    void fill(const std::vector<Customer>& customers, Timestamp computed_at) {
        profiles::Store store(*database_);
        auto fill = store.begin(
            {.columns = {{"silent", "h", "days of silence", "days", {}, true}, {"spend", "h", "spend", "", {}, false}},
             .lifetime_value_column = "spend"}
        );
        ASSERT_TRUE(fill) << to_text(fill.error());
        std::vector<std::string_view> ids;
        std::vector<float> values;
        for (const Customer& customer : customers) {
            ids.push_back(customer.id);
            values.insert(values.end(), {customer.silent, customer.spend});
        }
        ASSERT_TRUE(fill->add(ids, values, computed_at));
        ASSERT_TRUE(fill->finish(computed_at));
    }
    std::shared_ptr<const profiles::Image> image() {
        auto loaded = profiles::Store(*database_).load();
        EXPECT_TRUE(loaded) << to_text(loaded.error());
        return loaded.value_or(nullptr);
    }
    CompiledRules compiled(const profiles::Image& loaded, const RuleSet& rules) {
        auto made = CompiledRules::compile(rules, kStages, loaded.schema());
        EXPECT_TRUE(made) << to_text(made.error());
        return *std::move(made);
    }
    Result<Checkpoint> update(Timestamp as_of, const RuleSet& rules = simple_rules(), std::int64_t version = 1) {
        return update(as_of, rules, version, {}, [](db::Connection&, const Checkpoint&, std::int64_t) {
            return Status();
        });
    }
    Result<Checkpoint> update(
        Timestamp as_of, const RuleSet& rules, std::int64_t version, const std::optional<Checkpoint>& resume,
        const Keep& keep
    ) {
        const auto loaded = image();
        const auto made = compiled(*loaded, rules);
        return update_base(*database_, {*loaded, made, version, nullptr, nullptr, as_of}, resume, keep, as_of);
    }
    Result<Stay> update_one(const std::string& id, Timestamp as_of) {
        const auto loaded = image();
        const auto made = compiled(*loaded, simple_rules());
        return database_->write([&](db::Connection& c) {
            return update_customer(c, {*loaded, made, 1, nullptr, nullptr, as_of}, *loaded->row_of(id), as_of);
        });
    }
    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }
    Counts counts(Timestamp at) {
        return *database_->read([&](db::Connection& c) { return distribution_at(c, at); });
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, UpdateTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(UpdateTest, TheBaseIsPlacedAndServes) {
    fill({{"anna", 400, 5}, {"bert", 1, 200}, {"carl", 1, 5}}, day(0));
    const auto done = update(day(0));
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->done, 3);
    EXPECT_EQ(done->entered, 3);
    EXPECT_EQ(done->moved, 0);
    const auto serving = image();
    EXPECT_EQ(serving->find("anna")->stage, "win_back");
    EXPECT_EQ(serving->find("anna")->standing->flags, 1);
    EXPECT_EQ(serving->find("bert")->stage, "growth");
    EXPECT_EQ(serving->find("bert")->standing->stage_since, day(0).micros);
    EXPECT_EQ(serving->find("carl")->stage, "retention");
    const auto stay = database_->read([](db::Connection& c) { return open_stay(c, "anna"); });
    EXPECT_EQ((*stay)->rule, "gone");
    EXPECT_EQ((*stay)->reason, "silent: days of silence 400 days");
    EXPECT_EQ(number("select count(*) from stage_runs"), 1);
    EXPECT_EQ(number("select count(*) from change_feed where kind = 'standing'"), 1);
}

TEST_P(UpdateTest, ASecondRunMovesNobody) {
    fill({{"anna", 400, 5}, {"bert", 1, 200}}, day(0));
    ASSERT_TRUE(update(day(0)));
    const auto again = update(day(0));
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(again->entered + again->moved, 0);
    EXPECT_EQ(number("select count(*) from stays"), 2);
}

// Many at once are moved as each of them alone would be, whatever the image has of where they stand.
TEST_P(UpdateTest, SomeCustomersAtOnceAreMovedAsOneByOne) {
    fill({{"anna", 400, 5}, {"bert", 1, 200}, {"carl", 1, 5}, {"dora", 1, 5}}, day(0));
    ASSERT_TRUE(update(day(0)));
    const auto before = image();
    fill({{"anna", 0, 5}, {"bert", 1, 200}, {"carl", 400, 5}, {"dora", 400, 5}, {"emil", 1, 5}}, day(9));
    const auto loaded = image();
    const auto made = compiled(*loaded, simple_rules());
    std::vector<std::uint32_t> rows;
    for (const char* id : {"anna", "bert", "carl", "emil"}) {
        rows.push_back(static_cast<std::uint32_t>(*loaded->row_of(id)));
    }
    const auto done = database_->write([&](db::Connection& c) {
        return update_customers(c, {*loaded, made, 1, nullptr, nullptr, day(9)}, rows);
    });
    ASSERT_TRUE(done) << to_text(done.error());
    const auto after = image();
    EXPECT_EQ(after->find("anna")->stage, "retention");
    EXPECT_EQ(after->find("anna")->standing->stage_since, day(9).micros);
    EXPECT_EQ(after->find("bert")->stage, "growth");
    EXPECT_EQ(after->find("bert")->standing->stage_since, day(0).micros);
    EXPECT_EQ(after->find("carl")->stage, "win_back");
    EXPECT_EQ(after->find("dora")->stage, "retention");  // was not asked for
    EXPECT_EQ(after->find("emil")->stage, "retention");
    EXPECT_EQ(number("select count(*) from stays"), 4 + 2 + 1);
    EXPECT_EQ(number("select count(*) from stays where exited_at is null"), 5);
    ASSERT_TRUE(update_one("dora", day(9)));
    EXPECT_EQ(image()->find("dora")->stage, "win_back");
}

TEST_P(UpdateTest, TimeAloneMovesStages) {
    fill({{"anna", 85, 5}}, day(0));
    ASSERT_TRUE(update(day(0)));
    ASSERT_TRUE(update(day(5)));
    EXPECT_EQ(image()->find("anna")->stage, "retention");  // 90 days
    const auto done = update(day(6));
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->moved, 1);
    EXPECT_EQ(image()->find("anna")->stage, "win_back");
    EXPECT_EQ(counts(day(5)), (Counts{{"retention", 1}}));
    EXPECT_EQ(counts(day(6)), (Counts{{"win_back", 1}}));
}

TEST_P(UpdateTest, DwellHoldsAndIsCounted) {
    fill({{"anna", 1, 5}}, day(0));
    ASSERT_TRUE(update(day(0)));
    fill({{"anna", 1, 500}}, day(6));
    const auto early = update(day(6));
    EXPECT_EQ(early->held, 1);
    EXPECT_EQ(early->moved, 0);
    const auto late = update(day(7));
    EXPECT_EQ(late->moved, 1);
    EXPECT_EQ(image()->find("anna")->stage, "growth");
}

TEST_P(UpdateTest, WhoHasNoProfileAnyMoreLeaves) {
    fill({{"anna", 1, 5}, {"bert", 1, 5}, {"zoe", 1, 5}}, day(0));
    ASSERT_TRUE(update(day(0)));
    fill({{"bert", 1, 5}}, day(3));
    const auto done = update(day(3));
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->left_base, 2);
    EXPECT_EQ(counts(day(3)), (Counts{{"retention", 1}}));
    EXPECT_EQ(counts(day(2)), (Counts{{"retention", 3}}));
    EXPECT_EQ(number("select count(*) from standings"), 1);
}

TEST_P(UpdateTest, OtherRulesAtTheSameInstantLeaveNoStayOfNoLength) {
    fill({{"anna", 1, 50}}, day(0));
    ASSERT_TRUE(update(day(0)));
    fill({{"anna", 1, 50}}, day(9));
    ASSERT_TRUE(update(day(9), simple_rules(40), 2));
    EXPECT_EQ(image()->find("anna")->stage, "growth");
    ASSERT_TRUE(update(day(9), simple_rules(100), 3));
    EXPECT_EQ(image()->find("anna")->stage, "retention");
    EXPECT_EQ(image()->find("anna")->standing->stage_since, day(0).micros);
    EXPECT_EQ(number("select count(*) from stays"), 1);
}

TEST_P(UpdateTest, KilledHalfWayItRepeatsAtMostAChunk) {
    std::vector<Customer> customers;
    for (int i = 0; i < 4000; ++i) {
        customers.push_back({"c" + std::to_string(10'000 + i), static_cast<float>(i % 100), static_cast<float>(i % 150)}
        );
    }
    fill(customers, day(0));
    std::optional<Checkpoint> last;
    const auto dies = [&](db::Connection&, const Checkpoint& at, std::int64_t) -> Status {
        if (at.done > 2000) return fail(ErrorCode::unavailable, "killed");
        last = at;
        return {};
    };
    EXPECT_EQ(update(day(0), simple_rules(), 1, {}, dies).error().message, "killed");
    EXPECT_EQ(number("select count(*) from stays"), 2000);
    EXPECT_EQ(number("select count(*) from standings"), 2000);
    std::vector<std::int64_t> kept;
    const auto done = update(day(0), simple_rules(), 1, last, [&](db::Connection&, const Checkpoint& at, std::int64_t) {
        kept.push_back(at.done);
        return Status();
    });
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(kept.front(), 2100);
    EXPECT_EQ(kept.size(), 20U);
    EXPECT_EQ(done->entered, 4000);
    EXPECT_EQ(number("select count(*) from stays where exited_at is null"), 4000);
    // i % 100 of 91 … 99: nine of a hundred.
    EXPECT_EQ(counts(day(0)).at("win_back"), 360);
    // A checkpoint of another instant is no use.
    kept.clear();
    ASSERT_TRUE(update(day(1), simple_rules(), 1, last, [&](db::Connection&, const Checkpoint& at, std::int64_t) {
        kept.push_back(at.done);
        return Status();
    }));
    EXPECT_EQ(kept.size(), 40U);
}

TEST_P(UpdateTest, AStageSetByHandHoldsUntilItExpires) {
    fill({{"anna", 400, 5}}, day(0));
    ASSERT_TRUE(update(day(0)));
    const auto hand = database_->write([](db::Connection& c) {
        return put_override(c, {"anna", "growth", "she called", "ann", day(1), day(10), 0});
    });
    ASSERT_TRUE(hand) << to_text(hand.error());
    EXPECT_EQ(hand->version, 1);
    const auto stay = update_one("anna", day(1));
    ASSERT_TRUE(stay) << to_text(stay.error());
    EXPECT_EQ(stay->stage, "growth");
    EXPECT_EQ(stay->reason, "set by hand by ann until 2026-03-11T00:00:00Z: she called");
    EXPECT_EQ(image()->find("anna")->stage, "growth");
    EXPECT_EQ(image()->find("anna")->standing->marks, profiles::Standing::kOverridden);
    EXPECT_EQ(number("select count(*) from change_feed where kind = 'standing' and key = 'anna'"), 1);
    ASSERT_TRUE(update(day(9)));
    EXPECT_EQ(image()->find("anna")->stage, "growth");
    ASSERT_TRUE(update(day(10)));
    EXPECT_EQ(image()->find("anna")->stage, "win_back");
    EXPECT_EQ(image()->find("anna")->standing->marks, 0);
    ASSERT_TRUE(database_->write([](db::Connection& c) { return drop_override(c, "anna"); }));
    const Status again = database_->write([](db::Connection& c) { return drop_override(c, "anna"); });
    EXPECT_EQ(again.error().code, ErrorCode::not_found);
}

TEST_P(UpdateTest, AStayThatBeganLaterIsLeftAlone) {
    fill({{"anna", 400, 5}}, day(0));
    ASSERT_TRUE(update(day(0)));
    ASSERT_TRUE(database_->write([](db::Connection& c) {
        return put_override(c, {"anna", "growth", "", "ann", day(20), {}, 0});
    }));
    ASSERT_TRUE(update_one("anna", day(20)));
    const auto done = update(day(10));
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->ahead, 1);
    EXPECT_EQ(image()->find("anna")->stage, "growth");
}

TEST_P(UpdateTest, APreviewSaysWhatWouldMoveAndWritesNothing) {
    fill({{"anna", 1, 50}, {"bert", 1, 60}, {"carl", 1, 5}, {"dora", 400, 5}}, day(0));
    ASSERT_TRUE(update(day(0)));
    fill({{"anna", 1, 50}, {"bert", 1, 60}, {"carl", 1, 5}, {"dora", 400, 5}}, day(9));
    const auto loaded = image();
    const auto made = compiled(*loaded, simple_rules(40));
    const auto shown = preview(*database_, {*loaded, made, 2, nullptr, nullptr, day(9)});
    ASSERT_TRUE(shown) << to_text(shown.error());
    EXPECT_EQ(shown->would_move, 2);
    EXPECT_THAT(shown->now, ElementsAre(Pair("retention", 3), Pair("win_back", 1)));
    EXPECT_THAT(shown->then, ElementsAre(Pair("growth", 2), Pair("retention", 1), Pair("win_back", 1)));
    ASSERT_EQ(shown->moves.size(), 1U);
    EXPECT_EQ(shown->moves[0].from, "retention");
    EXPECT_EQ(shown->moves[0].to, "growth");
    EXPECT_TRUE(shown->warnings.empty());
    EXPECT_EQ(number("select count(*) from stays"), 4);
}

TEST_P(UpdateTest, ProfilesOfALaterTimeAreRefused) {
    fill({{"anna", 1, 50}}, day(9));
    const auto refused = update(day(8));
    EXPECT_EQ(refused.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(
        refused.error().message, "stages of 2026-03-09T00:00:00Z cannot follow from profiles of 2026-03-10T00:00:00Z"
    );
}

TEST_P(UpdateTest, RulesAreVersioned) {
    const auto current = [&] { return *database_->read([](db::Connection& c) { return current_rules(c); }); };
    EXPECT_EQ(current().version, 0);
    EXPECT_EQ(current().document.rules.size(), 6U);
    const RulesVersion next{0, simple_rules(), "simpler", "ann", day(1)};
    const auto published = database_->write([&](db::Connection& c) { return publish_rules(c, next, 0); });
    ASSERT_TRUE(published) << to_text(published.error());
    EXPECT_EQ(published->version, 1);
    EXPECT_EQ(current().document.rules.size(), 3U);
    EXPECT_EQ(current().note, "simpler");
    const auto late = database_->write([&](db::Connection& c) { return publish_rules(c, next, 0); });
    EXPECT_EQ(late.error().code, ErrorCode::failed_precondition);
    const auto old = database_->read([](db::Connection& c) { return find_rules(c, 0); });
    EXPECT_EQ(old->document.rules.size(), 6U);
    EXPECT_EQ(database_->read([](db::Connection& c) { return find_rules(c, 7); }).error().code, ErrorCode::not_found);
    EXPECT_EQ(database_->read([](db::Connection& c) { return list_rules(c); })->size(), 2U);
}

TEST(Warnings, SayThatOneStageHoldsMoreThanSixtyPercent) {
    EXPECT_THAT(warnings_of({{"growth", 4}, {"retention", 6}}), ElementsAre());
    EXPECT_THAT(
        warnings_of({{"growth", 39}, {"retention", 61}}),
        ElementsAre(HasSubstr("61 % of the customers are in retention"))
    );
    EXPECT_THAT(warnings_of({}), ElementsAre());
    EXPECT_THAT(warnings_of({{"growth", 0}, {"retention", 0}}), ElementsAre());
}

}  // namespace
}  // namespace boon::lifecycle
