#include "insight/studies/run.h"

#include <cmath>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/studies/judge.h"
#include "insight/studies/studies_test.h"
#include "platform/base/csv.h"

namespace boon::studies {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const Figure& figure(const Report& report, std::string_view name) {
    const auto found = std::ranges::find(report.figures, name, &Figure::name);
    EXPECT_NE(found, report.figures.end()) << name;
    return *found;
}

// A customer has two rows; whether they leave follows from their spend and their city.
std::string shop(int customers) {
    std::mt19937_64 generator(1);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    std::string text = "customer,name,spend,city,left\n";
    for (int c = 0; c < customers; ++c) {
        const double spend = normal(generator);
        const bool rome = uniform(generator) < 0.5;
        const bool left = uniform(generator) < 1 / (1 + std::exp(1 + 2 * spend - (rome ? 1 : 0)));
        for (int i = 0; i < 2; ++i) {
            text +=
                fmt::format("{},n{}x{},{:.3f},{},{}\n", c, c, i, spend, rome ? "Rome" : "Bonn", left ? "yes" : "no");
        }
    }
    return text;
}

Study shop_study() {
    Study study;
    study.name = "shop";
    study.file = "shop.csv";
    study.label = "left";
    study.positive = "yes";
    study.customer = "customer";
    study.fit.trees = {{.max_depth = 2, .eta = 0.2}};
    study.fit.max_rounds = 50;
    return study;
}

TEST(Studies, FitAndJudgeATable) {
    Folder folder;
    folder.write("shop.csv", shop(1000));
    Study study = shop_study();
    study.expect["auc"].at_least = 0.75;
    study.expect["log_loss"].at_most = 0.1;  // out of reach
    study.published["a peer"]["auc"] = 0.8;
    const auto outcome = run(study, folder.environment());
    ASSERT_TRUE(outcome) << to_text(outcome.error());
    const Report& report = outcome->report;
    EXPECT_EQ(report.rows, 2000);
    EXPECT_EQ(report.columns, 2);
    EXPECT_EQ(report.judged_rows, 2000);
    EXPECT_EQ(report.customers, 1000);
    EXPECT_FALSE(report.default_configuration);
    EXPECT_THAT(report.notes.front(), StartsWith("column \"name\" is text that hardly repeats"));
    EXPECT_TRUE(figure(report, "auc").passed);
    EXPECT_EQ(figure(report, "auc").published.at("a peer"), 0.8);
    EXPECT_FALSE(figure(report, "log_loss").passed);
    EXPECT_FALSE(report.passed);
    EXPECT_GT(figure(report, "gain_over_base_rate").estimate.lower, 0.05);
    // Both rows of a customer are in one fold, and are the same but for the name: so is what is predicted of them.
    CsvReader reader(outcome->predictions);
    std::map<std::string, std::string> by_row;
    for (auto row = reader.next(); row && *row; row = reader.next()) by_row[(*row)->cells[0]] = (*row)->cells[2];
    ASSERT_EQ(by_row.size(), 2001U);  // and the header
    for (int row = 0; row < 2000; row += 2) {
        EXPECT_EQ(by_row.at(std::to_string(row)), by_row.at(std::to_string(row + 1)));
    }
}

TEST(Studies, SayWhatIsWrong) {
    Folder folder;
    folder.write("shop.csv", shop(50));
    Study study = shop_study();
    study.label = "leftt";
    auto wrong = run(study, folder.environment());
    EXPECT_EQ(wrong.error().message, "study \"shop\": the table has no column \"leftt\"");
    EXPECT_EQ(wrong.error().hint, "did you mean left?");
    study = shop_study();
    study.positive = "Yes";
    wrong = run(study, folder.environment());
    EXPECT_EQ(wrong.error().message, "study \"shop\": no row has the value `Yes` of \"left\"");
    EXPECT_EQ(wrong.error().hint, "`positive` is one of its values: no, yes");
    study = shop_study();
    study.file = "shops.csv";
    EXPECT_EQ(run(study, folder.environment()).error().code, ErrorCode::not_found);
    study = shop_study();
    study.expect["aucc"].at_least = 1;
    EXPECT_THAT(run(study, folder.environment()).error().message, HasSubstr("has no figure \"aucc\""));
}

TEST(Studies, OfPublicDataAreInTheBinary) {
    for (const std::string_view name : public_studies()) EXPECT_THAT(public_study(name), HasSubstr(name));
    EXPECT_EQ(public_study("nothing"), "");
}

TEST(Studies, HaveTheFingerprintOfTheirOptions) {
    training::BlendOptions options;
    const std::string before = fingerprint(options);
    EXPECT_EQ(before.size(), 12U);
    options.stack_ridge = 11;
    EXPECT_NE(fingerprint(options), before);
}

// Two parts; in the first every positive is above every negative (AUC 1), in the second one of the four pairs is not
// (3/4). Log-loss by hand: all predictions are 0.8 or 0.2 and one of eight is wrong.
TEST(Judging, TakesTheMeanOfTheParts) {
    const Judged judged{
        .rows = {0, 1, 2, 3, 4, 5, 6, 7},
        .predicted = {0.8, 0.8, 0.2, 0.2, 0.9, 0.3, 0.4, 0.2},
        .actual = {1, 1, 0, 0, 1, 1, 0, 0},
        .customers = {0, 1, 2, 3, 4, 5, 6, 7},
        .base_rates = std::vector<double>(8, 0.5),
        .ends = {4, 8},
    };
    Report report;
    report.figures = judge(judged);
    EXPECT_DOUBLE_EQ(figure(report, "auc").estimate.value, (1 + 0.75) / 2);
    const double first = -std::log(0.8);
    const double second = -(std::log(0.9) + std::log(0.3) + std::log(0.6) + std::log(0.8)) / 4;
    EXPECT_DOUBLE_EQ(figure(report, "log_loss").estimate.value, (first + second) / 2);
    EXPECT_DOUBLE_EQ(figure(report, "gain_over_base_rate").estimate.value, std::log(2) - (first + second) / 2);
    EXPECT_NEAR(figure(report, "mean_gap").estimate.value, 3.8 / 8 - 0.5, 1e-12);
}

// The same rows judged twice are no more evidence than once: the interval stays as wide.
TEST(Judging, CountsARowOnceHoweverManyPartsHaveIt) {
    std::mt19937_64 generator(1);
    std::uniform_real_distribution<double> uniform;
    Judged once;
    for (std::uint32_t i = 0; i < 500; ++i) {
        const double p = uniform(generator);
        once.rows.push_back(i);
        once.customers.push_back(i);
        once.predicted.push_back(p);
        once.actual.push_back(uniform(generator) < p ? 1.0F : 0.0F);
        once.base_rates.push_back(0.5);
    }
    once.ends = {500};
    Judged twice = once;
    const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(twice.rows, once.rows);
    append(twice.customers, once.customers);
    append(twice.predicted, once.predicted);
    append(twice.actual, once.actual);
    append(twice.base_rates, once.base_rates);
    twice.ends = {500, 1000};
    Report a;
    Report b;
    a.figures = judge(once);
    b.figures = judge(twice);
    for (const auto* name : {"auc", "log_loss", "brier"}) {
        EXPECT_NEAR(figure(a, name).estimate.upper, figure(b, name).estimate.upper, 1e-12) << name;
    }
}

}  // namespace
}  // namespace boon::studies
