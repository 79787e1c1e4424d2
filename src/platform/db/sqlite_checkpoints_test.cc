// The log of a file that is written to without pause comes to its end, loses nothing, and a disk that fails is noticed.
#include "platform/db/sqlite_checkpoints.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "platform/db/record.h"
#include "platform/db/sqlite.h"
#include "platform/db/testing/scratch.h"

namespace boon::db {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20;

class SqliteCheckpointsTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(writer_->run_script("create table rows (id integer primary key, bytes blob not null)"));
    }

    // One transaction of 1 MB.
    Status add_row() {
        const std::vector<std::byte> bytes(kMegabyte, std::byte{7});
        BOON_CHECK(writer_->begin_write());
        BOON_CHECK(writer_->execute("insert into rows (bytes) values (?)", {bytes}));
        return writer_->commit();
    }
    Status add_rows(int count) {
        for (int i = 0; i < count; ++i) BOON_CHECK(add_row());
        return {};
    }
    static std::int64_t count(Connection& connection) {
        return select_number(connection, "select count(*) from rows").value_or(-1);
    }
    [[nodiscard]] std::unique_ptr<Connection> open(Access access) const {
        return SqliteConnection::open({.path = file_.string(), .access = access}).value();
    }
    [[nodiscard]] std::int64_t log_size() const {
        return static_cast<std::int64_t>(std::filesystem::file_size(file_.string() + "-wal"));
    }

    testing::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "boon.db";
    std::unique_ptr<Connection> writer_ = open(Access::read_write);
};

TEST_F(SqliteCheckpointsTest, TheLogIsBegunAnewWhileCommitsGoOn) {
    ASSERT_TRUE(add_rows(160));
    EXPECT_LT(log_size(), 140 * kMegabyte);
    EXPECT_GT(std::filesystem::file_size(file_), 16 * kMegabyte);
    EXPECT_EQ(count(*open(Access::read_only)), 160);
    writer_ = nullptr;
    writer_ = open(Access::read_write);
    EXPECT_EQ(count(*writer_), 160);
}

TEST_F(SqliteCheckpointsTest, AReaderOfAnOldStateHoldsItBackAndSeesThatState) {
    const auto reader = open(Access::read_only);
    ASSERT_TRUE(add_row());
    ASSERT_TRUE(reader->run_script("begin"));
    EXPECT_EQ(count(*reader), 1);
    ASSERT_TRUE(add_rows(160));
    EXPECT_GT(log_size(), 160 * kMegabyte);
    EXPECT_EQ(count(*reader), 1);
    ASSERT_TRUE(reader->run_script("commit"));
    EXPECT_EQ(count(*reader), 161);
    ASSERT_TRUE(add_rows(160));
    EXPECT_LT(log_size(), 300 * kMegabyte);
    EXPECT_EQ(count(*reader), 321);
}

// A limit on the size of files stands for a disk that fails: the log fits, the file that it is copied to does not.
TEST_F(SqliteCheckpointsTest, NothingIsWrittenAfterCopyingFailedUntilTheFileIsOpenedAnew) {
    int rows = 24;
    ASSERT_TRUE(add_rows(rows));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // until all of them are copied
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 28 * kMegabyte;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    Status status;
    for (int i = 0; i < 100; ++i) {
        status = add_row();
        if (!status) break;
        ++rows;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, old_handler);

    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::unavailable);
    EXPECT_EQ(status.error().hint, "check the disk, then start boon again");
    EXPECT_EQ(writer_->remedy(), Remedy::restart);
    EXPECT_LT(log_size(), 28 * kMegabyte);         // so it was the copying that failed
    EXPECT_EQ(add_row().error(), status.error());  // though the disk is well again
    writer_ = nullptr;
    writer_ = open(Access::read_write);
    EXPECT_EQ(count(*writer_), rows);
    EXPECT_TRUE(add_row());
}

}  // namespace
}  // namespace boon::db
