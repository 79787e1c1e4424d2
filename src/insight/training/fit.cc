#include "insight/training/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "insight/training/boosting.h"

namespace boon::training {
namespace {

using Progress = std::function<Status(const FitProgress&)>;

Status check_label_values(const Matrix& m, const FitOptions& options) {
    if (options.objective == Objective::binary &&
        !std::ranges::all_of(m.labels, [](float v) { return v == 0 || v == 1; })) {
        return fail(ErrorCode::invalid, "a binary fit needs labels that are 0 or 1");
    }
    const auto is_class = [&](float v) {
        return v >= 0 && v < static_cast<float>(options.classes) && v == std::floor(v);
    };
    if (options.objective == Objective::multiclass && !std::ranges::all_of(m.labels, is_class)) {
        return fail(
            ErrorCode::invalid,
            fmt::format("a fit of {} classes needs labels 0 to {}", options.classes, options.classes - 1)
        );
    }
    return {};
}

Status check_options(const FitOptions& o) {
    if (o.max_bin < 2 || o.max_bin > 250) {
        return fail(
            ErrorCode::invalid, fmt::format("max_bin is {}", o.max_bin),
            "use 2 to 250: the scorer holds at most 252 cuts a feature"
        );
    }
    if (o.max_rounds < 1 || o.early_stopping_rounds < 0 || o.threads < 0) {
        return fail(ErrorCode::invalid, "rounds must be at least 1, early stopping and threads at least 0");
    }
    if (o.objective == Objective::multiclass && o.classes < 2) {
        return fail(ErrorCode::invalid, "a multi-class fit needs at least two classes");
    }
    return {};
}

Status check_rows(const Matrix& train, const Matrix& validation, const FitOptions& options) {
    BOON_CHECK(check(train));
    BOON_CHECK(check(validation));
    if (train.rows() == 0) return fail(ErrorCode::invalid, "there are no training rows");
    if (train.names != validation.names) {
        return fail(ErrorCode::internal, "the training and validation rows have different columns");
    }
    if (validation.rows() == 0 && options.early_stopping_rounds > 0) {
        return fail(ErrorCode::invalid, "early stopping needs validation rows, and there are none");
    }
    BOON_CHECK(check_label_values(train, options));
    return check_label_values(validation, options);
}

double mean_label(const Matrix& m) {
    double sum = 0;
    double weight = 0;
    for (std::size_t i = 0; i < m.rows(); ++i) {
        const double w = m.weights.empty() ? 1 : static_cast<double>(m.weights[i]);
        sum += w * static_cast<double>(m.labels[i]);
        weight += w;
    }
    return sum / weight;
}

// Boosting starts at the mean, so that the first trees need not find it.
double base_score(const Matrix& m, Objective objective) {
    const double mean = mean_label(m);
    return objective == Objective::binary ? std::clamp(mean, 1e-6, 1 - 1e-6) : mean;
}

Matrix joined(const Matrix& a, const Matrix& b) {
    Matrix all;
    all.names = a.names;
    const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    for (const Matrix* part : {&a, &b}) {
        append(all.values, part->values);
        append(all.labels, part->labels);
        append(all.weights, part->weights);
    }
    return all;
}

// How much of a fit the choice of parameters is; the fit on all rows is the rest.
constexpr double kSearchShare = 0.7;

// A trial ends by early stopping, mostly long before its most rounds: they count ever less.
double trial_share(int round) {
    constexpr double kUsual = 150;
    return round / (round + kUsual);
}

int most_trials(const FitOptions& options) {
    return options.search_budget_s > 0 ? 1 + static_cast<int>(search_candidates().size()) : 1;
}

struct Data {
    const Rows& train;
    const Rows& validation;
    double base_score;
};

struct TrialResult {
    Trial trial;
    std::vector<float> validation_raw;
};

// Boosts until the validation loss has not improved for early_stopping_rounds.
Result<TrialResult> run_trial(
    const Data& data, const FitOptions& options, const TreeParameters& trees, int number, const Progress& progress
) {
    const auto started = std::chrono::steady_clock::now();
    BOON_TRY(Booster booster, Booster::create(data.train, options, trees, data.base_score));
    TrialResult result;
    result.trial = {trees, 0, std::numeric_limits<double>::infinity(), 0};
    for (int round = 0; round < options.max_rounds; ++round) {
        BOON_CHECK(booster.update(round, data.train));
        BOON_TRY(const double loss, booster.evaluate(round, data.validation));
        const double share = kSearchShare * (number + trial_share(round + 1)) / most_trials(options);
        BOON_CHECK(progress({number, round + 1, options.max_rounds, loss, share}));
        if (loss < result.trial.validation_loss) {
            result.trial.validation_loss = loss;
            result.trial.rounds = round + 1;
        }
        const int since_best = round + 1 - result.trial.rounds;
        if (options.early_stopping_rounds > 0 && since_best >= options.early_stopping_rounds) break;
    }
    if (options.early_stopping_rounds == 0) result.trial.rounds = options.max_rounds;
    if (result.trial.rounds == 0) {
        return fail(
            ErrorCode::invalid, "the validation loss was never a number", "look for extreme label values or weights"
        );
    }
    BOON_TRY(result.validation_raw, booster.predict(data.validation, result.trial.rounds));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started;
    result.trial.seconds = taken.count();
    return result;
}

// The given parameters first, then the candidates for as long as one more is likely to fit into the budget.
Result<TrialResult> search(
    const Data& data, const FitOptions& options, const Progress& progress, std::vector<Trial>& trials
) {
    BOON_TRY(TrialResult best, run_trial(data, options, options.trees, 0, progress));
    trials.push_back(best.trial);
    double used_s = best.trial.seconds;
    for (const auto& candidate : search_candidates()) {
        if (used_s + trials.back().seconds > options.search_budget_s) break;
        if (candidate == options.trees) continue;
        BOON_TRY(TrialResult next, run_trial(data, options, candidate, static_cast<int>(trials.size()), progress));
        trials.push_back(next.trial);
        used_s += next.trial.seconds;
        if (next.trial.validation_loss < best.trial.validation_loss) best = std::move(next);
    }
    return best;
}

Status fit_all(const Matrix& all, const FitOptions& options, const Progress& progress, Fitted& out) {
    BOON_TRY(const Rows rows, Rows::from(all));
    BOON_TRY(Booster booster, Booster::create(rows, options, out.report.trees, base_score(all, options.objective)));
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    const double before = out.report.trials.empty() ? 0 : kSearchShare;
    for (int round = 0; round < out.report.rounds; ++round) {
        BOON_CHECK(booster.update(round, rows));
        const double share = before + (1 - before) * (round + 1) / out.report.rounds;
        const auto number = static_cast<int>(out.report.trials.size());
        BOON_CHECK(progress({number, round + 1, out.report.rounds, kNone, share}));
    }
    BOON_TRY(out.model, booster.save());
    BOON_TRY(out.report.importances, booster.importances(all.names));
    return {};
}

}  // namespace

const std::vector<TreeParameters>& search_candidates() {
    static const std::vector<TreeParameters> candidates{
        {.max_depth = 3, .eta = 0.05, .subsample = 0.8, .colsample_bytree = 0.8, .min_child_weight = 5, .lambda = 1},
        {.max_depth = 6, .eta = 0.05, .subsample = 0.8, .colsample_bytree = 0.6, .min_child_weight = 10, .lambda = 1},
        {.max_depth = 2, .eta = 0.1, .subsample = 0.8, .colsample_bytree = 0.8, .min_child_weight = 1, .lambda = 1},
        {.max_depth = 5, .eta = 0.03, .subsample = 0.6, .colsample_bytree = 0.5, .min_child_weight = 20, .lambda = 5},
    };
    return candidates;
}

Result<Fitted> fit_here(
    const Matrix& train, const Matrix& validation, const FitOptions& options, const Progress& progress,
    const Matrix* all
) {
    BOON_CHECK(check_options(options));
    BOON_CHECK(check_rows(train, validation, options));
    Fitted out;
    if (validation.rows() == 0) {
        out.report.trees = options.trees;
        out.report.rounds = options.max_rounds;
    } else {
        BOON_TRY(const Rows train_rows, Rows::from(train));
        BOON_TRY(const Rows validation_rows, Rows::from(validation));
        const Data data{train_rows, validation_rows, base_score(train, options.objective)};
        BOON_TRY(TrialResult best, search(data, options, progress, out.report.trials));
        out.report.trees = best.trial.trees;
        out.report.rounds = best.trial.rounds;
        out.validation_raw = std::move(best.validation_raw);
    }
    if (all == nullptr) {
        BOON_CHECK(fit_all(joined(train, validation), options, progress, out));
    } else {
        BOON_CHECK(check_rows(*all, validation, options));
        BOON_CHECK(fit_all(*all, options, progress, out));
    }
    return out;
}

}  // namespace boon::training
