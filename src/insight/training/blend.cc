#include "insight/training/blend.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>
#include <ranges>
#include <thread>

#include <fmt/format.h>

#include "insight/scoring/calibration.h"
#include "insight/training/boosting.h"
#include "insight/training/folds.h"
#include "insight/training/stack.h"

namespace boon::training {
namespace {

using Margins = std::vector<double>;

double mean_loss(const Margins& margins, std::span<const float> labels) {
    double sum = 0;
    for (std::size_t i = 0; i < margins.size(); ++i) {
        const double p = scoring::inverse_logit(margins[i]);
        sum -= std::log(std::max(labels[i] > 0 ? p : 1 - p, 1e-15));
    }
    return sum / static_cast<double>(margins.size());
}

// Runs jobs 0 … count − 1 on `threads` threads; the error of the lowest job that failed.
Status run_all(std::size_t count, int threads, const std::function<Status(std::size_t)>& job) {
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    std::vector<Status> ends(count);
    const auto work = [&] {
        for (std::size_t i = next++; i < count && !failed; i = next++) {
            ends[i] = job(i);
            if (!ends[i]) failed = true;
        }
    };
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t wanted = threads > 0 ? static_cast<std::size_t>(threads) : cores;
    std::vector<std::jthread> others;
    for (std::size_t t = 1; t < std::min(wanted, count); ++t) others.emplace_back(work);
    work();
    others.clear();
    for (Status& end : ends) BOON_CHECK(std::move(end));
    return {};
}

// What a member of trees was on one inner fold, at every check.
struct Path {
    std::vector<Margins> margins;  // of the held-out rows
    std::vector<double> losses;
};

struct Inner {  // an inner fold
    std::vector<std::uint32_t> learn;
    std::vector<std::uint32_t> judge;
};

double base_rate(const Matrix& rows) {
    double positives = 0;
    for (const float label : rows.labels) positives += static_cast<double>(label);
    return positives / static_cast<double>(rows.rows());
}

Result<Margins> predict_margins(Booster& booster, const Rows& rows) {
    BOON_TRY(const auto raw, booster.predict(rows, 0));
    Margins margins(raw.size());
    std::ranges::transform(raw, margins.begin(), [](float p) { return scoring::logit(static_cast<double>(p)); });
    return margins;
}

class Fitting {
public:
    Fitting(const Matrix& rows, const BlendOptions& options, int threads, const std::function<Status(double)>& progress)
        : rows_(rows), options_(options), threads_(threads), progress_(progress) {
        fit_options_.max_bin = options.max_bin;
        fit_options_.seed = options.seed;
        fit_options_.threads = 1;  // the jobs are what runs side by side
        const auto folds = static_cast<std::uint32_t>(options.folds);
        const auto dealt = deal_folds(rows.labels, rows.customers, folds, static_cast<std::uint64_t>(options.seed));
        for (std::uint32_t f = 0; f < folds; ++f) inner_.push_back({rows_outside(dealt, f), rows_inside(dealt, f)});
        paths_.assign(options.trees.size(), std::vector<Path>(folds));
        held_out_.assign(options.trees.size() + (has_linear() ? 1 : 0), Margins(rows.rows()));
        jobs_ = inner_.size() * held_out_.size() + options.trees.size();
    }

    // The held-out margins of every member, from which its trees and its weight follow.
    Status cross_validate() {
        const std::size_t members = held_out_.size();
        const auto job = [&](std::size_t number) -> Status {
            const std::size_t fold = number / members;
            const std::size_t member = members - 1 - number % members;
            BOON_CHECK(member < paths_.size() ? walk(member, fold) : judge_linear(fold));
            return one_done();
        };
        BOON_CHECK(run_all(inner_.size() * members, threads_, job));
        for (std::size_t m = 0; m < paths_.size(); ++m) settle_rounds(m);
        return {};
    }

    BlendReport weigh() {
        const StackWeights stack = fit_stack(held_out_, rows_.labels, options_.stack_ridge);
        BlendReport report;
        report.intercept = stack.intercept;
        Margins blended(rows_.rows());
        for (std::size_t i = 0; i < blended.size(); ++i) blended[i] = stacked(stack, held_out_, i);
        report.held_out_loss = mean_loss(blended, rows_.labels);
        for (std::size_t m = 0; m < held_out_.size(); ++m) {
            const bool trees = m < options_.trees.size();
            report.members.push_back(
                {trees ? fmt::format("depth {}", options_.trees[m].max_depth) : "linear", trees ? rounds_[m] : 0,
                 mean_loss(held_out_[m], rows_.labels), stack.weights[m]}
            );
        }
        return report;
    }

    // Each member of trees on all rows; an ensemble of weight 0 is made, too, so that the report can be followed.
    Result<std::vector<models::TreeEnsemble>> fit_trees() {
        std::vector<std::optional<models::TreeEnsemble>> made(options_.trees.size());
        const auto job = [&](std::size_t number) -> Status {
            const std::size_t m = made.size() - 1 - number;  // the dearest first
            BOON_TRY(made[m], fit_member(m));
            return one_done();
        };
        BOON_CHECK(run_all(made.size(), threads_, job));
        std::vector<models::TreeEnsemble> ensembles;
        for (auto& ensemble : made) ensembles.push_back(*std::move(ensemble));
        return ensembles;
    }

    [[nodiscard]] bool has_linear() const { return options_.linear_ridge > 0; }

private:
    Status one_done() {
        const std::scoped_lock lock(mutex_);
        ++done_;
        return progress_(static_cast<double>(done_) / static_cast<double>(jobs_));
    }

