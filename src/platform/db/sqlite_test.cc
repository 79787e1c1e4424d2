// What is SQLite's own: the file, and what may be wrong with it.
#include "platform/db/sqlite.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"

namespace boon::db {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class SqliteTest : public ::testing::Test {
protected:
    [[nodiscard]] std::string url() const { return "sqlite:" + file_.string(); }
    static Status make_table(Database& database) {
        return database.write([](Connection& c) { return c.run_script("create table t (x text)"); });
    }
    static Status add(Database& database, std::string_view text) {
        return database.write([&](Connection& c) -> Status {
            BOON_CHECK(c.execute("insert into t (x) values (?)", {text}));
            return {};
        });
    }
    static std::int64_t count(Database& database) {
        return database.read([](Connection& c) { return select_number(c, "select count(*) from t"); }).value_or(-1);
    }

    testing::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "boon.db";
};

TEST_F(SqliteTest, InMemoryReadsWhatItWrote) {
    const auto database = *Database::open({.url = "sqlite::memory:"});
    ASSERT_TRUE(make_table(*database));
    ASSERT_TRUE(add(*database, "a"));
    EXPECT_EQ(count(*database), 1);
    const auto other = *Database::open({.url = "sqlite::memory:"});
    EXPECT_EQ(count(*other), -1);  // another memory
}

TEST_F(SqliteTest, AcknowledgedWritesAreSyncedToDisk) {
    const auto connection = *SqliteConnection::open({.path = file_.string()});
    EXPECT_EQ(*select_number(*connection, "pragma synchronous"), 2);
    EXPECT_EQ(*select_number(*connection, "pragma foreign_keys"), 1);
    EXPECT_TRUE(connection->query("pragma journal_mode", {}, [](const Row& row) -> Status {
        EXPECT_EQ(row.text(0), "wal");
        return {};
    }));
}

TEST_F(SqliteTest, RefusesWhatIsNoUrl) {
    for (const auto& [url, shown] : std::map<std::string, std::string>{
             {"", ""}, {"boon.db", "boon.db"}, {"sqlite:", "sqlite:"}, {"mysql://me:secret@x", "mysql"}
         }) {
        const auto database = Database::open({.url = url});
        ASSERT_FALSE(database) << url;
        const Error expected{
            ErrorCode::invalid, "\"" + shown + "\" is not the URL of a database",
            "write sqlite:PATH or postgresql://USER@HOST/DATABASE"
        };
        EXPECT_EQ(database.error(), expected);
    }
}

TEST_F(SqliteTest, SaysThatTheFolderIsMissing) {
    const auto database = Database::open({.url = "sqlite:/nowhere/at/all/boon.db"});
    ASSERT_FALSE(database);
    EXPECT_EQ(
        to_text(database.error()),
        "could not open \"/nowhere/at/all/boon.db\": the folder \"/nowhere/at/all\" does not exist\n"
        "hint: make the folder, or run `boon init`"
    );
}

TEST_F(SqliteTest, SaysThatTheFileIsNoDatabase) {
    std::ofstream(file_) << std::string(5000, 'x');
    const auto database = Database::open({.url = url()});
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().code, ErrorCode::unavailable);
    EXPECT_THAT(database.error().message, HasSubstr("it is damaged or not a database"));
    EXPECT_EQ(database.error().hint, "restore it from a backup");
}

TEST_F(SqliteTest, SaysThatTheFileIsDamaged) {
    {
        const auto database = *Database::open({.url = url()});
        ASSERT_TRUE(make_table(*database));
        for (int i = 0; i < 100; ++i) ASSERT_TRUE(add(*database, std::string(1000, 'x')));
    }
    // The pages after the first, so that it opens and then cannot be read.
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(40960, 'z');
    file.close();
    const auto database = *Database::open({.url = url()});
    const auto read = database->read([](Connection& c) { return select_number(c, "select sum(length(x)) from t"); });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::unavailable);
    EXPECT_EQ(read.error().hint, "restore it from a backup");
}

TEST_F(SqliteTest, WaitsForALockAndThenSaysSo) {
    const auto database = *Database::open({.url = url(), .patience = milliseconds(50)});
    ASSERT_TRUE(make_table(*database));
    const auto other = *SqliteConnection::open({.path = file_.string()});
    ASSERT_TRUE(other->begin_write());
    const Status refused = add(*database, "a");
    ASSERT_FALSE(refused);
    EXPECT_EQ(
        to_text(refused.error()), "could not write to \"" + file_.string() +
                                      "\": it is locked by another process\n"
                                      "hint: stop the other program that has it open, or wait"
    );
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_FALSE(database->health());
    EXPECT_EQ(count(*database), 0);  // reads go on
    other->rollback();
    EXPECT_TRUE(add(*database, "a"));
    EXPECT_TRUE(database->health());
}

TEST_F(SqliteTest, AFullDiskFailsTheWriteAndLosesNothingBefore) {
    const auto database = *Database::open({.url = url()});
    ASSERT_TRUE(make_table(*database));
    ASSERT_TRUE(add(*database, "before"));
    // SQLite's own limit stands for the disk's: both give SQLITE_FULL.
    ASSERT_TRUE(database->write([](Connection& c) { return c.run_script("pragma max_page_count = 4"); }));
    const Status refused = add(*database, std::string(100'000, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_EQ(refused.error().message, "could not write to \"" + file_.string() + "\": the disk is full");
    EXPECT_EQ(refused.error().hint, "free space on that disk; what was written before is safe");
    EXPECT_EQ(count(*database), 1);
    ASSERT_TRUE(database->write([](Connection& c) { return c.run_script("pragma max_page_count = 1000000"); }));
    EXPECT_TRUE(add(*database, std::string(100'000, 'x')));
    EXPECT_TRUE(database->health());
    EXPECT_EQ(count(*database), 2);
}

TEST_F(SqliteTest, SaysThatAllReadersAreBusy) {
    const auto database = *Database::open({.url = url(), .readers = 1, .patience = milliseconds(20)});
    const Status outer = database->read([&](Connection&) -> Status {
        const auto inner = database->read([](Connection& c) { return select_number(c, "select 1"); });
        EXPECT_EQ(
            inner.error(), (Error{
                               ErrorCode::unavailable, "all 1 connections to the database are busy",
                               "try again; allow more readers if this lasts"
                           })
        );
        return {};
    });
    EXPECT_TRUE(outer);
}

}  // namespace
}  // namespace boon::db
