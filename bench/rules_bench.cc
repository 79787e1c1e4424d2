// A rule of four predicates: one evaluation over a resident row, and a million rows in turn; beside it the same
// predicates written in C++ (what no rule can beat), and the same rule walked over JSON, as JsonLogic's own libraries
// do it. `taskset -c 1 rules_bench` keeps it on one core.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "platform/rules/rule.h"

namespace {

using namespace boon;  // NOLINT: a program of one file

constexpr std::size_t kColumns = 64;
constexpr std::size_t kRows = 1'000'000;
constexpr Timestamp kNow{1'772'409'600'000'000};
constexpr const char* kRule = R"({"and":[
    {"<":[{"var":"f0"},0.9]},
    {">=":[{"var":"f17"},0.05]},
    {"in":[{"var":"stage"},["growth","retention"]]},
    {"or":[{">":[{"var":"f40"},0.5]},{"<":[{"var":"f63"},0.5]}]}
]})";

const std::vector<std::string>& stages() {
    static const std::vector<std::string> stages = {"onboarding", "growth", "retention", "churn"};
    return stages;
}

// The last column is the stage's number.
class Row : public rules::Values {
public:
    const float* values = nullptr;

    [[nodiscard]] rules::Value at(const rules::Reference& reference) const override {
        const float value = values[reference.variable];
        if (reference.variable < kColumns) return rules::Value::of_number(static_cast<double>(value));
        return rules::Value::of_text(stages()[static_cast<std::size_t>(value)]);
    }
};

rules::Schema schema() {
    rules::Schema schema;
    for (std::size_t i = 0; i < kColumns; ++i) schema.add({.name = "f" + std::to_string(i)});
    schema.add({.name = "stage", .type = rules::Type::text, .values = stages()});
    return schema;
}

std::vector<float> rows() {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<float> uniform(0, 1);
    std::vector<float> values(kRows * (kColumns + 1));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = uniform(random);
        if (i % (kColumns + 1) == kColumns) values[i] = std::min(3.0F, std::floor(values[i] * 4));
        // One value in twenty is missing, as in real profiles.
        if (i % (kColumns + 1) != kColumns && uniform(random) < 0.05F)
            values[i] = std::numeric_limits<float>::quiet_NaN();
    }
    return values;
}

bool by_hand(const float* row) {
    return row[0] < 0.9 && row[17] >= 0.05 && (row[kColumns] == 1 || row[kColumns] == 2) &&
           (row[40] > 0.5 || row[63] < 0.5);
}

template <class Holds>
void measure(const char* name, std::size_t count, const Holds& holds) {
    std::vector<double> ns;
    std::size_t found = 0;
    for (int round = 0; round < 5; ++round) {
        found = 0;
        const auto start = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < count; ++i) found += holds(i) ? 1U : 0U;
        const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
        ns.push_back(took.count() / static_cast<double>(count));
    }
    std::ranges::sort(ns);
    fmt::print("{:<44} {:8.1f} ns   {:7.2f} M rows/s   ({} hold)\n", name, ns[2], 1e3 / ns[2], found);
}

}  // namespace

int main() {
    const auto written = json::parse(kRule).value();
    const auto rule = rules::Rule::compile(written, schema(), rules::Mode::strict).value();
    const auto walked = rules::Rule::compile(written, schema(), rules::Mode::original).value();
    const std::vector<float> values = rows();
    Row row;
    const auto use = [&](std::size_t i) -> const Row& {
        row.values = &values[i * (kColumns + 1)];
        return row;
    };
    measure("one row again and again, typed", kRows, [&](std::size_t) { return rule.holds(use(7), kNow); });
    measure("1 M rows, typed", kRows, [&](std::size_t i) { return rule.holds(use(i), kNow); });
    measure("1 M rows, in C++ by hand", kRows, [&](std::size_t i) { return by_hand(&values[i * (kColumns + 1)]); });
    measure("1 M rows, walked as JSON (original)", kRows, [&](std::size_t i) { return walked.holds(use(i), kNow); });
    return 0;
}
