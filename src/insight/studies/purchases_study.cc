#include "insight/studies/purchases_study.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "insight/purchases/buying.h"
#include "insight/purchases/spending.h"
#include "insight/studies/table.h"
#include "insight/training/ranking.h"

namespace boon::studies {
namespace {

using purchases::Family;
using purchases::Summary;
using training::Estimate;

constexpr double kTwoSided95 = 1.959963984540054;
constexpr int kReplicates = 200;

struct Log {
    std::vector<purchases::Purchase> purchases;  // customers are numbers into `names`
    std::vector<std::string> names;
    std::int64_t returned = 0;  // lines below zero, left out
    std::int64_t last_day = 0;
};

Estimate exact(double value) { return {value, value, value}; }

Estimate parameter(double value, double standard_error) {
    return training::with_variance(value, standard_error * standard_error);
}

Result<const Column*> column_of(const Table& table, const std::string& name, ColumnKind kind, std::string_view words) {
    BOON_TRY(const Column* column, table.column(name));
    if (column->kind == kind) return column;
    return fail(
        ErrorCode::invalid, fmt::format("column \"{}\" is not of {}", name, words),
        "convert it in the study's `select`, such as strptime(day, '%d.%m.%Y') AS day"
    );
}

Result<Log> log_of(const Study& study, const Table& table) {
    BOON_TRY(const Column* customers, table.column(study.customer));
    BOON_TRY(const Column* times, column_of(table, study.time, ColumnKind::time, "times"));
    const Column* amounts = nullptr;
    if (!study.amount.empty()) {
        BOON_TRY(amounts, column_of(table, study.amount, ColumnKind::number, "numbers"));
    }
    Log log;
    std::unordered_map<std::string_view, std::int64_t> numbers;
    for (std::size_t i = 0; i < table.rows; ++i) {
        const double amount = amounts == nullptr || std::isnan(amounts->numbers[i]) ? 0 : amounts->numbers[i];
        if (customers->texts[i].empty() || std::isnan(times->numbers[i])) continue;
        const auto day = static_cast<std::int64_t>(std::floor(times->numbers[i]));
        log.last_day = std::max(log.last_day, day);
        if (amount < 0) {
            ++log.returned;
            continue;
        }
        const auto [at, is_new] = numbers.emplace(customers->texts[i], static_cast<std::int64_t>(log.names.size()));
        if (is_new) log.names.push_back(customers->texts[i]);
        log.purchases.push_back({at->second, day, amount});
    }
    return log;
}

Result<std::int64_t> last_day_learnt(const Study& study) {
    BOON_TRY(const Timestamp at, parse_timestamp(study.until));
    return at.micros / kMicrosPerDay;
}

// Days with a purchase after `until`, by customer of `summaries`.
std::vector<float> bought_after(const Log& log, const std::vector<Summary>& summaries, std::int64_t until) {
    std::map<std::int64_t, std::set<std::int64_t>> days;
    for (const auto& purchase : log.purchases) {
        if (purchase.day > until) days[purchase.customer].insert(purchase.day);
    }
    std::vector<float> out;
    for (const Summary& summary : summaries) {
        const auto found = days.find(summary.customer);
        out.push_back(found == days.end() ? 0.0F : static_cast<float>(found->second.size()));
    }
    return out;
}

class PurchasesStudy {
public:
    PurchasesStudy(const Study& study, Log log, std::int64_t until)
        : study_(study),
          log_(std::move(log)),
          until_(until),
          summaries_(purchases::summarise(log_.purchases, until, study.unit_days)),
          ahead_(static_cast<double>(log_.last_day - until) / study.unit_days) {}

    Result<Outcome> run(Report report) {
        outcome_.report = std::move(report);
        BOON_TRY(const auto buying, purchases::fit_buying(Family::bg_nbd, summaries_));
        BOON_TRY(const auto other, purchases::fit_buying(Family::mbg_nbd, summaries_));
        add_buying(buying, other);
        if (!study_.amount.empty()) BOON_CHECK(add_spending());
        judge(buying.model);
        describe();
        return std::move(outcome_);
    }

private:
    void add(std::string name, Estimate estimate) { outcome_.report.figures.push_back({std::move(name), estimate}); }

    void add_buying(const purchases::BuyingFit& fit, const purchases::BuyingFit& other) {
        const auto& values = fit.model.parameters();
        const auto& errors = fit.standard_errors;
        add("log_likelihood", exact(fit.log_likelihood));
        add("r", parameter(values.r, errors.r));
        add("alpha", parameter(values.alpha, errors.alpha));
        add("a", parameter(values.a, errors.a));
        add("b", parameter(values.b, errors.b));
        add("log_likelihood_mbg", exact(other.log_likelihood));
        if (!fit.boundary.empty()) outcome_.report.notes.push_back("BG/NBD: " + fit.boundary);
        if (!other.boundary.empty()) outcome_.report.notes.push_back("MBG/NBD: " + other.boundary);
    }

