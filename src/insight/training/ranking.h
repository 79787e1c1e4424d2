// How well predictions order the rows. Ties count as ties everywhere: no figure depends on the order of the rows.
#pragma once

#include <span>
#include <vector>

#include "insight/training/estimate.h"

namespace boon::training {

// Rows in falling order of prediction, grouped by equal prediction. Keeps views of the rows it was made from.
class Ranking {
public:
    explicit Ranking(const Scored& rows);

    // The figures take the rows' weights (all > 0, or a bootstrap's, some 0); NaN without a positive or a negative row.
    // P(a random positive is above a random negative), ties ½.
    [[nodiscard]] double auc(std::span<const double> weights) const;
    // Σ (recall_k − recall_{k−1}) × precision_k over the thresholds, without interpolation.
    [[nodiscard]] double average_precision(std::span<const double> weights) const;
    // The positive rate among the `share` with the highest predictions, relative to that of all; a group of ties
    // at the edge counts in part.
    [[nodiscard]] double lift_at(double share, std::span<const double> weights) const;

    // The influence of each row on the AUC (DeLong 1988; added up per cluster as in Obuchowski 1997).
    [[nodiscard]] std::vector<double> auc_influence() const;

    [[nodiscard]] const Scored& rows() const { return rows_; }
    // Row numbers in falling order of prediction, and where each group of ties ends (exclusive).
    [[nodiscard]] const std::vector<std::uint32_t>& order() const { return order_; }
    [[nodiscard]] const std::vector<std::uint32_t>& group_ends() const { return group_ends_; }

private:
    Scored rows_;
    std::vector<std::uint32_t> order_;
    std::vector<std::uint32_t> group_ends_;
};

struct CurvePoint {
    double x = 0;
    double y = 0;
};
BOOST_DESCRIBE_STRUCT(CurvePoint, (), (x, y))

// (false positive rate, true positive rate), from (0, 0) to (1, 1), at most `points` + 1 of the thresholds.
std::vector<CurvePoint> roc_curve(const Ranking& ranking, int points);
// (share of the rows, share of the positives among them), highest predictions first, at k / points.
std::vector<CurvePoint> gain_curve(const Ranking& ranking, int points);

// (share of the rows, how much likelier than all they are positive), highest predictions first, at k / points.
std::vector<CurvePoint> lift_curve(const Ranking& ranking, int points);

// Ranks from 1, ties get their mean.
std::vector<double> mean_ranks(std::span<const double> values);
// Weighted correlation of the two ranks.
Estimate spearman(const Scored& rows, int replicates, std::uint64_t seed);

}  // namespace boon::training
