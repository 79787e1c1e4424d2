// How many decisions a second the ledger makes durable, with 64 waiting at any time, beside bare SQLite: the same
// columns inserted by one prepared statement in transactions of the same size, without key or index, by the same
// thread that makes the rows. And the same table with the ledger's key and index, which says what those cost.
//
//     ledger_bench [SECONDS] [FOLDER]
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <semaphore>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <sqlite3.h>

#include "platform/base/json.h"
#include "platform/base/record.h"
#include "platform/storage/migrations.h"
#include "records/history/ledger.h"
#include "records/history/testing/decisions.h"

namespace {

using boon::history::DecisionRecord;
using boon::history::Durability;
using boon::history::Ledger;
using boon::history::testing::kNoon;
using boon::history::testing::make_decision;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kWaiting = 64;
constexpr std::size_t kPrepared = 20'000;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// A new decision each time, made cheaply: content of one of kPrepared, an id of its own.
class Decisions {
public:
    Decisions() {
        for (std::uint64_t i = 0; i < kPrepared; ++i) {
            prepared_.push_back(make_decision(i));
            prepared_.back().customer_id = fmt::format("{}", i * 7919 % 1'000'000);
        }
    }
    DecisionRecord next() {
        DecisionRecord decision = prepared_[made_ % kPrepared];
        decision.decided_at = boon::plus_micros(kNoon, static_cast<std::int64_t>(made_) * 10);
        decision.decision_id = boon::make_uuid_v7(decision.decided_at, made_ * 0x9E3779B97F4A7C15U, 0);
        ++made_;
        return decision;
    }

private:
    std::vector<DecisionRecord> prepared_;
    std::uint64_t made_ = 0;
};

struct Outcome {
    double per_s = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double group = 0;   // rows in a transaction
    double cpu_us = 0;  // of the whole process, for one row; says more than the rate on a machine that does other work
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// How decisions are submitted: by one thread that never waits for an answer, as an io thread of the server does; or by
// 64 threads that each do.
enum class Submit { one_thread, many_threads };

class Load {
public:
    Load(Ledger& ledger, double seconds) : ledger_(ledger), seconds_(seconds) {}

    Outcome run(Submit submit) {
        start_ = Clock::now();
        const double cpu_before = cpu_seconds();
        if (submit == Submit::one_thread) {
            run_one_thread();
        } else {
            std::vector<std::jthread> threads;
            threads.reserve(kWaiting);
            for (std::size_t i = 0; i < kWaiting; ++i) threads.emplace_back([this] { run_blocking(); });
        }
        const double took = seconds_since(start_);
        const double cpu = cpu_seconds() - cpu_before;
        std::ranges::sort(latency_ms_);
        const auto at = [&](double share) {
            return latency_ms_[static_cast<std::size_t>(static_cast<double>(latency_ms_.size() - 1) * share)];
        };
        const auto count = static_cast<double>(latency_ms_.size());
        return {count / took, at(0.5), at(0.99), count / static_cast<double>(groups_), cpu / count * 1e6};
    }

private:
    void run_one_thread() {
        std::counting_semaphore<kWaiting> free(kWaiting);
        while (seconds_since(start_) < seconds_) {
            free.acquire();
            const Clock::time_point begin = Clock::now();
            ledger_.record(next(), [&, begin](const boon::Status& status) {
                note(status, begin);
                free.release();
            });
        }
        for (std::size_t i = 0; i < kWaiting; ++i) free.acquire();
    }

    void run_blocking() {
        std::binary_semaphore recorded(0);
        while (seconds_since(start_) < seconds_) {
            const Clock::time_point begin = Clock::now();
            ledger_.record(next(), [&, begin](const boon::Status& status) {
                note(status, begin);
                recorded.release();
            });
            recorded.acquire();
        }
    }

    DecisionRecord next() {
        const std::lock_guard lock(mutex_);
        return decisions_.next();
    }

    // On the writer's thread; in relaxed mode on the submitter's. The answers of one group come one after the other, a
    // commit lies between two groups.
    void note(const boon::Status& status, Clock::time_point begin) {
        if (!status && ledger_.durability() == Durability::relaxed) {
            std::this_thread::sleep_for(std::chrono::microseconds(200));  // the queue is full
            return;
        }
        if (!status) give_up(to_text(status.error()));
        const Clock::time_point now = Clock::now();
        latency_ms_.push_back(std::chrono::duration<double, std::milli>(now - begin).count());
        if (now - last_note_ > std::chrono::microseconds(150)) ++groups_;
        last_note_ = now;
    }

