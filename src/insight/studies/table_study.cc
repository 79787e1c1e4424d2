#include "insight/studies/table_study.h"

#include <numeric>
#include <set>

#include <fmt/format.h>

#include "insight/studies/judge.h"
#include "insight/studies/prepare.h"

namespace boon::studies {
namespace {

class TableStudy {
public:
    TableStudy(const Study& study, const Environment& environment, Prepared data)
        : study_(study), environment_(environment), data_(std::move(data)) {}

    Result<Outcome> run(Report report) {
        outcome_.report = std::move(report);
        outcome_.predictions = "row,part,probability,actual\n";
        for (std::size_t p = 0; p < data_.parts.parts.size(); ++p) BOON_CHECK(fit_part(p));
        BOON_CHECK(environment_.progress("measuring", 1));
        Report& out = outcome_.report;
        out.figures = judge(judged_);
        out.judged_rows = static_cast<std::int64_t>(judged_.rows.size());
        const double positives = std::accumulate(judged_.actual.begin(), judged_.actual.end(), 0.0);
        out.rate = positives / static_cast<double>(judged_.rows.size());
        const std::set<std::uint32_t> customers(judged_.customers.begin(), judged_.customers.end());
        out.customers = static_cast<std::int64_t>(customers.size());
        out.notes.push_back(fmt::format(
            "calibration_error would be below {:.4f} in 95 of 100 cases if every prediction were the true probability",
            calibration_error_if_perfect(judged_)
        ));
        return std::move(outcome_);
    }

private:
    Status fit_part(std::size_t p) {
        const auto& parts = data_.parts.parts;
        const Encoding encoding = Encoding::make(data_.table, data_.features, parts[p].learn);
        const training::Matrix learn = data_.matrix(encoding, parts[p].learn);
        const auto step = fmt::format("fitting {} of {}", p + 1, parts.size());
        const auto progress = [&](double done) {
            return environment_.progress(step, (static_cast<double>(p) + done) / static_cast<double>(parts.size()));
        };
        BOON_TRY(const auto blend, training::Blend::fit(learn, study_.fit, environment_.threads, progress));
        outcome_.report.fits.push_back(blend.report());
        const double positives = std::accumulate(learn.labels.begin(), learn.labels.end(), 0.0);
        const auto predicted = blend.predict(data_.matrix(encoding, parts[p].judge));
        for (std::size_t i = 0; i < predicted.size(); ++i) {
            const auto row = parts[p].judge[i];
            judged_.rows.push_back(row);
            judged_.predicted.push_back(predicted[i]);
            judged_.actual.push_back(data_.labels[row]);
            judged_.customers.push_back(data_.customer(row));
            judged_.base_rates.push_back(positives / static_cast<double>(learn.rows()));
            outcome_.predictions += fmt::format("{},{},{},{}\n", row, p, predicted[i], data_.labels[row]);
        }
        judged_.ends.push_back(judged_.rows.size());
        return {};
    }

    const Study& study_;
    const Environment& environment_;
    Prepared data_;
    Judged judged_;
    Outcome outcome_;
};

}  // namespace

Result<Outcome> run_table(const Study& study, const Environment& environment) {
    Report report;
    BOON_TRY(Prepared data, prepare(study, environment, report));
    return TableStudy(study, environment, std::move(data)).run(std::move(report));
}

}  // namespace boon::studies