    Status add_spending() {
        BOON_TRY(const auto fit, purchases::fit_spending(summaries_));
        const auto& values = fit.model.parameters();
        add("p", parameter(values.p, fit.standard_errors.p));
        add("q", parameter(values.q, fit.standard_errors.q));
        add("v", parameter(values.v, fit.standard_errors.v));
        add("log_likelihood_spending", exact(fit.log_likelihood));
        add("mean_amount", exact(fit.model.expected_of_all()));
        if (!fit.boundary.empty()) outcome_.report.notes.push_back("Gamma-Gamma: " + fit.boundary);
        return {};
    }

    // What came true after `until`, customer by customer.
    void judge(const purchases::BuyingModel& model) {
        const auto actual = bought_after(log_, summaries_, until_);
        std::vector<double> expected;
        std::vector<double> errors;
        std::vector<double> gains;
        std::vector<double> bought;
        outcome_.predictions = "customer,alive,expected,actual\n";
        for (std::size_t i = 0; i < summaries_.size(); ++i) {
            const Summary& summary = summaries_[i];
            const auto came = static_cast<double>(actual[i]);
            const double past = summary.age > 0 ? summary.repeats / summary.age * ahead_ : 0;
            expected.push_back(model.expected(summary, ahead_));
            bought.push_back(came);
            errors.push_back(std::pow(expected[i] - came, 2));
            gains.push_back(std::pow(past - came, 2) - errors[i]);
            outcome_.predictions += fmt::format(
                "{},{},{},{}\n", log_.names[static_cast<std::size_t>(summary.customer)], model.alive(summary),
                expected[i], came
            );
        }
        const training::Scored rows{expected, actual};
        add("held_out_mean", training::clustered_mean(rows, bought));
        add("held_out_expected", exact(training::clustered_mean(rows, expected).value));
        add("held_out_squared_error", training::clustered_mean(rows, errors));
        add("gain_over_past_rate", training::clustered_mean(rows, gains));
        add("rank_correlation", training::spearman(rows, kReplicates, 1));
        add_by_repeats(actual, expected);
    }

    void add_by_repeats(const std::vector<float>& actual, const std::vector<double>& expected) {
        struct Group {
            double count = 0;
            double actual = 0;
            double expected = 0;
        };
        std::array<Group, 8> groups;
        for (std::size_t i = 0; i < summaries_.size(); ++i) {
            Group& group = groups[static_cast<std::size_t>(std::min(summaries_[i].repeats, 7.0))];
            group.count += 1;
            group.actual += static_cast<double>(actual[i]);
            group.expected += expected[i];
        }
        std::vector<std::string> parts;
        for (std::size_t x = 0; x < groups.size(); ++x) {
            if (groups[x].count == 0) continue;
            parts.push_back(fmt::format(
                "{}{}: {:.3f} ({:.3f})", x, x + 1 == groups.size() ? "+" : "", groups[x].actual / groups[x].count,
                groups[x].expected / groups[x].count
            ));
        }
        outcome_.report.notes.push_back(
            fmt::format("held out, by earlier repeats, bought (expected): {}", fmt::join(parts, ", "))
        );
    }

    void describe() {
        Report& report = outcome_.report;
        report.split = fmt::format(
            "learnt up to {}, judged on {:.4g} times {} days after it", study_.until, ahead_, study_.unit_days
        );
        report.judged_rows = static_cast<std::int64_t>(summaries_.size());
        report.customers = report.judged_rows;
        if (log_.returned > 0) report.notes.push_back(fmt::format("{} lines below zero: left out", log_.returned));
    }

    const Study& study_;
    Log log_;
    std::int64_t until_;
    std::vector<Summary> summaries_;
    double ahead_;  // units of time that are held out
    Outcome outcome_;
};

}  // namespace

Result<Outcome> run_purchases(const Study& study, const Environment& environment) {
    BOON_CHECK(environment.progress("reading", 0));
    BOON_TRY(const auto warehouse, open_folder(environment.folder));
    BOON_TRY(const Table table, read_table(*warehouse, environment.folder, study));
    BOON_TRY(Log log, log_of(study, table));
    BOON_TRY(const auto until, last_day_learnt(study));
    if (until >= log.last_day) {
        return fail(
            ErrorCode::invalid, fmt::format("nothing is held out: the log ends by {}", study.until),
            "`until` is the last day to learn from; what comes after it judges"
        );
    }
    BOON_CHECK(environment.progress("fitting", 0.3));
    Report report;
    report.study = study.name;
    report.title = study.title;
    report.kind = study.kind;
    report.rows = static_cast<std::int64_t>(table.rows);
    report.columns = study.amount.empty() ? 2 : 3;
    return PurchasesStudy(study, std::move(log), until).run(std::move(report));
}

}  // namespace boon::studies
