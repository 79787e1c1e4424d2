// How long stages and value of a whole base take, and the dashboards over them: the first run (everybody enters), a run
// each month (some move), a run that finds nothing new, each dashboard's query over the last 90 days and over all
// months, and the memory at the end.
//
//     base_bench sqlite|postgres [CUSTOMERS] [MONTHS]
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/resource.h>

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

using Clock = std::chrono::steady_clock;
using boon::Timestamp;

constexpr Timestamp kStart{1'772'323'200'000'000};  // 2026-03-01T00:00:00Z
const std::vector<std::string> kStages = {"acquisition", "onboarding", "growth", "retention", "win_back", "churn"};

template <class T>
T need(boon::Result<T> result) {
    if (result) {
        if constexpr (!std::is_void_v<T>)
            return *std::move(result);
        else
            return;
    }
    std::fprintf(stderr, "%s\n", boon::to_text(result.error()).c_str());
    std::exit(1);
}

// Prints what the function took.
template <class F>
void timed(const char* what, const F& f) {
    const auto start = Clock::now();
    f();
    fmt::print("{:<44} {:8.3f} s\n", what, std::chrono::duration<double>(Clock::now() - start).count());
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
            names.push_back(fmt::format("C{:08}", i));
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
    boon::value::ValueSegments segments_ =
        need(boon::value::ValueSegments::make({"high_value", "medium_value", "low_value"}, {70, 40}));
    boon::value::RfmSegments rfm_ = need(boon::value::RfmSegments::make(boon::value::RfmSegments::defaults()));
};

// Each twice: the second time what the first one read may still be in memory.
void dashboards(boon::db::Database& database, const Base& base, Timestamp from, Timestamp to) {
    const auto query = [&](const char* what, const auto& f) { timed(what, [&] { need(database.read(f)); }); };
    using boon::db::Connection;
    query("  distribution at an instant", [&](Connection& c) { return boon::lifecycle::distribution_at(c, to); });
    query("  series, a point a day", [&](Connection& c) { return boon::lifecycle::series(c, {from, to}); });
    query("  flows", [&](Connection& c) { return boon::lifecycle::flows(c, from, to); });
    query("  conversions", [&](Connection& c) { return boon::lifecycle::conversions(c, from, to); });
    query("  durations with survival", [&](Connection& c) { return boon::lifecycle::durations(c, from, to); });
    query("  value movements", [&](Connection& c) { return boon::value::movements(c, from, to); });
    timed("  summary of stages, in memory", [&] { boon::lifecycle::stage_totals(base.image(), kStages, to); });
    const auto reader = need(boon::value::FactReader::make(*base.image().schema()));
    timed("  summary of value, in memory", [&] {
        boon::value::totals_of(base.image(), reader, base.segments().names());
    });
    timed("  RFM grid, in memory", [&] { boon::value::rfm_grid(base.image(), reader, base.rfm()); });
    timed("  deciles and Gini, in memory", [&] {
        boon::value::spread_of(boon::value::amounts_of(base.image(), reader, boon::value::Amount::revenue_365d));
    });
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
    for (int month = 0; month < months; ++month) {
        fmt::print("month {}\n", month);
        timed("  (fill the profiles)", [&] { fill(*database, customers, month); });
        Base(*database, month).run();
    }
    fmt::print("the same month again\n");
    Base again(*database, months - 1);
    again.run();
    const Timestamp end = boon::plus_days(kStart, 30L * (months - 1));
    const auto stays = need(database->read([](boon::db::Connection& connection) {
        return boon::db::select_number(connection, "select count(*) from stays");
    }));
    fmt::print("{} stays\n", stays);
    for (const std::int64_t days : {std::int64_t{90}, 30L * (months - 1)}) {
        fmt::print("dashboards over {} days\n", days);
        for (int i = 0; i < 2; ++i) dashboards(*database, again, boon::plus_days(end, -days), end);
    }
    fmt::print(
        "memory of the image: {:.0f} MB, of the standings in it: {:.0f} MB\n",
        static_cast<double>(again.image().memory_bytes()) / 1e6,
        static_cast<double>(again.image().standings().memory_bytes()) / 1e6
    );
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    fmt::print("most memory of the process: {:.0f} MB\n", static_cast<double>(used.ru_maxrss) / 1e3);
}
