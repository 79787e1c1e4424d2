#include "insight/studies/policy_study.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "insight/studies/policy_value.h"
#include "insight/studies/prepare.h"

namespace boon::studies {
namespace {

class PolicyStudy {
public:
    PolicyStudy(const Study& study, const Environment& environment, Prepared data)
        : study_(study), environment_(environment), data_(std::move(data)) {}

    Result<Outcome> run(Report report) {
        outcome_.report = std::move(report);
        if (data_.parts.parts.size() != 1) {
            return fail(
                ErrorCode::invalid, "a policy study has one part",
                "give [split] an order and test_from, or a test_share"
            );
        }
        BOON_CHECK(find_actions());
        BOON_CHECK(read_propensities());
        BOON_CHECK(fit());
        measure();
        return std::move(outcome_);
    }

private:
    [[nodiscard]] const Part& part() const { return data_.parts.parts.front(); }

    Status find_actions() {
        BOON_TRY(const Column* column, data_.table.column(study_.action));
        action_column_ = static_cast<std::size_t>(column - data_.table.columns.data());
        const std::set<std::string> words(column->texts.begin(), column->texts.end());
        actions_.assign(words.begin(), words.end());
        if (actions_.front().empty()) return fail(ErrorCode::invalid, "a row has no action");
        if (actions_.size() < 2) return fail(ErrorCode::invalid, "the log has fewer than two actions");
        return {};
    }

    Status read_propensities() {
        propensities_.assign(data_.table.rows, 1 / static_cast<double>(actions_.size()));
        if (study_.propensity.empty()) return {};
        BOON_TRY(const Column* column, data_.table.column(study_.propensity));
        const auto usable = [](double p) { return p > 0 && p <= 1; };
        if (column->kind != ColumnKind::number || !std::ranges::all_of(column->numbers, usable)) {
            return fail(ErrorCode::invalid, fmt::format("column \"{}\" is not of probabilities above 0", column->name));
        }
        propensities_ = column->numbers;
        return {};
    }

    [[nodiscard]] std::uint32_t action_of(std::uint32_t row) const {
        const auto& text = data_.table.columns[action_column_].texts[row];
        return static_cast<std::uint32_t>(std::ranges::lower_bound(actions_, text) - actions_.begin());
    }

    // The reward by the row's columns and its action; then what it expects of every action for the rows judged.
    Status fit() {
        const Encoding encoding = Encoding::make(data_.table, data_.features, part().learn);
        const auto progress = [&](double done) { return environment_.progress("fitting", done); };
        BOON_TRY(
            const auto blend,
            training::Blend::fit(data_.matrix(encoding, part().learn), study_.fit, environment_.threads, progress)
        );
        outcome_.report.fits.push_back(blend.report());
        for (const std::string& action : actions_) {
            Table changed = data_.table;
            changed.columns[action_column_].texts.assign(changed.rows, action);
            training::Matrix judge = encoding.matrix(changed, part().judge);
            judge.labels.assign(part().judge.size(), 0);  // not looked at, but a matrix has one a row
            expected_.push_back(blend.predict(judge));
        }
        return {};
    }

    // By the rows that are learnt from, weighed by what their action's chance was.
    [[nodiscard]] std::uint32_t best_fixed() const {
        std::vector<double> sums(actions_.size());
        std::vector<double> weights(actions_.size());
        for (const auto row : part().learn) {
            const auto action = action_of(row);
            sums[action] += static_cast<double>(data_.labels[row]) / propensities_[row];
            weights[action] += 1 / propensities_[row];
        }
        for (std::size_t a = 0; a < sums.size(); ++a) sums[a] /= std::max(weights[a], 1.0);
        return static_cast<std::uint32_t>(std::ranges::max_element(sums) - sums.begin());
    }

    [[nodiscard]] Choice choice_of(const LoggedActions& log, const std::vector<std::uint32_t>& actions) const {
        Choice choice;
        choice.actions = actions;
        for (std::size_t i = 0; i < actions.size(); ++i) {
            choice.expected.push_back(expected_[actions[i]][i]);
            choice.expected_of_logged.push_back(expected_[log.actions[i]][i]);
        }
        return choice;
    }

    [[nodiscard]] std::vector<std::uint32_t> greedy() const {
        std::vector<std::uint32_t> best(part().judge.size());
        for (std::size_t i = 0; i < best.size(); ++i) {
            for (std::uint32_t a = 1; a < actions_.size(); ++a) {
                if (expected_[a][i] > expected_[best[i]][i]) best[i] = a;
            }
        }
        return best;
    }

    void measure() {
        LoggedActions log;
        for (const auto row : part().judge) {
            log.actions.push_back(action_of(row));
            log.propensities.push_back(propensities_[row]);
            log.rewards.push_back(data_.labels[row]);
            log.customers.push_back(data_.customer(row));
        }
        const std::uint32_t fixed_action = best_fixed();
        const Choice chosen = choice_of(log, greedy());
        const Choice fixed = choice_of(log, std::vector<std::uint32_t>(log.actions.size(), fixed_action));
        const PolicyValue value = value_of(log, chosen);
        const PolicyValue fixed_value = value_of(log, fixed);
        const std::vector<double> rewards(log.rewards.begin(), log.rewards.end());
        Report& report = outcome_.report;
        report.figures = {
            {"logged", training::clustered_mean({rewards, log.rewards, {}, log.customers}, rewards)},
            {"best_fixed", fixed_value.snips},
            {"ips", value.ips},
            {"snips", value.snips},
            {"dr", value.dr},
            {"gain_over_best_fixed", gain(log, chosen, fixed)},
        };
        report.notes.push_back(
            fmt::format("the best fixed action of the rows learnt from is {}", actions_[fixed_action])
        );
        report.judged_rows = static_cast<std::int64_t>(log.actions.size());
        report.customers = static_cast<std::int64_t>(std::set(log.customers.begin(), log.customers.end()).size());
        outcome_.predictions = "row,action,chosen,expected,actual\n";
        for (std::size_t i = 0; i < log.actions.size(); ++i) {
            outcome_.predictions += fmt::format(
                "{},{},{},{},{}\n", part().judge[i], actions_[log.actions[i]], actions_[chosen.actions[i]],
                chosen.expected[i], log.rewards[i]
            );
        }
    }

    const Study& study_;
    const Environment& environment_;
    Prepared data_;
    std::size_t action_column_ = 0;
    std::vector<std::string> actions_;           // ascending
    std::vector<double> propensities_;           // of each row's action
    std::vector<std::vector<double>> expected_;  // by action, by row judged
    Outcome outcome_;
};

}  // namespace

Result<Outcome> run_policy(const Study& study, const Environment& environment) {
    Report report;
    BOON_TRY(Prepared data, prepare(study, environment, report));
    return PolicyStudy(study, environment, std::move(data)).run(std::move(report));
}

}  // namespace boon::studies
