#include <chrono>

#include <gtest/gtest.h>

#include "program/world/world.h"
#include "records/warehouse/scratch_test.h"

namespace boon::world {
namespace {

// A run of the size that load tests use; its figures are printed, not judged.
TEST(LongWorld, AMillionCustomers) {
    warehouse::Scratch scratch;
    const Options options{.folder = scratch.path(), .customers = 1'000'000};
    const auto started = std::chrono::steady_clock::now();
    const auto summary = generate(options);
    const double generated_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    ASSERT_TRUE(summary) << to_text(summary.error());
    EXPECT_EQ(summary->customers, 1'000'000);
    std::printf(
        "1 000 000 customers, %lld transactions, %lld interactions in %.0f s on %d threads\n",
        static_cast<long long>(summary->transactions), static_cast<long long>(summary->interactions), generated_s,
        options.threads
    );
    auto opened = warehouse::Warehouse::open(
        {.tables = tables_of(options.folder),
         .allowed_directories = {options.folder},
         .threads = 2,
         .temp_directory = scratch.file("tmp")}
    );
    ASSERT_TRUE(opened) << to_text(opened.error());
    const auto checking = std::chrono::steady_clock::now();
    const auto report = (*opened)->check(plus_days(options.start, options.days));
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_TRUE(report->findings.empty()) << warehouse::to_text(*report);
    std::printf(
        "checked in %.0f s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - checking).count()
    );
}

}  // namespace
}  // namespace boon::world
