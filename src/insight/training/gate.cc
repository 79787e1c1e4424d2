#include "insight/training/gate.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace boon::training {
namespace {

using scoring::ModelKind;

class Gate {
public:
    Gate(const GateInput& input, const GateLimits& limits) : in_(input), limits_(limits) {}

    GateResult result() {
        check_rows();
        check_gain();
        if (in_.binary) check_calibration(*in_.binary);
        if (in_.amount) check_amount(*in_.amount);
        if (in_.dominance) check_dominance(*in_.dominance);
        if (in_.loss_against_champion) check_champion(*in_.loss_against_champion);
        conclude();
        return std::move(out_);
    }

private:
    using Facts = std::map<std::string, std::string>;

    void add(std::string name, bool passed, std::string words, Facts facts) {
        out_.checks.push_back({std::move(name), passed, std::move(words), std::move(facts)});
    }

    static std::string plain(double value) { return fmt::format("{:.6g}", value); }

    void check_rows() {
        add("rows", in_.matured_rows >= limits_.min_rows,
            fmt::format("{} matured rows, at least {} are needed", in_.matured_rows, limits_.min_rows),
            {{"rows", std::to_string(in_.matured_rows)}, {"needed", std::to_string(limits_.min_rows)}});
        const bool two_classes = in_.kind == ModelKind::pair || in_.kind == ModelKind::probability;
        const std::int64_t fewest =
            two_classes ? std::min(in_.positives, in_.matured_rows - in_.positives) : in_.positives;
        const std::string_view of_what = two_classes                          ? "of the rarer class"
                                         : in_.kind == ModelKind::multi_class ? "of the rarest offer"
                                                                              : "above zero";
        add("each_class", fewest >= limits_.min_each_class,
            fmt::format("{} rows {}, at least {} are needed", fewest, of_what, limits_.min_each_class),
            {{"rows", std::to_string(fewest)},
             {"needed", std::to_string(limits_.min_each_class)},
             {"of", std::string(of_what)}});
    }

    void check_gain() {
        if (in_.baselines.empty()) return add("gain", false, "there was nothing to compare with", {});
        if (in_.kind == ModelKind::ranking) return check_rankings();
        const BaselineResult& best = in_.baselines.front();
        const std::string_view loss = in_.kind == ModelKind::amount ? "mean absolute error" : "log-loss";
        add("gain", best.gain.lower > 0,
            fmt::format(
                "{} is {:.4g} lower than that of the best trivial predictor ({}); 95 % interval {:.4g} to {:.4g}, "
                "which must lie above 0",
                loss, best.gain.value, best.name, best.gain.lower, best.gain.upper
            ),
            gain_facts(loss, best));
    }

    // Every trivial ranking, of either task.
    void check_rankings() {
        for (const BaselineResult& trivial : in_.baselines) {
            add("gain", trivial.gain.lower > 0,
                fmt::format(
                    "NDCG is {:.4f} higher than that of {}; 95 % interval {:.4f} to {:.4f}, which must lie above 0",
                    trivial.gain.value, trivial.name, trivial.gain.lower, trivial.gain.upper
                ),
                gain_facts("NDCG", trivial));
        }
    }

    static Facts gain_facts(std::string_view measure, const BaselineResult& against) {
        return {
            {"measure", std::string(measure)},
            {"gain", plain(against.gain.value)},
            {"low", plain(against.gain.lower)},
            {"high", plain(against.gain.upper)},
            {"against", against.name}
        };
    }

