// How long an audience of a large base takes to count, with a sample: rules of one to eight conditions, and beside each
// the same conditions written by hand as a loop over the same rows (the peer), in the same process.
//
//     audience_bench [CUSTOMERS]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/resource.h>

#include "insight/audiences/book.h"
#include "insight/audiences/scan.h"
#include "records/profiles/table.h"

namespace {

using Clock = std::chrono::steady_clock;
using boon::Timestamp;
using boon::profiles::Image;

constexpr Timestamp kNow{1'772'323'200'000'000};  // 2026-03-01T00:00:00Z
constexpr std::size_t kColumns = 64;
const std::vector<std::string> kStages = {"acquisition", "onboarding", "growth", "retention", "win_back", "churn"};
const std::vector<std::string> kSegments = {"high_value", "medium_value", "low_value"};

std::shared_ptr<const boon::profiles::Schema> schema() {
    auto made = std::make_shared<boon::profiles::Schema>();
    made->schema_id = 1;
    for (std::size_t i = 0; i < kColumns; ++i) {
        made->columns.push_back(
            {.name = fmt::format("f{}", i), .hash = "h", .words = "w", .unit = "", .grows_daily = i == 1}
        );
    }
    made->lifetime_value_column = "f0";
    return made;
}

const std::vector<std::string> kPlans = {"tin", "silver", "gold", "none"};

// Features are uniform in [0, 100). The plan is the quarter that f2 is in, the price is f3.
std::shared_ptr<const Image> image(std::size_t customers) {
    boon::profiles::ImageBuilder builder(schema(), customers);
    boon::profiles::StandingsBuilder standings(customers);
    standings.names().stages = kStages;
    standings.names().value_segments = kSegments;
    std::mt19937_64 rng(7);
    const auto uniform = [&] { return static_cast<float>(static_cast<double>(rng() >> 11U) * 0x1.0p-53 * 100); };
    using boon::profiles::AttributeKind;
    boon::profiles::AttributesBuilder attributes(
        std::make_shared<const boon::profiles::AttributeColumns>(
            boon::profiles::AttributeColumns{{"plan", AttributeKind::text}, {"price", AttributeKind::number}}
        ),
        customers
    );
    std::vector<float> row(kColumns);
    for (std::size_t i = 0; i < customers; ++i) {
        std::ranges::generate(row, uniform);
        builder.add(fmt::format("C{:08}", i), row, boon::plus_days(kNow, -1));
        auto& standing = standings.at(i);
        standing.stage = static_cast<std::uint8_t>(rng() % kStages.size());
        standing.stage_since = kNow.micros - static_cast<std::int64_t>(rng() % 100) * boon::kMicrosPerDay;
        standing.value_segment = static_cast<std::uint8_t>(rng() % kSegments.size());
        standing.value_score = uniform();
        attributes.set(i, 0, std::string_view(kPlans[static_cast<std::size_t>(row[2] / 25)]));
        attributes.set(i, 1, static_cast<double>(row[3]));
    }
    return std::move(builder).finish()->with(std::move(standings).finish())->with(std::move(attributes).finish());
}

struct Question {
    const char* what;
    const char* rule;
    std::function<bool(const float* row, const boon::profiles::Standing& standing)> by_hand;
};

std::vector<Question> questions() {
    return {
        {"one number", R"({"<":[{"var":"f7"},50]})",
         [](const float* row, const auto&) { return static_cast<double>(row[7]) < 50; }},
        {"stage and value segment",
         R"({"and":[{"==":[{"var":"stage"},"churn"]},{"==":[{"var":"value_segment"},"high_value"]}]})",
         [](const float*, const auto& standing) { return standing.stage == 5 && standing.value_segment == 0; }},
        {"four conditions",
         R"({"and":[{"<":[{"var":"f1"},80]},{">":[{"var":"f20"},10]},{"in":[{"var":"stage"},["growth","retention"]]},)"
         R"({">=":[{"var":"value_score"},30]}]})",
         [](const float* row, const auto& standing) {
             return static_cast<double>(row[1]) + 1 < 80 && row[20] > 10.0F &&
                    (standing.stage == 2 || standing.stage == 3) && standing.value_score >= 30.0F;
         }},
        {"two attributes of the record",
         R"({"and":[{"==":[{"var":"attributes.plan"},"tin"]},{"<":[{"var":"attributes.price"},50]}]})",
         [](const float* row, const auto&) { return row[2] < 25.0F && row[3] < 50.0F; }},
        {"eight, all of which hold of most",
         R"({"and":[{"<":[{"var":"f1"},99]},{">":[{"var":"f20"},1]},{"<":[{"var":"f30"},99]},{">":[{"var":"f40"},1]},)"
         R"({"<":[{"var":"f50"},99]},{">":[{"var":"f60"},1]},{">":[{"var":"value_score"},1]},)"
         R"({"!=":[{"var":"stage"},"acquisition"]}]})",
         [](const float* row, const auto& standing) {
             return static_cast<double>(row[1]) + 1 < 99 && row[20] > 1.0F && row[30] < 99.0F && row[40] > 1.0F &&
                    row[50] < 99.0F && row[60] > 1.0F && standing.value_score > 1.0F && standing.stage != 0;
         }},
    };
}

struct Took {
    double median = 0;
    double worst = 0;
};

// Milliseconds, of many runs.
Took timed(const std::function<void()>& run) {
    std::vector<double> all;
    for (int i = 0; i < 31; ++i) {
        const auto start = Clock::now();
        run();
        all.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    std::ranges::sort(all);
    return {all[all.size() / 2], all[all.size() * 95 / 100]};
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
    const auto customers = static_cast<std::size_t>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
    const auto base = image(customers);
    fmt::print("{} customers, {} features, {} MB\n", customers, kColumns, base->memory_bytes() >> 20U);
    const boon::audiences::Book book({}, base->schema(), {kStages, kSegments, {}, base->attributes().columns()});
    fmt::print(
        "{:<36} {:>9} {:>9} {:>9} {:>10} {:>9} {:>7}\n", "rule", "members", "ms", "p95 ms", "cpu ms", "by hand", "ratio"
    );
    for (const Question& question : questions()) {
        const auto selector = book.compile(boon::json::parse(question.rule).value(), "");
        if (!selector) {
            std::fprintf(stderr, "%s\n", boon::to_text(selector.error()).c_str());
            return 1;
        }
        std::int64_t members = 0;
        const double before = cpu_seconds();
        const Took scan = timed([&] {
            const auto found = boon::audiences::scan(*base, *selector, kNow);
            members = found.count();
            if (found.sample(10).size() > 10) std::abort();
        });
        const double cpu = (cpu_seconds() - before) * 1000 / 31;
        std::int64_t counted = 0;
        const Took hand = timed([&] {
            counted = 0;
            for (std::size_t row = 0; row < base->size(); ++row) {
                const auto profile = base->at(row);
                counted += question.by_hand(profile.features.data(), *profile.standing) ? 1 : 0;
            }
        });
        if (counted != members) {
            std::fprintf(stderr, "%s: %ld members, by hand %ld\n", question.what, members, counted);
            return 1;
        }
        fmt::print(
            "{:<36} {:>9} {:>9.1f} {:>9.1f} {:>10.1f} {:>9.1f} {:>7.2f}\n", question.what, members, scan.median,
            scan.worst, cpu, hand.median, cpu / hand.median
        );
    }
    return 0;
}