    Result<models::TreeEnsemble> fit_member(std::size_t member) {
        BOON_TRY(const Rows all, Rows::from(rows_));
        BOON_TRY(Booster booster, Booster::create(all, fit_options_, options_.trees[member], base_rate(rows_)));
        for (int round = 0; round < rounds_[member]; ++round) BOON_CHECK(booster.update(round, all));
        BOON_TRY(const auto bytes, booster.save());
        return models::TreeEnsemble::from_xgboost(bytes);
    }

    // Boosts on an inner fold until the held-out loss has stopped falling, and keeps what it was at each check.
    Status walk(std::size_t member, std::size_t fold) {
        const Matrix learn = rows_.select(inner_[fold].learn);
        const Matrix judge = rows_.select(inner_[fold].judge);
        BOON_TRY(const Rows learn_rows, Rows::from(learn));
        BOON_TRY(const Rows judge_rows, Rows::from(judge));
        BOON_TRY(Booster booster, Booster::create(learn_rows, fit_options_, options_.trees[member], base_rate(learn)));
        Path& path = paths_[member][fold];
        const int patience = std::max(1, options_.patience / options_.check_every);
        int best = 0;
        for (int round = 0; round < options_.max_rounds; ++round) {
            BOON_CHECK(booster.update(round, learn_rows));
            if ((round + 1) % options_.check_every != 0) continue;
            BOON_TRY(Margins margins, predict_margins(booster, judge_rows));
            path.losses.push_back(mean_loss(margins, judge.labels));
            path.margins.push_back(std::move(margins));
            const auto last = static_cast<int>(path.losses.size()) - 1;
            if (path.losses[static_cast<std::size_t>(last)] < path.losses[static_cast<std::size_t>(best)]) best = last;
            if (last - best >= patience) break;
        }
        return {};
    }

    Status judge_linear(std::size_t fold) {
        const LinearModel model = fit_linear(rows_.select(inner_[fold].learn), options_.linear_ridge);
        for (const auto row : inner_[fold].judge) held_out_.back()[row] = model.margin(rows_.row(row));
        return {};
    }

    // One number of trees for all folds: the one with the lowest loss on all held-out rows.
    void settle_rounds(std::size_t member) {
        const auto& paths = paths_[member];
        const auto length = [](const Path& path) { return path.losses.size(); };
        const std::size_t checks = std::ranges::min(paths | std::views::transform(length));
        std::size_t best = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t c = 0; c < checks; ++c) {
            double loss = 0;
            for (std::size_t f = 0; f < paths.size(); ++f) {
                loss += paths[f].losses[c] * static_cast<double>(inner_[f].judge.size());
            }
            if (loss < least) {
                least = loss;
                best = c;
            }
        }
        rounds_.push_back((static_cast<int>(best) + 1) * options_.check_every);
        for (std::size_t f = 0; f < paths.size(); ++f) {
            for (std::size_t k = 0; k < inner_[f].judge.size(); ++k) {
                held_out_[member][inner_[f].judge[k]] = paths[f].margins[best][k];
            }
        }
        paths_[member].clear();
    }

    const Matrix& rows_;
    const BlendOptions& options_;
    int threads_;
    const std::function<Status(double)>& progress_;
    FitOptions fit_options_;
    std::vector<Inner> inner_;
    std::vector<std::vector<Path>> paths_;  // member, fold
    std::vector<int> rounds_;
    std::vector<Margins> held_out_;  // member, row
    std::size_t jobs_ = 0;
    std::size_t done_ = 0;
    std::mutex mutex_;
};

Status check_blend(const Matrix& rows, const BlendOptions& options) {
    BOON_CHECK(check(rows));
    if (options.trees.empty() || options.folds < 2 || options.check_every < 1 ||
        options.max_rounds < options.check_every || options.max_bin < 2 || options.max_bin > 250) {
        return fail(
            ErrorCode::invalid, "the blend's options cannot be used",
            "trees: at least one; folds: at least 2; check_every: 1 to max_rounds; max_bin: 2 to 250"
        );
    }
    const auto positives = std::ranges::count(rows.labels, 1.0F);
    const auto negatives = std::ranges::count(rows.labels, 0.0F);
    if (positives + negatives != static_cast<std::ptrdiff_t>(rows.rows())) {
        return fail(ErrorCode::invalid, "labels must be 0 or 1");
    }
    if (std::min(positives, negatives) < options.folds) {
        return fail(
            ErrorCode::invalid, fmt::format("of {} training rows {} are positive", rows.rows(), positives),
            fmt::format("there must be at least {} of each kind, better hundreds", options.folds)
        );
    }
    return {};
}

}  // namespace

Result<Blend> Blend::fit(
    const Matrix& rows, const BlendOptions& options, int threads, const std::function<Status(double)>& progress
) {
    BOON_CHECK(check_blend(rows, options));
    Fitting fitting(rows, options, threads, progress);
    BOON_CHECK(fitting.cross_validate());
    Blend blend;
    blend.report_ = fitting.weigh();
    BOON_TRY(blend.trees_, fitting.fit_trees());
    if (fitting.has_linear()) blend.linear_ = fit_linear(rows, options.linear_ridge);
    return blend;
}

std::vector<double> Blend::predict(const Matrix& rows) const {
    std::vector<double> out(rows.rows(), report_.intercept);
    std::vector<float> margins(rows.rows());
    for (std::size_t m = 0; m < trees_.size(); ++m) {
        trees_[m].margins_batch(rows.values.data(), rows.rows(), rows.columns(), margins.data());
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] += report_.members[m].weight * static_cast<double>(margins[i]);
        }
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (!linear_.weights.empty()) out[i] += report_.members.back().weight * linear_.margin(rows.row(i));
        out[i] = scoring::inverse_logit(out[i]);
    }
    return out;
}

}  // namespace boon::training