    void check_calibration(const BinaryMetrics& m) {
        const double slope = m.calibration_slope.value;
        add("calibration_slope", slope >= limits_.min_slope && slope <= limits_.max_slope,
            fmt::format("calibration slope {:.3f}, {} to {} is accepted", slope, limits_.min_slope, limits_.max_slope),
            {{"slope", plain(slope)}, {"low", plain(limits_.min_slope)}, {"high", plain(limits_.max_slope)}});
        const double gap = std::abs(m.mean_prediction - m.base_rate);
        const double allowed = std::max(limits_.max_mean_gap, limits_.max_mean_gap_share * m.base_rate);
        add("mean_prediction", gap <= allowed,
            fmt::format(
                "mean prediction {:.4f} against a rate of {:.4f}: {:.4f} apart, {:.4f} is accepted", m.mean_prediction,
                m.base_rate, gap, allowed
            ),
            mean_facts(m.mean_prediction, m.base_rate, allowed));
        const double bound = std::max(limits_.max_calibration_error, m.calibration_error_if_perfect);
        add("calibration_error", m.calibration_error.value <= bound,
            fmt::format("calibration error {:.4f}, {:.4f} is accepted", m.calibration_error.value, bound),
            {{"error", plain(m.calibration_error.value)}, {"allowed", plain(bound)}});
    }

    static Facts mean_facts(double predicted, double actual, double allowed) {
        return {
            {"predicted", plain(predicted)},
            {"actual", plain(actual)},
            {"gap", plain(std::abs(predicted - actual))},
            {"allowed", plain(allowed)}
        };
    }

    // Where most amounts are small, who guesses low has a lower mean absolute error than the mean, and knows nothing.
    void check_amount(const AmountMetrics& m) {
        add("order", m.rank_correlation.lower > 0,
            fmt::format(
                "rank correlation {:.3f}; 95 % interval {:.3f} to {:.3f}, which must lie above 0",
                m.rank_correlation.value, m.rank_correlation.lower, m.rank_correlation.upper
            ),
            {{"correlation", plain(m.rank_correlation.value)},
             {"low", plain(m.rank_correlation.lower)},
             {"high", plain(m.rank_correlation.upper)}});
        const double gap = std::abs(m.mean_prediction - m.mean_actual);
        const double allowed = limits_.max_mean_gap_share * std::abs(m.mean_actual);
        add("mean_prediction", gap <= allowed,
            fmt::format(
                "mean prediction {:.2f} against an actual mean of {:.2f}: {:.2f} apart, {:.2f} is accepted",
                m.mean_prediction, m.mean_actual, gap, allowed
            ),
            mean_facts(m.mean_prediction, m.mean_actual, allowed));
    }

    void check_dominance(const Dominance& d) {
        if (d.share <= limits_.dominant_share) return;
        const std::string words = fmt::format("offer {} takes {:.1f} % of the first places", d.offer_id, 100 * d.share);
        out_.warnings.push_back(words);
        add("one_offer", d.gain_over_fixed.value > 0,
            fmt::format(
                "{}; ranking converts {:+.4f} per exposure against always showing offer {}, which must be above 0",
                words, d.gain_over_fixed.value, d.best_fixed_offer
            ),
            {{"offer", std::to_string(d.offer_id)},
             {"share", plain(d.share)},
             {"gain", plain(d.gain_over_fixed.value)},
             {"fixed", std::to_string(d.best_fixed_offer)}});
    }

    void check_champion(const Estimate& loss) {
        add("champion", loss.upper <= limits_.max_challenger_loss,
            fmt::format(
                "its loss is {:+.2f} % of the champion's; upper 95 % bound {:+.2f} %, {:+.2f} % is accepted",
                100 * loss.value, 100 * loss.upper, 100 * limits_.max_challenger_loss
            ),
            {{"loss", plain(loss.value)}, {"upper", plain(loss.upper)}, {"allowed", plain(limits_.max_challenger_loss)}}
        );
    }

    void conclude() {
        std::string reasons;
        for (const GateCheck& check : out_.checks) {
            if (check.passed) continue;
            reasons += (reasons.empty() ? "" : "; ") + check.words;
        }
        out_.passed = reasons.empty();
        out_.verdict =
            out_.passed ? fmt::format("passed all {} conditions", out_.checks.size()) : "refused: " + reasons;
    }

    const GateInput& in_;
    const GateLimits& limits_;
    GateResult out_;
};

}  // namespace

GateResult judge(const GateInput& input, const GateLimits& limits) { return Gate(input, limits).result(); }

}  // namespace boon::training
