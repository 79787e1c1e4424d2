#include "insight/training/uplift_training.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "insight/training/uplift_figures.h"

namespace boon::training {
namespace {

using scoring::UpliftWay;
using Rows = std::vector<std::uint32_t>;

constexpr std::array kWays = {UpliftWay::two_models, UpliftWay::changed_labels};
constexpr double kFits = 6;  // the arms' difference, three of the ways, and the winner's on all rows

// One fit of a way: which rows, and the file that its trees go into.
enum class Target { assignment, treated, untreated, agreement };

struct Fit {
    Target target;
    std::string_view file;
};

std::vector<Fit> fits_of(UpliftWay way) {
    if (way == UpliftWay::changed_labels) return {{Target::agreement, scoring::kUpliftAgreementFile}};
    return {{Target::treated, scoring::kUpliftTreatedFile}, {Target::untreated, scoring::kUpliftUntreatedFile}};
}

std::string text_of(const std::vector<std::byte>& bytes) {
    std::string text(bytes.size(), '\0');
    std::ranges::transform(bytes, text.begin(), [](std::byte b) { return static_cast<char>(b); });
    return text;
}

std::map<std::string, std::string> files_without_uplift(const std::string& why) {
    return {{std::string(scoring::kUpliftFile), json::write(scoring::UpliftPart{.way = UpliftWay::none, .words = why})}
    };
}

class UpliftTraining {
public:
    UpliftTraining(const TrainEnvironment& environment, const Options& options, const Arms& arms)
        : env_(environment), options_(options), arms_(arms), weights_(arms.treated.size()) {
        weigh();
        out_.card.words = arms.words;
    }

    Result<LearntUplift> run() {
        if (arms_.treated.empty()) return nothing(arms_.words);
        out_.card.treated = count(arms_.split.all, true);
        out_.card.control = count(arms_.split.all, false);
        if (const std::string few = too_few(); !few.empty()) {
            out_.card.words = few;
            return nothing(few);
        }
        BOON_CHECK(check_assignment());
        if (!*out_.card.by_chance) return nothing(out_.card.verdict);
        BOON_TRY(const UpliftWay winner, compete());
        BOON_CHECK(fit_winner(winner));
        judge(winner);
        return std::move(out_);
    }

private:
    // The inverse of the chance of what was done, 1 on average in each arm.
    void weigh() {
        for (const bool treated : {true, false}) {
            double sum = 0;
            double rows = 0;
            for (std::size_t i = 0; i < weights_.size(); ++i) {
                if (arms_.treated[i] != treated) continue;
                sum += 1 / static_cast<double>(arms_.done[i]);
                ++rows;
            }
            for (std::size_t i = 0; i < weights_.size(); ++i) {
                if (arms_.treated[i] == treated) weights_[i] = static_cast<float>(rows / sum) / arms_.done[i];
            }
        }
    }

    // A version that says why it tells no uplift.
    LearntUplift nothing(const std::string& why) {
        out_.files = files_without_uplift(why);
        return std::move(out_);
    }

    [[nodiscard]] std::int64_t count(const Rows& rows, bool treated) const {
        return std::ranges::count_if(rows, [&](auto i) { return arms_.treated[i] == treated; });
    }

    // In one sentence; empty: there are enough.
    [[nodiscard]] std::string too_few() const {
        const UpliftOptions& o = options_.uplift;
        for (const bool treated : {true, false}) {
            const std::string_view who = treated ? "treated" : "control";
            const std::int64_t responses = std::ranges::count_if(arms_.split.fit, [&](auto i) {
                return arms_.treated[i] == treated && arms_.rows.labels[i] > 0;
            });
            const std::int64_t held_out =
                std::min(count(arms_.split.validation, treated), count(arms_.split.test, treated));
            const std::int64_t fitted = count(arms_.split.fit, treated);
            if (fitted >= o.min_arm_rows && responses >= o.min_arm_responses && held_out >= o.min_held_out_rows)
                continue;
            return fmt::format(
                "uplift was not estimated: there are {} {} rows to learn from with {} responses, and {} to hold out, "
                "and {}, {} and {} are needed",
                fitted, who, responses, held_out, o.min_arm_rows, o.min_arm_responses, o.min_held_out_rows
            );
        }
        return "";
    }

