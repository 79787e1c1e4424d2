// Durable 400-byte rows per second: 64 clients that each wait for their row to be on disk, behind the group-committing
// writer, against one thread that inserts into bare SQLite in transactions of 64 rows (the most such a group can have).
// Rounds alternate; the median is printed. Usage: db_bench [folder on the disk to measure] [seconds per round]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <sqlite3.h>

#include "platform/db/database.h"
#include "platform/db/testing/scratch.h"

namespace {

using Clock = std::chrono::steady_clock;
using boon::Status;
namespace db = boon::db;

constexpr int kClients = 64;
constexpr int kRounds = 3;
constexpr const char* kTable = "create table ledger (id bigint primary key, body bytea not null)";
constexpr const char* kInsert = "insert into ledger (id, body) values (?, ?)";

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

struct Figures {
    double rows_per_s = 0;
    double p50_ms = 0;
    double p99_ms = 0;
};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Figures run_clients(db::Database& database, double seconds) {
    static std::atomic<std::int64_t> next_id = 0;
    const std::vector<std::byte> body(400, std::byte{7});
    std::vector<std::vector<double>> latencies(kClients);
    const auto start = Clock::now();
    {
        std::vector<std::jthread> clients;
        for (std::vector<double>& own : latencies) {
            clients.emplace_back([&] {
                while (seconds_since(start) < seconds) {
                    const auto began = Clock::now();
                    const Status written = database.write([&](db::Connection& c) -> Status {
                        BOON_CHECK(c.execute(kInsert, {++next_id, body}));
                        return {};
                    });
                    if (!written) give_up(to_text(written.error()));
                    own.push_back(seconds_since(began) * 1000);
                }
            });
        }
    }
    const double took = seconds_since(start);
    std::vector<double> all;
    for (const std::vector<double>& own : latencies) all.insert(all.end(), own.begin(), own.end());
    std::ranges::sort(all);
    return {static_cast<double>(all.size()) / took, all[all.size() / 2], all[all.size() * 99 / 100]};
}

void must(int code, sqlite3* handle) {
    if (code != SQLITE_OK && code != SQLITE_DONE) give_up(sqlite3_errmsg(handle));
}

double run_bare(const std::filesystem::path& file, double seconds) {
    sqlite3* handle = nullptr;
    must(sqlite3_open(file.c_str(), &handle), handle);
    const auto exec = [&](const char* sql) { must(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), handle); };
    exec("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000");
    exec(kTable);
    sqlite3_stmt* insert = nullptr;
    must(sqlite3_prepare_v2(handle, kInsert, -1, &insert, nullptr), handle);
    const std::string body(400, '\7');
    std::int64_t rows = 0;
    const auto start = Clock::now();
    while (seconds_since(start) < seconds) {
        exec("begin immediate");
        for (int i = 0; i < kClients; ++i) {
            sqlite3_bind_int64(insert, 1, ++rows);
            sqlite3_bind_blob(insert, 2, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
            must(sqlite3_step(insert), handle);
            sqlite3_reset(insert);
        }
        exec("commit");
    }
    const double rate = static_cast<double>(rows) / seconds_since(start);
    sqlite3_finalize(insert);
    sqlite3_close(handle);
    return rate;
}

Figures run_boon(const std::string& url, double seconds) {
    const auto database = db::Database::open({.url = url});
    if (!database) give_up(to_text(database.error()));
    const Status made = (*database)->write([](db::Connection& c) { return c.run_script(kTable); });
    if (!made) give_up(to_text(made.error()));
    return run_clients(**database, seconds);
}

void print(const char* name, const Figures& figures) {
    fmt::print(
        "{:<28} {:>8.0f} rows/s  p50 {:.2f} ms  p99 {:.2f} ms\n", name, figures.rows_per_s, figures.p50_ms,
        figures.p99_ms
    );
}

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path folder = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
    const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
    std::vector<double> bare;
    std::vector<Figures> ours;
    for (int round = 0; round < kRounds; ++round) {
        const std::filesystem::path own = folder / fmt::format("boon-bench-{}", round);
        std::filesystem::create_directory(own);
        bare.push_back(run_bare(own / "bare.db", seconds));
        ours.push_back(run_boon("sqlite:" + (own / "boon.db").string(), seconds));
        std::filesystem::remove_all(own);
    }
    std::ranges::sort(bare);
    std::ranges::sort(ours, {}, &Figures::rows_per_s);
    fmt::print("{:<28} {:>8.0f} rows/s\n", "bare SQLite, 64 per commit", bare[kRounds / 2]);
    print("boon on SQLite, 64 clients", ours[kRounds / 2]);
    fmt::print("ratio {:.2f}\n", ours[kRounds / 2].rows_per_s / bare[kRounds / 2]);
    // PostgreSQL of the tests, which does not sync: what the port itself costs there.
    const db::testing::Scratch scratch(db::Engine::postgres);
    print("boon on PostgreSQL, no fsync", run_boon(scratch.url(), seconds));
}
