#include "records/customers/erasures.h"

#include <fstream>

#include <gmock/gmock.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/change_feed.h"
#include "platform/storage/migrations.h"

namespace boon::customers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Timestamp kMonday{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z

class ErasuresTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMonday)); }

    Result<std::unique_ptr<Erasures>> open() { return Erasures::open(*database_, file_, kMonday); }
    void erase(Erasures& erasures, std::string_view customer) {
        const std::string mark = erasures.mark_of(customer);
        ASSERT_TRUE(erasures.note(mark));
        ASSERT_TRUE(database_->write([&](db::Connection& c) { return begin_erasure(c, mark, kMonday); }));
    }
    std::vector<std::string> unfinished() { return database_->read(unfinished_erasures).value(); }

    db::testing::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "erasures";
    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, ErasuresTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(ErasuresTest, KnowsWhoWasErasedAndNobodyElse) {
    const auto erasures = open().value();
    EXPECT_FALSE(erasures->has("c-1"));
    erase(*erasures, "c-1");
    EXPECT_TRUE(erasures->has("c-1"));
    EXPECT_FALSE(erasures->has("c-2"));
    EXPECT_FALSE(erasures->has(""));
    EXPECT_THAT(erasures->mark_of("c-1"), SizeIs(32));
    EXPECT_THAT(unfinished(), ElementsAre(erasures->mark_of("c-1")));
    const auto finish = [&] {
        return database_->write([&](db::Connection& c) { return finish_erasure(c, erasures->mark_of("c-1"), kMonday); }
        );
    };
    EXPECT_TRUE(finish().value());
    EXPECT_FALSE(finish().value());
    EXPECT_THAT(unfinished(), IsEmpty());
    // A start later, and in another process.
    EXPECT_TRUE(open().value()->has("c-1"));
}

TEST_P(ErasuresTest, ARestoredDatabaseErasesAgain) {
    {
        const auto erasures = open().value();
        erase(*erasures, "c-1");
    }
    // As if restored from before.
    ASSERT_TRUE(database_->write([](db::Connection& c) { return c.execute("delete from erased_customers"); }));
    const auto again = open().value();
    EXPECT_TRUE(again->has("c-1"));
    EXPECT_THAT(unfinished(), ElementsAre(again->mark_of("c-1")));
}

TEST_P(ErasuresTest, AnOldFileLearnsFromTheDatabase) {
    ASSERT_TRUE(open());
    const std::filesystem::path copy = folder_.path() / "copy";
    std::filesystem::copy_file(file_, copy);
    erase(*open().value(), "c-1");
    std::filesystem::rename(copy, file_);
    EXPECT_TRUE(open().value()->has("c-1"));
    std::ifstream file(file_);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_THAT(text, HasSubstr(open().value()->mark_of("c-1")));
}

TEST_P(ErasuresTest, WithoutItsFileNothingOpens) {
    ASSERT_TRUE(open());
    std::filesystem::remove(file_);
    const auto missing = open();
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::failed_precondition);
    EXPECT_THAT(missing.error().message, HasSubstr("says who was erased, is not there"));
    EXPECT_FALSE(std::filesystem::exists(file_));

    // That of another instance is none of ours.
    db::testing::Scratch other{db::Engine::sqlite};
    const auto elsewhere = other.open();
    ASSERT_TRUE(storage::migrate(*elsewhere, kMonday));
    ASSERT_TRUE(Erasures::open(*elsewhere, file_, kMonday));
    const auto foreign = open();
    ASSERT_FALSE(foreign);
    EXPECT_THAT(foreign.error().message, HasSubstr("belongs to another instance"));

    ASSERT_TRUE(forget_erasures_file(*database_));
    EXPECT_TRUE(open());
}

TEST_P(ErasuresTest, HalfALineIsNoErasure) {
    ASSERT_TRUE(open());
    std::ofstream(file_, std::ios::app) << "0123abc";
    erase(*open().value(), "c-1");
    EXPECT_TRUE(open().value()->has("c-1"));
    std::ofstream(file_, std::ios::app) << "what is this\n";
    EXPECT_EQ(open().error().message, file_.string() + " is damaged");
}

TEST_P(ErasuresTest, TellsOtherProcesses) {
    const auto here = open().value();
    const auto there = open().value();
    const auto since = database_->read(storage::feed_position).value();
    erase(*here, "c-1");
    const auto changes = database_->read([&](db::Connection& c) { return storage::poll_changes(c, since); }).value();
    ASSERT_THAT(changes, SizeIs(1));
    EXPECT_EQ(changes[0].kind, kErasedChange);
    EXPECT_FALSE(there->has("c-1"));
    ASSERT_TRUE(there->follow());
    EXPECT_TRUE(there->has("c-1"));
}

}  // namespace
}  // namespace boon::customers
