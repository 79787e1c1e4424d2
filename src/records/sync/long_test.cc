// A catalogue of 100 000 offers in 2 000 pages: how long a run takes, how much memory, and how long whoever decides
// meanwhile waits for the writer. Prints figures; what must hold is checked.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "records/sync/instance_test.h"

namespace boon::sync {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kOffers = 100'000;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The most memory that this process has had, in MiB.
double peak_mib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
    }
    return -1;
}

// Writes one small row after another in the ledger's lane, as decisions do, and keeps how long each took.
class Decider {
public:
    explicit Decider(db::Database& database) : database_(database) {
        BOON_ASSERT(database_.write([](db::Connection& connection) -> Status {
            BOON_CHECK(connection.execute("create table waits (number bigint)"));
            return {};
        }));
        thread_ = std::thread([this] { run(); });
    }
    ~Decider() {
        stop_ = true;
        thread_.join();
        std::ranges::sort(waits_);
        const auto at = [&](double share) {
            return waits_[static_cast<std::size_t>(share * static_cast<double>(waits_.size() - 1))] * 1000;
        };
        std::printf("  a write beside it: p50 %.1f ms, p99 %.1f ms, longest %.0f ms\n", at(0.5), at(0.99), at(1));
    }
    Decider(const Decider&) = delete;
    Decider& operator=(const Decider&) = delete;

private:
    void run() {
        while (!stop_) {
            const auto start = Clock::now();
            BOON_ASSERT(database_.write([](db::Connection& connection) {
                return connection.execute("insert into waits (number) values (1)");
            }));
            waits_.push_back(seconds_since(start));
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        BOON_ASSERT(database_.write([](db::Connection& connection) { return connection.execute("drop table waits"); }));
    }

    db::Database& database_;
    std::atomic<bool> stop_ = false;
    std::vector<double> waits_;
    std::thread thread_;
};

class LongSync : public ::testing::TestWithParam<db::Engine> {
protected:
    SyncRun timed(const char* what, std::int64_t generation, std::int64_t first) {
        instance_.now = plus_micros(instance_.now, 600 * kMicrosPerSecond);
        const SyncRun run = instance_.start();
        const Decider decider(*instance_.database);
        const auto start = Clock::now();
        const auto done = instance_.work(run.id, std::make_unique<GeneratedSource>(generation, first, kOffers));
        EXPECT_TRUE(done) << to_text(done.error());
        std::printf(
            "%s, %s: %.1f s, peak memory %.0f MiB\n", GetParam() == db::Engine::sqlite ? "SQLite" : "PostgreSQL", what,
            seconds_since(start), peak_mib()
        );
        return done.value_or(SyncRun{});
    }
    std::int64_t number(std::string_view sql) {
        return instance_.database->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }

    db::testing::Scratch scratch_{GetParam()};
    Instance instance_{scratch_.open()};
};
INSTANTIATE_TEST_SUITE_P(LongEngines, LongSync, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(LongSync, AHundredThousandOffers) {
    prepare(instance_);
    EXPECT_EQ(timed("100 000 new offers", 1, 0).created, kOffers);
    const std::int64_t versions = number("select count(*) from offer_versions");
    EXPECT_EQ(versions, kOffers);
    EXPECT_EQ(timed("nothing has changed", 1, 0).unchanged, kOffers);
    EXPECT_EQ(number("select count(*) from offer_versions"), versions);
    EXPECT_EQ(number("select count(*) from change_feed"), 1);
    EXPECT_EQ(timed("every offer has changed", 2, 0).updated, kOffers);
    const SyncRun last = timed("1 000 gone, 1 000 new", 2, 1000);
    EXPECT_EQ(last.created, 1000);
    EXPECT_EQ(last.withdrawn, 1000);
    EXPECT_LT(peak_mib(), 300);
}

}  // namespace
}  // namespace boon::sync
