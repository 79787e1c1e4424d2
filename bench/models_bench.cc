// Tree ensembles against XGBoost, in one process and on one thread: 300 trees of depth 6 over 40 features, 5 % missing;
// and 8 classes × 38 trees. Each pair is measured in turns, so that a change of the machine's speed meets both; the
// figure is the median of the turns. `taskset -c 1 models_bench` keeps it on one core.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "insight/models/testing/xgboost_peer.h"
#include "insight/models/tree_ensemble.h"

namespace {

using namespace boon::models;  // NOLINT: a program of one file
using boon::models::testing::Peer;
using boon::models::testing::random_table;
using boon::models::testing::Table;

constexpr std::size_t kColumns = 40;
constexpr std::size_t kRows = 8192;
constexpr int kTurns = 9;

struct Work {
    std::string name;
    double rows;  // handled by one call
    std::function<void()> call;
    std::vector<double> us_per_row = {};
};

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

// Of the process's own time, not of the clock on the wall: neighbours on the machine do not count.
double seconds_of(const std::function<void()>& call, int times) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    };
    const double start = now();
    for (int i = 0; i < times; ++i) call();
    return now() - start;
}

// The first is the peer that the others are compared with.
void compare(const std::string& title, std::vector<Work> works) {
    constexpr double kSecondsPerTurn = 0.06;
    std::vector<int> times;
    for (const Work& work : works) {
        work.call();
        times.push_back(1 + static_cast<int>(kSecondsPerTurn / seconds_of(work.call, 1)));
    }
    for (int turn = 0; turn < kTurns; ++turn) {
        for (std::size_t i = 0; i < works.size(); ++i) {
            works[i].us_per_row.push_back(seconds_of(works[i].call, times[i]) * 1e6 / (times[i] * works[i].rows));
        }
    }
    const double peer = median(works.front().us_per_row);
    fmt::print("{}\n", title);
    for (const Work& work : works) {
        const double us = median(work.us_per_row);
        fmt::print("  {:<28} {:9.3f} us a row {:12.0f} rows/s {:7.1f} x\n", work.name, us, 1e6 / us, peer / us);
    }
}

TreeEnsemble load(const Peer& peer) {
    auto ensemble = TreeEnsemble::from_xgboost(peer.save("ubj"));
    if (!ensemble) {
        std::fputs(to_text(ensemble.error()).c_str(), stderr);
        std::exit(1);
    }
    return *ensemble;
}

void one_row(const std::string& title, const TreeEnsemble& ours, Peer& theirs, const Table& table) {
    std::vector<float> out(static_cast<std::size_t>(ours.outputs()));
    std::size_t i = 0;
    std::size_t j = 0;
    compare(
        title, {{"XGBoost, in place", 1, [&] { theirs.margins_in_place(table.row(i++ % kRows).data(), 1, kColumns); }},
                {"boon", 1, [&] { ours.margins(table.row(j++ % kRows), out); }}}
    );
}

void batch(const TreeEnsemble& ours, Peer& theirs, const Table& table) {
    std::vector<float> out(kRows * static_cast<std::size_t>(ours.outputs()));
    std::vector<Work> works = {{"XGBoost, in place", kRows, [&] {
                                    theirs.margins_in_place(table.values.data(), kRows, kColumns);
                                }}};
    const auto add = [&](InstructionSet set) {
        works.push_back({fmt::format("boon, {}", instruction_set_name(set)), kRows, [&ours, &table, &out, set] {
                             ours.margins_batch(table.values.data(), kRows, kColumns, out.data(), set);
                         }});
    };
    add(InstructionSet::portable);
    if (best_instruction_set() != InstructionSet::portable) add(InstructionSet::avx2);
    if (best_instruction_set() == InstructionSet::avx512) add(InstructionSet::avx512);
    compare(fmt::format("batch of {} rows", kRows), std::move(works));
}

void shap(const std::string& title, const TreeEnsemble& ours, const Peer& theirs, const Table& table) {
    constexpr std::size_t kExplained = 50;
    const Table few{kColumns, {table.values.begin(), table.values.begin() + kExplained * kColumns}};
    std::vector<double> contributions(kColumns + 1);
    std::vector<float> margins(static_cast<std::size_t>(ours.outputs()));
    std::size_t i = 0;
    compare(
        title, {{"XGBoost, pred_contribs", kExplained, [&] { static_cast<void>(theirs.contributions(few)); }},
                {"boon, margins and one output", 1,
                 [&] {
                     const auto row = table.row(i++ % kRows);
                     ours.margins(row, margins);
                     const auto winner = std::ranges::max_element(margins) - margins.begin();
                     ours.explain(row, static_cast<int>(winner), contributions);
                 }}}
    );
}

}  // namespace

int main() {
    fmt::print("instruction set: {}\n", instruction_set_name(InstructionSet::best));
    const Table table = random_table(kRows, kColumns, 0.05, 1);
    {
        Peer peer(table, {{"objective", "binary:logistic"}, {"max_depth", "6"}, {"tree_method", "hist"}}, 300);
        const TreeEnsemble ensemble = load(peer);
        one_row("one row, 300 trees of depth 6", ensemble, peer, table);
        batch(ensemble, peer, table);
        shap("exact SHAP, 300 trees of depth 6", ensemble, peer, table);
    }
    Table classes = table;
    for (std::size_t i = 0; i < kRows; ++i) classes.labels[i] = static_cast<float>((i * 7 + i / 3) % 8);
    Peer peer(
        classes, {{"objective", "multi:softprob"}, {"num_class", "8"}, {"max_depth", "6"}, {"tree_method", "hist"}}, 38
    );
    const TreeEnsemble ensemble = load(peer);
    one_row("one row, 8 classes x 38 trees", ensemble, peer, table);
    shap("exact SHAP, the winner of 8 classes", ensemble, peer, table);
    return 0;
}
