#include "insight/audiences/store.h"

#include "insight/audiences/audiences_test.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::audiences {
namespace {

class StoreTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMarch)); }

    template <class F>
    auto write(F&& f) {
        return database_->write(std::forward<F>(f));
    }
    Result<Audience> make(const std::string& name, std::string_view text = R"({"==":[{"var":"stage"},"churn"]})") {
        return write([&](db::Connection& c) {
            return create(c, {.name = name, .description = "d", .rule = rule(text)}, {"ann", kMarch});
        });
    }
    Result<Audience> turn(
        const Target& target, const std::string& name, std::string_view text, std::string_view what = "changed"
    ) {
        return write([&](db::Connection& c) {
            return change(
                c, target, {.name = name, .description = "d", .rule = rule(text)}, what, {"bob", plus_days(kMarch, 1)}
            );
        });
    }
    std::vector<std::string> history(const std::string& name) {
        const auto all = database_->read([&](db::Connection& c) { return versions(c, name); });
        EXPECT_TRUE(all) << to_text(all.error());
        std::vector<std::string> lines;
        for (const AudienceRevision& one : all.value_or(std::vector<AudienceRevision>{})) {
            lines.push_back(
                std::to_string(one.version) + " " + one.name + " " + one.change + " " + one.changed_by + " " +
                json::to_text(one.rule)
            );
        }
        return lines;
    }
    std::int64_t feed() {
        return *database_->read([](db::Connection& c) {
            return db::select_number(c, "select count(*) from change_feed where kind = 'audience'");
        });
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(StoreTest, KeepsEveryVersionWithWhoAndWhen) {
    const auto made = make("leaving");
    ASSERT_TRUE(made) << to_text(made.error());
    EXPECT_EQ(made->version, 1);
    EXPECT_EQ(made->created_by, "ann");
    EXPECT_EQ(make("leaving").error().code, ErrorCode::conflict);

    const auto changed = turn({"leaving", 1}, "leaving", "true");
    ASSERT_TRUE(changed) << to_text(changed.error());
    EXPECT_EQ(changed->version, 2);
    EXPECT_EQ(changed->created_by, "ann");
    EXPECT_EQ(changed->updated_by, "bob");
    EXPECT_EQ(changed->updated_at, plus_days(kMarch, 1));
    EXPECT_EQ(turn({"leaving", 1}, "leaving", "false").error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(turn({"leaving", 2}, "leaving", "true")->version, 2);  // nothing to change

    ASSERT_TRUE(turn({"leaving", 2}, "gone", "true"));
    EXPECT_EQ(turn({"leaving", 3}, "leaving", "true").error().code, ErrorCode::not_found);
    EXPECT_THAT(
        history("gone"), testing::ElementsAre(
                             "3 gone renamed bob true", "2 leaving changed bob true",
                             R"(1 leaving created ann {"==":[{"var":"stage"},"churn"]})"
                         )
    );
    EXPECT_EQ(feed(), 4);  // made, changed, and both names of the renamed one
}

TEST_P(StoreTest, ADeletedOnesNameMayComeAgainButNotItsVersions) {
    ASSERT_TRUE(make("leaving"));
    EXPECT_EQ(
        write([](db::Connection& c) { return drop(c, {"leaving", 2}, {"ann", kMarch}); }).error().code,
        ErrorCode::failed_precondition
    );
    ASSERT_TRUE(write([](db::Connection& c) { return drop(c, {"leaving", 1}, {"ann", kMarch}); }));
    EXPECT_EQ(database_->read([](db::Connection& c) { return find(c, "leaving"); }).error().code, ErrorCode::not_found);
    ASSERT_TRUE(make("leaving", "true"));
    EXPECT_THAT(history("leaving"), testing::ElementsAre("1 leaving created ann true"));
    const auto all = database_->read([](db::Connection& c) { return list(c); });
    ASSERT_TRUE(all) << to_text(all.error());
    EXPECT_EQ(all->size(), 1U);
}

TEST_P(StoreTest, ANameThatIsTakenCannotBeHad) {
    ASSERT_TRUE(make("a"));
    ASSERT_TRUE(make("b"));
    EXPECT_EQ(turn({"a", 1}, "b", "true").error().code, ErrorCode::conflict);
    const auto old = database_->read([](db::Connection& c) { return version(c, "a", 7); });
    EXPECT_EQ(old.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace boon::audiences