    [[nodiscard]] Matrix matrix_of(Target target, const Rows& rows) const {
        Rows wanted;
        const bool both = target == Target::agreement || target == Target::assignment;
        std::ranges::copy_if(rows, std::back_inserter(wanted), [&](auto i) {
            return both || arms_.treated[i] == (target == Target::treated);
        });
        Matrix matrix = arms_.rows.select(wanted);
        std::vector<bool> treated;
        std::vector<float> done;
        for (const auto i : wanted) {
            treated.push_back(arms_.treated[i]);
            done.push_back(arms_.done[i]);
            if (target != Target::agreement) matrix.weights.push_back(weights_[i]);
        }
        if (target == Target::agreement) change_labels(matrix, treated, done);
        if (target == Target::assignment) std::ranges::copy(treated, matrix.labels.begin());
        return matrix;
    }

    [[nodiscard]] FitOptions fit_options() const {
        FitOptions fit = options_.fit;
        fit.objective = Objective::binary;
        fit.search_budget_s = 0;
        fit.early_stopping_rounds = std::min(fit.early_stopping_rounds, options_.uplift.early_stopping_rounds);
        return fit;
    }

    FitProcess process() {
        FitProcess process = env_.process;
        process.progress = [this](const FitProgress& p) -> Status {
            if (!env_.progress) return {};
            return env_.progress({"uplift", std::min(1.0, (fits_done_ + p.share) / kFits), p});
        };
        return process;
    }

    // Stopped by the validation rows; the trees are of the fit's rows alone, or of all but the test's.
    Result<Fitted> fit_until(Target target, bool on_all) {
        const Matrix train = matrix_of(target, arms_.split.fit);
        const Matrix last = on_all ? matrix_of(target, arms_.split.all) : train;
        BOON_TRY(auto fitted, fit(train, matrix_of(target, arms_.split.validation), fit_options(), process(), &last));
        ++fits_done_;
        return fitted;
    }

    // Do customers who were treated differ from the others beforehand?
    Status check_assignment() {
        BOON_TRY(const Fitted fitted, fit_until(Target::assignment, true));
        BOON_TRY(const auto trees, models::TreeEnsemble::from_xgboost(fitted.model));
        const Matrix test = matrix_of(Target::assignment, arms_.split.test);
        std::vector<float> margins(test.rows());
        trees.margins_batch(test.values.data(), test.rows(), test.columns(), margins.data());
        const std::vector<double> scores(margins.begin(), margins.end());
        const Scored rows{scores, test.labels, test.weights, test.customers};
        const Ranking ranking(rows);
        const Estimate auc = bootstrapped(
            rows, [&](auto weights) { return ranking.auc(weights); }, options_.metrics.replicates,
            static_cast<std::uint64_t>(options_.metrics.seed)
        );
        out_.card.imbalance = auc;
        out_.card.by_chance = auc.lower <= 0.5 + options_.uplift.max_imbalance;
        const std::string found = fmt::format(
            "a model of who was treated has an AUC of {:.3f} ({:.3f} to {:.3f}) on the test rows", auc.value, auc.lower,
            auc.upper
        );
        if (*out_.card.by_chance) {
            out_.card.assignment = fmt::format("{}; {}: as if drawn by chance", arms_.assumed, found);
            return {};
        }
        out_.card.assignment = fmt::format("confounded: {}, so that the arms differed before anything was done", found);
        out_.card.verdict =
            "refused: who was treated was not decided by chance, so that no effect can be told from the difference";
        return {};
    }

    [[nodiscard]] Experiment experiment(const Rows& rows, std::vector<double> scores) const {
        Experiment out;
        out.scores = std::move(scores);
        for (const auto i : rows) {
            out.responded.push_back(arms_.rows.labels[i]);
            out.treated.push_back(arms_.treated[i]);
            out.customers.push_back(arms_.rows.customers[i]);
            out.weights.push_back(weights_[i]);
        }
        return out;
    }

    struct Contender {
        std::shared_ptr<const scoring::UpliftModel> model;
        double validation_qini = 0;
        std::vector<FitReport> reports;  // as fits_of
        UpliftLine line;
    };

    [[nodiscard]] std::vector<double> scores_of(const scoring::UpliftModel& model, const Rows& rows) const {
        const Matrix matrix = arms_.rows.select(rows);
        return model.values(matrix.values, matrix.rows());
    }

    using Files = std::map<std::string, std::string>;

    static Files with_part(Files files, const scoring::UpliftPart& part) {
        files[std::string(scoring::kUpliftFile)] = json::write(part);
        return files;
    }

