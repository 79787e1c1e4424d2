// How long stages and value of a whole base take, and the dashboards over them. The base is worked out the first time
// (everybody enters), a month later (profiles are drawn anew, so most customers move), and again (nothing is new). Then
// everybody gets a past of MONTHS: each month three customers in ten change their stage, and three their value segment.
// Their packed lines are written, and the rows of one customer in a hundred. Each dashboard is asked over the last 90
// days and over all months, the last time with those customers loose. And the memory.
//
//     base_bench sqlite|postgres [CUSTOMERS] [MONTHS]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base_pasts.h"
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include "insight/lifecycle/dashboard.h"
#include "insight/lifecycle/summary.h"
#include "insight/lifecycle/update.h"
#include "insight/value/history.h"
#include "insight/value/spread.h"
#include "insight/value/update.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/profiles/store.h"

namespace {

using namespace base_bench;  // NOLINT: a program of two files
using boon::Timestamp;
using Clock = std::chrono::steady_clock;

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Prints what the function took: by the clock, and of the processors (of this process: PostgreSQL's server is another).
template <class F>
void timed(const char* what, const F& f) {
    const auto start = Clock::now();
    const double cpu = cpu_seconds();
    f();
    fmt::print(
        "{:<44} {:8.3f} s, CPU {:8.3f} s\n", what, std::chrono::duration<double>(Clock::now() - start).count(),
        cpu_seconds() - cpu
    );
    std::fflush(stdout);
}

boon::profiles::Schema schema() {
    boon::profiles::Schema made;
    const auto add = [&](const std::string& name, bool grows) {
        made.columns.push_back(
            {.name = name,
             .hash = "h",
             .words = name,
             .unit = grows ? "days" : "count",
             .categories = {},
             .grows_daily = grows}
        );
    };
    for (const char* name :
         {"days_since_first_activity", "days_since_last_activity", "days_since_last_purchase", "tenure_days",
          "days_since_closed"}) {
        add(name, true);
    }
    for (const char* name : {"activities_all", "transactions_90d", "spend_trend_90d", "purchases_365d", "spend_365d"}) {
        add(name, false);
    }
    // As many columns as boon's own features have.
    for (int i = 0; i < 45; ++i) add("filler_" + std::to_string(i), false);
    made.lifetime_value_column = "spend_365d";
    return made;
}

// A month's profiles: ages go on, some come back, trends are drawn anew.
void fill(boon::db::Database& database, std::int64_t customers, int month) {
    boon::profiles::Store store(database);
    const auto shape = schema();
    auto fill = need(store.begin(shape));
    const Timestamp at = boon::plus_days(kStart, 30L * month);
    constexpr std::int64_t kChunk = 2000;
    for (std::int64_t first = 0; first < customers; first += kChunk) {
        const std::int64_t end = std::min(first + kChunk, customers);
        std::vector<std::string> names;
        std::vector<float> values;
        for (std::int64_t i = first; i < end; ++i) {
            std::mt19937_64 person(static_cast<std::uint64_t>(i));
            std::mt19937_64 now(static_cast<std::uint64_t>(i) * 1000 + static_cast<std::uint64_t>(month));
            const auto uniform = [](std::mt19937_64& rng) {
                return static_cast<float>(static_cast<double>(rng() >> 11U) * 0x1.0p-53);
            };
            const float first_days = 1200 * uniform(person) + 30 * static_cast<float>(month);
            const float last_days = std::min(first_days, 200 * std::pow(uniform(now), 2.0F));
            const float purchases = std::floor(30 * uniform(now));
            names.push_back(id_of(i));
            values.insert(
                values.end(),
                {first_days, last_days, last_days, first_days + 5, std::nanf(""), purchases + 1,
                 std::floor(purchases / 4), 0.5F + uniform(now), purchases, purchases * 20 * uniform(person)}
            );
            values.insert(values.end(), 45, 1.0F);
        }
        const std::vector<std::string_view> ids(names.begin(), names.end());
        need(fill.add(ids, values, at));
    }
    need(fill.finish(at));
}

class Base {
public:
    Base(boon::db::Database& database, int month) : database_(database), as_of_(boon::plus_days(kStart, 30L * month)) {
        timed("  load the profiles with their standings", [&] {
            image_ = need(boon::profiles::Store(database_).load());
        });
    }

    void run() {
        const auto rules =
            need(boon::lifecycle::CompiledRules::compile(boon::lifecycle::default_rules(), kStages, image_->schema()));
        boon::value::Checkpoint values;
        boon::lifecycle::Checkpoint stages;
        timed("  value", [&] {
            values = need(boon::value::update_base(
                database_, {*image_, segments_, rfm_, nullptr, as_of_}, {},
                [](boon::db::Connection&, const boon::value::Checkpoint&, std::int64_t) { return boon::Status(); },
                as_of_
            ));
        });
        timed("  stages", [&] {
            stages = need(boon::lifecycle::update_base(
                database_, {*image_, rules, 0, nullptr, nullptr, as_of_}, {},
                [](boon::db::Connection&, const boon::lifecycle::Checkpoint&, std::int64_t) { return boon::Status(); },
                as_of_
            ));
        });
        fmt::print(
            "  {} changed segment, {} entered a first stage, {} moved, {} held\n", values.changed, stages.entered,
            stages.moved, stages.held
        );
    }

    [[nodiscard]] const boon::profiles::Image& image() const { return *image_; }
    [[nodiscard]] const boon::value::RfmSegments& rfm() const { return rfm_; }
    [[nodiscard]] const boon::value::ValueSegments& segments() const { return segments_; }

private:
    boon::db::Database& database_;
    Timestamp as_of_;
    std::shared_ptr<const boon::profiles::Image> image_;
    boon::value::ValueSegments segments_ = need(boon::value::ValueSegments::make(kSegments, {70, 40}));
    boon::value::RfmSegments rfm_ = need(boon::value::RfmSegments::make(boon::value::RfmSegments::defaults()));
};

constexpr int kTimes = 9;

// How long a dashboard takes from its question on: each time through a database that was opened for it alone, the first
// time also without the pages of SQLite's file in memory (PostgreSQL keeps its own).
class Dashboards {
public:
    Dashboards(const boon::db::testing::Scratch& scratch, boon::db::Engine engine, const Base& base)
        : scratch_(scratch), engine_(engine), base_(base) {}

    void ask(Timestamp from, Timestamp to) const {
        using boon::db::Connection;
        query("distribution at an instant", [&](Connection& c) { return boon::lifecycle::distribution_at(c, to); });
        query("series, a point a day", [&](Connection& c) { return boon::lifecycle::series(c, {from, to}); });
        query("flows", [&](Connection& c) { return boon::lifecycle::flows(c, from, to); });
        query("conversions", [&](Connection& c) { return boon::lifecycle::conversions(c, from, to); });
        query("durations with survival", [&](Connection& c) { return boon::lifecycle::durations(c, from, to); });
        query("value series", [&](Connection& c) { return boon::value::series(c, from, to); });
        query("value movements", [&](Connection& c) { return boon::value::movements(c, from, to); });
        in_memory("summary of stages", [&] { boon::lifecycle::stage_totals(base_.image(), kStages, to); });
        const auto reader = need(boon::value::FactReader::make(*base_.image().schema()));
        in_memory("summary of value", [&] { boon::value::totals_of(base_.image(), reader, base_.segments().names()); });
        in_memory("RFM grid", [&] { boon::value::rfm_grid(base_.image(), reader, base_.rfm()); });
        in_memory("deciles and Gini", [&] {
            boon::value::spread_of(boon::value::amounts_of(base_.image(), reader, boon::value::Amount::revenue_365d));
        });
    }

private:
    // Of kTimes: the first, the median and the worst; and the processors' time for one (without PostgreSQL's server).
    static void print(const char* what, const std::function<double()>& milliseconds) {
        const double cpu = cpu_seconds();
        const double first = milliseconds();
        std::vector<double> all = {first};
        for (int i = 1; i < kTimes; ++i) all.push_back(milliseconds());
        std::ranges::sort(all);
        fmt::print(
            "  {:<28} first {:7.1f} ms, median {:7.1f}, worst {:7.1f}, CPU {:7.1f}\n", what, first, all[kTimes / 2],
            all.back(), (cpu_seconds() - cpu) * 1000 / kTimes
        );
        std::fflush(stdout);
    }
    template <class F>
    static double timed_ms(const F& f) {
        const auto start = Clock::now();
        f();
        return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    }
    template <class F>
    void query(const char* what, const F& f) const {
        forget_file();
        print(what, [&] {
            const auto database = scratch_.open();
            return timed_ms([&] { need(database->read(f)); });
        });
    }
    template <class F>
    static void in_memory(const char* what, const F& f) {
        print(what, [&] { return timed_ms(f); });
    }
    void forget_file() const {
        if (engine_ != boon::db::Engine::sqlite) return;
        const int file = open(scratch_.file().c_str(), O_RDONLY);
        if (file < 0 || fsync(file) != 0 || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0) std::exit(1);
        close(file);
    }

    const boon::db::testing::Scratch& scratch_;
    boon::db::Engine engine_;
    const Base& base_;
};

void print_memory(const char* when) {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    fmt::print("most memory of the process {}: {:.0f} MB\n", when, static_cast<double>(used.ru_maxrss) / 1e3);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string engine = argc > 1 ? argv[1] : "sqlite";
    const std::int64_t customers = argc > 2 ? std::atoll(argv[2]) : 100'000;
    const boon::db::testing::Scratch scratch(
        engine == "postgres" ? boon::db::Engine::postgres : boon::db::Engine::sqlite
    );
    const auto database = scratch.open();
    need(boon::storage::migrate(*database, kStart));
    fmt::print("{} customers on {}\n", customers, engine);
    const int months = argc > 3 ? std::atoi(argv[3]) : 24;
    for (int month = months - 2; month < months; ++month) {
        fmt::print("month {}\n", month);
        timed("  (fill the profiles)", [&] { fill(*database, customers, month); });
        Base(*database, month).run();
        print_memory("so far");
    }
    fmt::print("the same month again\n");
    Base again(*database, months - 1);
    again.run();
    timed("(write the lines of all months)", [&] { write_lines(*database, customers, months); });
    const auto bytes = [&](const char* table) {
        const std::string sql = fmt::format("select sum(length(bytes)) from {}", table);
        fmt::print("{}: {} bytes\n", table, need(database->read([&](boon::db::Connection& connection) {
                       return boon::db::select_number(connection, sql);
                   })));
    };
    bytes("stays_packed");
    bytes("value_history_packed");
    const Timestamp end = boon::plus_days(kStart, 30L * (months - 1));
    const Timestamp begin = boon::plus_days(end, -30L * (months - 1));
    const Dashboards dashboards(scratch, database->engine(), again);
    fmt::print("dashboards over 90 days\n");
    dashboards.ask(boon::plus_days(end, -90), end);
    fmt::print("dashboards over all months\n");
    dashboards.ask(begin, end);
    timed("(write the rows of one customer in a hundred)", [&] { loosen(*database, customers, months); });
    fmt::print("dashboards over all months, one customer in a hundred loose\n");
    dashboards.ask(begin, end);
    fmt::print(
        "memory of the image: {:.0f} MB, of the standings in it: {:.0f} MB\n",
        static_cast<double>(again.image().memory_bytes()) / 1e6,
        static_cast<double>(again.image().standings().memory_bytes()) / 1e6
    );
    print_memory("in all");
}
