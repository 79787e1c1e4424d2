// How well scores tell whom a treatment moves, on rows of an experiment: treated or not at random.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "insight/scoring/uplift_model.h"
#include "insight/training/matrix.h"
#include "insight/training/ranking.h"

namespace boon::training {

// One entry a row.
struct Experiment {
    std::vector<double> scores;  // greater: moved more
    std::vector<float> responded;
    std::vector<bool> treated;
    std::vector<std::uint32_t> customers;  // the sampling unit
    std::vector<float> weights = {};       // the inverse of the chance of what was done; empty: it was the same for all
};

// Weights as of a bootstrap, one a row. Rows of one score count as one: at an edge, each in part.
class UpliftCurve {
public:
    explicit UpliftCurve(const Experiment& experiment);

    // Among the `share` of the rows with the greatest scores: the treated ones' rate of response less the others'.
    [[nodiscard]] double uplift_at(double share, std::span<const double> weights) const;
    // The mean over all shares φ of q(φ) − φ × q(1), where q(φ) = (responses of the treated among the first φ −
    // responses of the others × treated / others there) / all treated: what is gained, per treated customer, by the
    // order of the scores over a random one (Radcliffe 2007, without his division by the best curve there could be).
    [[nodiscard]] double qini(std::span<const double> weights) const;
    // (φ, q(φ) / all treated) at k / points.
    [[nodiscard]] std::vector<CurvePoint> points(int points, std::span<const double> weights) const;

private:
    struct Arms {
        double treated = 0;
        double others = 0;
        double treated_responses = 0;
        double other_responses = 0;
        void add(const Arms& more, double part);
        [[nodiscard]] double rows() const { return treated + others; }
        [[nodiscard]] double effect() const;
        [[nodiscard]] double gained() const;  // treated responses less what the others' rate would have given
    };
    void for_each_group(std::span<const double> weights, const std::function<void(const Arms&)>& visit) const;
    [[nodiscard]] Arms all(std::span<const double> weights) const;

    const Experiment& experiment_;
    std::vector<std::uint32_t> order_;
    std::vector<std::uint32_t> group_ends_;
};

// With 95 % intervals by a bootstrap over customers.
Estimate uplift_at(const Experiment& experiment, double share, int replicates);
Estimate qini(const Experiment& experiment, int replicates);
// How much greater the Qini of the first one's scores is than the other's, on the same rows.
Estimate qini_gain(const Experiment& experiment, const Experiment& other, int replicates);
std::vector<CurvePoint> uplift_curve(const Experiment& experiment, int points);

// By how much scores must be drawn together to be effects: effect = shift + slope × score, by least squares on what was
// done, ±1 × weight × (response − mean response) standing for a row's effect (Athey and Imbens 2016); a slope of 0.1 to
// 1, and the mean effect stays. The rows have weights, 1 on average in each arm.
struct UpliftLine {
    double slope = 1;
    double shift = 0;
};
UpliftLine fit_line(const Experiment& experiment);

// Labels of one model instead of a model of each arm: whether a row agrees with an effect (treated and responded, or
// neither). In halves its probability is (1 + gain) / 2 (Jaskowski and Jaroszewicz 2012); where the chance of being
// treated is not a half, rows weigh half the inverse of the chance of what was done, which makes halves of the arms.
// `chances`: of what was done to each row; empty: a half. `rows` has no weights yet.
void change_labels(Matrix& rows, const std::vector<bool>& treated, std::span<const float> chances);
using scoring::gain_of_agreement;

}  // namespace boon::training
