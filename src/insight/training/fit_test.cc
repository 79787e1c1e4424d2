#include "insight/training/fit.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "insight/training/ranking.h"

namespace boon::training {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

// y depends on x0 and x1; x2 is noise; a tenth of x1 is missing.
Matrix drawn(int rows, std::uint64_t seed) {
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<float> uniform;
    Matrix m;
    m.names = {"spend", "visits", "noise"};
    for (int i = 0; i < rows; ++i) {
        const float x0 = uniform(generator);
        const float x1 = uniform(generator);
        const float p = 0.1F + 0.4F * x0 + (x1 > 0.5F ? 0.4F : 0.0F);
        m.values.insert(m.values.end(), {x0, uniform(generator) < 0.1F ? std::nanf("") : x1, uniform(generator)});
        m.labels.push_back(uniform(generator) < p ? 1.0F : 0.0F);
    }
    return m;
}

FitOptions quick() {
    FitOptions options;
    options.max_rounds = 120;
    options.early_stopping_rounds = 10;
    options.trees.eta = 0.2;
    options.threads = 1;
    return options;
}

fs::path scratch(const std::string& name) {
    return fs::temp_directory_path() / ("boon_fit_" + name + std::to_string(getpid()));
}

FitProcess child(const std::string& name) { return {{BOON_FIT_CHILD}, scratch(name), {}}; }

double auc_of(const std::vector<float>& raw, const Matrix& m) {
    const std::vector<double> predicted(raw.begin(), raw.end());
    const std::vector<double> ones(raw.size(), 1);
    return Ranking({predicted, m.labels}).auc(ones);
}

TEST(Matrices, ReadBackFromTheFile) {
    Matrix m = drawn(50, 1);
    m.weights.assign(50, 0.5F);
    const auto file = scratch("matrix");
    ASSERT_TRUE(write_matrix(m, file));
    const auto read = read_matrix(file);
    EXPECT_EQ(read->names, m.names);
    EXPECT_EQ(read->labels, m.labels);
    EXPECT_EQ(read->weights, m.weights);
    EXPECT_TRUE(std::equal(m.values.begin(), m.values.end(), read->values.begin(), [](float a, float b) {
        return a == b || (std::isnan(a) && std::isnan(b));
    }));
    fs::resize_file(file, fs::file_size(file) - 1);
    EXPECT_THAT(read_matrix(file).error().message, HasSubstr("is not a whole training matrix"));
    fs::remove(file);
    EXPECT_THAT(read_matrix(file).error().message, StartsWith("could not read"));
}

TEST(Matrices, WithAFaultAreRefusedByName) {
    Matrix m = drawn(3, 1);
    m.values[4] = std::numeric_limits<float>::infinity();
    EXPECT_EQ(check(m).error().message, "feature \"visits\" is infinite in row 1");
    m = drawn(3, 1);
    m.names[2] = "spend";
    EXPECT_EQ(check(m).error().message, "two features are called \"spend\"");
    m = drawn(3, 1);
    m.weights = {1, 0, 1};
    EXPECT_EQ(check(m).error().message, "a training row has a weight that is not greater than 0");
}

TEST(Fitting, InAChildLearnsAndReports) {
    const Matrix train = drawn(3000, 1);
    const Matrix validation = drawn(1500, 2);
    FitProcess process = child("learns");
    int reports = 0;
    double share = 0;
    process.progress = [&](const FitProgress& at) -> Status {
        ++reports;
        share = at.share;
        return {};
    };
    const auto fitted = fit(train, validation, quick(), process);
    ASSERT_TRUE(fitted) << to_text(fitted.error());
    EXPECT_GT(reports, 1);
    EXPECT_EQ(share, 1);
    EXPECT_GT(auc_of(fitted->validation_raw, validation), 0.7);
    EXPECT_LT(fitted->report.rounds, 120);  // stopped early
    ASSERT_GE(fitted->report.importances.size(), 2U);
    EXPECT_EQ(fitted->report.importances[0].feature, "visits");
    EXPECT_FALSE(fs::exists(process.scratch));
}

TEST(Fitting, TheChildGivesTheSameBytesAsThisProcess) {
    const Matrix train = drawn(2000, 1);
    const Matrix validation = drawn(500, 2);
    const auto here = fit_here(train, validation, quick(), [](const FitProgress&) -> Status { return {}; });
    const auto there = fit(train, validation, quick(), child("same"));
    ASSERT_TRUE(here && there);
    EXPECT_EQ(here->model, there->model);
    EXPECT_EQ(here->validation_raw, there->validation_raw);
    EXPECT_EQ(json::write(here->report.importances), json::write(there->report.importances));
}

TEST(Fitting, OneAndTwoThreadsGiveTheSameTrees) {
    const Matrix train = drawn(20'000, 1);
    const Matrix validation = drawn(2000, 2);
    FitOptions options = quick();
    const auto one = fit_here(train, validation, options, [](const FitProgress&) -> Status { return {}; });
    options.threads = 2;
    const auto two = fit_here(train, validation, options, [](const FitProgress&) -> Status { return {}; });
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->validation_raw, two->validation_raw);
    EXPECT_EQ(one->model, two->model);
}

TEST(Fitting, SearchTriesCandidatesWithinItsBudget) {
    const Matrix train = drawn(1000, 1);
    const Matrix validation = drawn(500, 2);
    FitOptions options = quick();
    options.search_budget_s = 60;
    std::vector<double> shares;
    const auto keep = [&](const FitProgress& at) -> Status {
        shares.push_back(at.share);
        return {};
    };
    const auto fitted = fit_here(train, validation, options, keep);
    ASSERT_TRUE(fitted);
    EXPECT_TRUE(std::ranges::is_sorted(shares));
    EXPECT_GT(shares.front(), 0);
    EXPECT_EQ(shares.back(), 1);
    EXPECT_EQ(fitted->report.trials.size(), 1 + search_candidates().size());
    EXPECT_EQ(fitted->report.trials[0].trees, options.trees);
    for (const Trial& trial : fitted->report.trials) {
        EXPECT_TRUE(trial.trees != fitted->report.trees || trial.rounds == fitted->report.rounds);
    }
}

TEST(Fitting, SeveralClasses) {
    Matrix train = drawn(2000, 1);
    for (std::size_t i = 0; i < train.rows(); ++i) train.labels[i] = std::floor(train.row(i)[0] * 3);
    Matrix validation = drawn(300, 2);
    for (std::size_t i = 0; i < validation.rows(); ++i) validation.labels[i] = std::floor(validation.row(i)[0] * 3);
    FitOptions options = quick();
    options.objective = Objective::multiclass;
    options.classes = 3;
    const auto fitted = fit_here(train, validation, options, [](const FitProgress&) -> Status { return {}; });
    ASSERT_TRUE(fitted) << to_text(fitted.error());
    ASSERT_EQ(fitted->validation_raw.size(), 900U);
    EXPECT_NEAR(fitted->validation_raw[0] + fitted->validation_raw[1] + fitted->validation_raw[2], 1, 1e-5);
}

TEST(Fitting, RefusesWhatCannotBeFitted) {
    const Matrix rows = drawn(100, 1);
    FitOptions options = quick();
    options.max_bin = 256;
    auto refused = fit(rows, rows, options, child("bins"));
    EXPECT_EQ(refused.error().message, "training did not finish: max_bin is 256");
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    Matrix wrong = rows;
    wrong.labels[3] = 2;
    refused = fit(wrong, rows, quick(), child("labels"));
    EXPECT_EQ(refused.error().message, "training did not finish: a binary fit needs labels that are 0 or 1");
}

TEST(Fitting, AKilledChildIsAnError) {
    const Matrix rows = drawn(100, 1);
    setenv("BOON_TEST_DEATH", "memory", 1);
    const auto killed = fit(rows, rows, quick(), child("killed"));
    setenv("BOON_TEST_DEATH", "crash", 1);
    const auto crashed = fit(rows, rows, quick(), child("crashed"));
    setenv("BOON_TEST_DEATH", "words", 1);
    const auto words = fit(rows, rows, quick(), child("words"));
    unsetenv("BOON_TEST_DEATH");
    EXPECT_EQ(
        killed.error().message,
        "training did not finish: the training process was killed, most likely because memory ran out"
    );
    EXPECT_EQ(killed.error().code, ErrorCode::unavailable);
    EXPECT_EQ(crashed.error().message, "training did not finish: the training process ended with signal 11");
    EXPECT_EQ(
        words.error().message,
        "training did not finish: the training process ended with exit code 9: terminate called: std::bad_alloc"
    );
    const auto missing = fit(rows, rows, quick(), {{"/nowhere/boon"}, scratch("missing"), {}});
    EXPECT_EQ(missing.error().hint, "the program to run was not found");
}

TEST(Fitting, StopsWhenToldTo) {
    FitProcess process = child("stopped");
    process.progress = [](const FitProgress&) -> Status { return fail(ErrorCode::conflict, "the job was cancelled"); };
    FitOptions options = quick();
    options.max_rounds = 1'000'000;
    options.early_stopping_rounds = 0;
    const auto stopped = fit(drawn(5000, 1), drawn(100, 2), options, process);
    EXPECT_EQ(stopped.error().message, "training did not finish: the job was cancelled");
}

bool runs(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string id;
    std::string name;
    std::string state;
    in >> id >> name >> state;
    return !state.empty() && state != "Z" && state != "X";
}

// A process that starts a fit without end, and is then killed: its child must not live on.
TEST(Fitting, TheChildDiesWithItsParent) {
    const auto folder = scratch("orphan");
    const pid_t parent = fork();
    if (parent == 0) {
        FitOptions options = quick();
        options.max_rounds = 1'000'000;
        options.early_stopping_rounds = 0;
        [[maybe_unused]] const auto never = fit(drawn(5000, 1), drawn(100, 2), options, {{BOON_FIT_CHILD}, folder, {}});
        _exit(0);
    }
    const std::string children = "/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children";
    pid_t grandchild = 0;
    for (int i = 0; i < 500 && grandchild == 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        std::ifstream(children) >> grandchild;
    }
    ASSERT_GT(grandchild, 0);
    ASSERT_TRUE(runs(grandchild));
    kill(parent, SIGKILL);
    for (int i = 0; i < 250 && runs(grandchild); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_FALSE(runs(grandchild));
    fs::remove_all(folder);
}

}  // namespace
}  // namespace boon::training
