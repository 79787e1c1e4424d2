#include "insight/studies/uplift_study.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "insight/studies/prepare.h"
#include "insight/training/uplift.h"

namespace boon::studies {
namespace {

// Of a random half: the change of labels is exact at one half, and near enough within these bounds.
constexpr double kLeastHalf = 0.45;
constexpr double kMostHalf = 0.55;
constexpr double kFits = 3;
constexpr int kReplicates = 400;

struct Scores {  // of the rows that are judged
    std::vector<double> two_models;
    std::vector<double> changed_labels;  // empty: the arms are not halves
};

class UpliftStudy {
public:
    UpliftStudy(const Study& study, const Environment& environment, Prepared data)
        : study_(study), environment_(environment), data_(std::move(data)) {}

    Result<Outcome> run(Report report) {
        outcome_.report = std::move(report);
        outcome_.predictions = "row,part,uplift,treated,actual\n";
        for (std::size_t p = 0; p < data_.parts.parts.size(); ++p) BOON_CHECK(run_part(p));
        BOON_CHECK(environment_.progress("measuring", 1));
        measure();
        return std::move(outcome_);
    }

private:
    Result<training::Blend> fit(const training::Matrix& rows, double before) {
        const auto all = kFits * static_cast<double>(data_.parts.parts.size());
        const auto progress = [&](double done) { return environment_.progress("fitting", (before + done) / all); };
        BOON_TRY(auto blend, training::Blend::fit(rows, study_.fit, environment_.threads, progress));
        outcome_.report.fits.push_back(blend.report());
        return blend;
    }

    Status run_part(std::size_t p) {
        const Part& part = data_.parts.parts[p];
        const Encoding encoding = Encoding::make(data_.table, data_.features, part.learn);
        const training::Matrix judge = data_.matrix(encoding, part.judge);
        BOON_TRY(const Scores scores, scores_of(encoding, part, judge, kFits * static_cast<double>(p)));
        for (std::size_t i = 0; i < part.judge.size(); ++i) {
            const auto row = part.judge[i];
            const double two = scores.two_models[i];
            add(two_models_, row, two);
            if (!scores.changed_labels.empty()) add(changed_labels_, row, scores.changed_labels[i]);
            const double both = scores.changed_labels.empty() ? two : (two + scores.changed_labels[i]) / 2;
            add(both_, row, both);
            outcome_.predictions += fmt::format(
                "{},{},{},{:d},{}\n", row, p, both, static_cast<bool>(data_.treated[row]), data_.labels[row]
            );
        }
        return {};
    }

    void add(training::Experiment& to, std::uint32_t row, double score) {
        to.scores.push_back(score);
        to.responded.push_back(data_.labels[row]);
        to.treated.push_back(data_.treated[row]);
        to.customers.push_back(data_.customer(row));
    }

    // The expected gain in the rate of response, two ways: the difference of a model of each arm, and one model of
    // changed labels (training/uplift.h).
    Result<Scores> scores_of(const Encoding& encoding, const Part& part, const training::Matrix& judge, double before) {
        std::array<std::vector<std::uint32_t>, 2> arms;
        for (const auto row : part.learn) arms[data_.treated[row] ? 1 : 0].push_back(row);
        Scores out;
        BOON_TRY(const auto control, fit(data_.matrix(encoding, arms[0]), before));
        BOON_TRY(const auto treated, fit(data_.matrix(encoding, arms[1]), before + 1));
        out.two_models = treated.predict(judge);
        const auto without = control.predict(judge);
        for (std::size_t i = 0; i < without.size(); ++i) out.two_models[i] -= without[i];
        const double share = static_cast<double>(arms[1].size()) / static_cast<double>(part.learn.size());
        if (share < kLeastHalf || share > kMostHalf) return out;
        training::Matrix changed = data_.matrix(encoding, part.learn);
        std::vector<bool> treated_rows;
        for (const auto row : part.learn) treated_rows.push_back(data_.treated[row]);
        training::change_labels(changed, treated_rows, {});
        BOON_TRY(const auto agreement, fit(changed, before + 2));
        out.changed_labels = agreement.predict(judge);
        std::ranges::transform(out.changed_labels, out.changed_labels.begin(), training::gain_of_agreement);
        return out;
    }

    void measure() {
        Report& report = outcome_.report;
        const auto add_figures = [&](const training::Experiment& experiment, std::string_view suffix) {
            report.figures.push_back(
                {fmt::format("uplift_at_share{}", suffix), uplift_at(experiment, study_.share, kReplicates)}
            );
            report.figures.push_back({fmt::format("qini{}", suffix), qini(experiment, kReplicates)});
        };
        add_figures(both_, "");
        report.figures.push_back({"average_effect", uplift_at(both_, 1, kReplicates)});
        if (!changed_labels_.scores.empty()) {
            add_figures(two_models_, "_two_models");
            add_figures(changed_labels_, "_changed_labels");
        } else {
            report.notes.emplace_back("the arms are not halves: two models alone, no model of changed labels");
        }
        report.judged_rows = static_cast<std::int64_t>(both_.scores.size());
        const std::set<std::uint32_t> customers(both_.customers.begin(), both_.customers.end());
        report.customers = static_cast<std::int64_t>(customers.size());
        report.notes.push_back(
            fmt::format("uplift_at_share: of the {:.3g} % with the greatest scores", 100 * study_.share)
        );
    }

    const Study& study_;
    const Environment& environment_;
    Prepared data_;
    training::Experiment both_;  // scored by the mean of the two ways
    training::Experiment two_models_;
    training::Experiment changed_labels_;
    Outcome outcome_;
};

}  // namespace

Result<Outcome> run_uplift(const Study& study, const Environment& environment) {
    Report report;
    BOON_TRY(Prepared data, prepare(study, environment, report));
    return UpliftStudy(study, environment, std::move(data)).run(std::move(report));
}

}  // namespace boon::studies