    Result<Contender> contend(UpliftWay way) {
        Contender out;
        std::map<std::string, std::string> files;
        for (const Fit& one : fits_of(way)) {
            BOON_TRY(Fitted fitted, fit_until(one.target, false));
            files[std::string(one.file)] = text_of(fitted.model);
            out.reports.push_back(std::move(fitted.report));
        }
        BOON_TRY(
            out.model,
            scoring::UpliftModel::read(with_part(std::move(files), {.way = way, .words = {}}), arms_.rows.columns())
        );
        const Experiment rows = experiment(arms_.split.validation, scores_of(*out.model, arms_.split.validation));
        const std::vector<double> weights(rows.weights.begin(), rows.weights.end());
        out.validation_qini = UpliftCurve(rows).qini(weights);
        out.line = fit_line(rows);
        return out;
    }

    // By the Qini on the validation rows, which none of them was fitted on.
    Result<UpliftWay> compete() {
        for (const UpliftWay way : kWays) {
            BOON_TRY(contenders_[way], contend(way));
        }
        return std::ranges::max_element(
                   contenders_, {}, [](const auto& one) { return one.second.validation_qini; }
        )->first;
    }

    // With as many rounds, on all rows but the test's.
    Status fit_winner(UpliftWay way) {
        const auto& reports = contenders_.at(way).reports;
        std::map<std::string, std::string> files;
        for (const Fit& one : fits_of(way)) {
            FitOptions wanted = fit_options();
            wanted.trees = reports[files.size()].trees;
            wanted.max_rounds = reports[files.size()].rounds;
            wanted.early_stopping_rounds = 0;
            const Matrix rows = matrix_of(one.target, arms_.split.all);
            Matrix none;
            none.names = rows.names;
            BOON_TRY(const Fitted fitted, fit(rows, none, wanted, process()));
            ++fits_done_;
            files[std::string(one.file)] = text_of(fitted.model);
        }
        trees_ = std::move(files);
        const UpliftLine& line = contenders_.at(way).line;
        part_ = {.way = way, .words = {}, .slope = line.slope, .shift = line.shift};
        BOON_TRY(winner_, scoring::UpliftModel::read(with_part(trees_, part_), arms_.rows.columns()));
        return {};
    }

    void judge(UpliftWay way) {
        const Rows& test = arms_.split.test;
        const Experiment rows = experiment(test, scores_of(*winner_, test));
        std::vector<double> response;
        for (const auto i : test) response.push_back(arms_.response[i]);
        const Experiment by_response = experiment(test, std::move(response));
        const MetricOptions& metrics = options_.metrics;
        const auto& shares = options_.uplift.shares;
        UpliftFigures figures = measure_uplift(rows, options_.uplift, metrics);
        figures.qini_over_response = qini_gain(rows, by_response, metrics.replicates);
        figures.ways = {
            {std::string(enum_name(way)), contenders_.at(way).validation_qini, figures.qini, figures.uplift_at, true}
        };
        for (const auto& [other, contender] : contenders_) {
            if (other == way) continue;
            const Experiment its = experiment(test, scores_of(*contender.model, test));
            figures.ways.push_back(
                {std::string(enum_name(other)), contender.validation_qini, qini(its, metrics.replicates),
                 uplift_at_shares(its, shares, metrics), false}
            );
        }
        figures.ways.push_back(
            {"response_model", std::nullopt, qini(by_response, metrics.replicates),
             uplift_at_shares(by_response, shares, metrics), false}
        );
        out_.card.figures = std::move(figures);
        conclude();
    }

    void conclude() {
        const UpliftFigures& figures = *out_.card.figures;
        out_.card.passed = figures.qini.lower > 0;
        out_.card.verdict = fmt::format(
            "{}: the Qini is {:.4f}; 95 % interval {:.4f} to {:.4f}, which must lie above 0",
            out_.card.passed ? "passed" : "refused", figures.qini.value, figures.qini.lower, figures.qini.upper
        );
        out_.files = files_without_uplift(out_.card.verdict);
        if (!out_.card.passed) return;
        for (const UpliftBandFigures& band : figures.bands) {
            scoring::UpliftBand& to = part_.bands.emplace_back();
            to.up_to = band.up_to;
            if (!band.realised) continue;
            to.lower = band.realised->lower;
            to.upper = band.realised->upper;
        }
        out_.files = with_part(trees_, part_);
    }

    const TrainEnvironment& env_;
    const Options& options_;
    const Arms& arms_;
    std::vector<float> weights_;
    std::map<UpliftWay, Contender> contenders_;
    std::shared_ptr<const scoring::UpliftModel> winner_;
    Files trees_;  // of the winner, by file
    scoring::UpliftPart part_;
    double fits_done_ = 0;
    LearntUplift out_;
};

}  // namespace

Result<LearntUplift> learn_uplift(const TrainEnvironment& environment, const Options& options, const Arms& arms) {
    return UpliftTraining(environment, options, arms).run();
}

}  // namespace boon::training