    Ledger& ledger_;
    double seconds_;
    Clock::time_point start_;
    std::mutex mutex_;
    Decisions decisions_;
    std::vector<double> latency_ms_;
    std::size_t groups_ = 0;
    Clock::time_point last_note_;
};

Outcome run_ledger(const std::filesystem::path& folder, Durability durability, Submit submit, double seconds) {
    const std::filesystem::path file = folder / "ledger.db";
    Outcome outcome;
    {
        auto database = boon::db::Database::open({.url = "sqlite:" + file.string()});
        if (!database) give_up(to_text(database.error()));
        if (const auto applied = boon::storage::migrate(**database, kNoon); !applied) {
            give_up(to_text(applied.error()));
        }
        auto ledger = Ledger::open(**database, {.durability = durability});
        if (!ledger) give_up(to_text(ledger.error()));
        const Clock::time_point start = Clock::now();
        outcome = Load(**ledger, seconds).run(submit);
        const double rows = outcome.per_s * seconds;
        ledger->reset();
        // What relaxed mode only queued counts when it is written.
        if (durability == Durability::relaxed) outcome.per_s = rows / seconds_since(start);
        database->reset();
        std::printf(
            "  (%.0f bytes a decision on disk)\n", static_cast<double>(std::filesystem::file_size(file)) / rows
        );
    }
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
    return outcome;
}

// Bare SQLite, with the settings that boon opens a file with.
class Peer {
public:
    Peer(const std::filesystem::path& file, const char* tables) {
        if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) give_up("could not open the peer's file");
        run("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000;");
        run(tables);
        sqlite3_prepare_v2(handle_, "insert into d values (?,?,?,?,?,?,?,?,?,?,?,?)", -1, &insert_, nullptr);
    }
    ~Peer() {
        sqlite3_finalize(insert_);
        sqlite3_close(handle_);
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    Outcome run_for(double seconds, std::size_t group) {
        Decisions decisions;
        const double cpu_before = cpu_seconds();
        std::size_t rows = 0;
        const Clock::time_point start = Clock::now();
        while (seconds_since(start) < seconds) {
            run("begin immediate");
            for (std::size_t i = 0; i < group; ++i) insert(decisions.next());
            run("commit");
            rows += group;
        }
        const auto count = static_cast<double>(rows);
        return {
            .per_s = count / seconds_since(start),
            .group = static_cast<double>(group),
            .cpu_us = (cpu_seconds() - cpu_before) / count * 1e6
        };
    }

private:
    void run(const char* sql) {
        if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(handle_));
    }
    void text(int index, const std::string& value) {
        sqlite3_bind_text(insert_, index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    }
    void insert(const DecisionRecord& decision) {
        const std::string offers = boon::json::write(decision.offers);
        text(1, decision.decision_id);
        text(2, decision.customer_id);
        sqlite3_bind_int64(insert_, 3, decision.decided_at.micros);
        text(4, decision.placement);
        text(5, decision.channel);
        text(6, offers);
        sqlite3_bind_int64(insert_, 7, decision.schema_id);
        sqlite3_bind_int64(insert_, 8, decision.catalogue_version);
        sqlite3_bind_int64(insert_, 9, decision.policy_version);
        text(10, decision.model_version);
        const auto features = std::as_bytes(std::span(decision.features));
        sqlite3_bind_blob(insert_, 11, features.data(), static_cast<int>(features.size()), SQLITE_STATIC);
        text(12, decision.body);
        if (sqlite3_step(insert_) != SQLITE_DONE) give_up(sqlite3_errmsg(handle_));
        sqlite3_reset(insert_);
    }

    sqlite3* handle_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

constexpr const char* kBare =
    "create table d (decision_id text, customer_id text, decided_at, placement, channel, offers, schema_id, "
    "catalogue_version, policy_version, model_version, features, body)";
constexpr const char* kIndexed =
    "create table d (decision_id text unique, customer_id text, decided_at, placement, channel, offers, schema_id, "
    "catalogue_version, policy_version, model_version, features, body);"
    "create index i on d (customer_id, decided_at)";

Outcome run_peer(const std::filesystem::path& folder, const char* tables, double seconds, std::size_t group) {
    const std::filesystem::path file = folder / "peer.db";
    Outcome outcome;
    {
        Peer peer(file, tables);
        outcome = peer.run_for(seconds, group);
    }
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
    return outcome;
}

void print(const char* name, const Outcome& outcome) {
    std::printf(
        "%-40s %8.0f/s  %5.1f us of CPU each  p50 %6.2f ms  p99 %6.2f ms  %5.1f a transaction\n", name, outcome.per_s,
        outcome.cpu_us, outcome.p50_ms, outcome.p99_ms, outcome.group
    );
}

void print_peer(const char* name, const Outcome& peer, const Outcome& ledger) {
    std::printf(
        "%-40s %8.0f/s  %5.1f us of CPU each  %3.0f a transaction; ledger/peer %.2f\n", name, peer.per_s, peer.cpu_us,
        peer.group, ledger.per_s / peer.per_s
    );
}

}  // namespace

int main(int count, char** words) {
    const double seconds = count > 1 ? std::atof(words[1]) : 5;
    std::string folder = (std::filesystem::path(count > 2 ? words[2] : "/tmp") / "ledger-bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) give_up("could not make a folder for the databases");
    // Interleaved, so that a slow moment of the disk hits all.
    for (int round = 1; round <= 3; ++round) {
        std::printf("round %d, %.0f s each\n", round, seconds);
        const Outcome one = run_ledger(folder, Durability::durable, Submit::one_thread, seconds);
        print("ledger, durable, one submitting thread", one);
        const auto group = static_cast<std::size_t>(std::max(1.0, one.group + 0.5));
        print_peer("bare SQLite", run_peer(folder, kBare, seconds, group), one);
        print_peer("SQLite with the key and index", run_peer(folder, kIndexed, seconds, group), one);
        print_peer("bare SQLite, 64 a transaction", run_peer(folder, kBare, seconds, kWaiting), one);
        print(
            "ledger, durable, 64 waiting threads",
            run_ledger(folder, Durability::durable, Submit::many_threads, seconds)
        );
        print("ledger, relaxed", run_ledger(folder, Durability::relaxed, Submit::one_thread, seconds));
    }
    std::filesystem::remove_all(folder);
}
