#include "insight/training/foresight.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "insight/training/ranking.h"

namespace boon::training {

namespace {

constexpr double kMostGain = 0.5;
constexpr double kMostAuc = 0.95;

double auc_of(const Matrix& rows, std::size_t column) {
    std::vector<double> values(rows.rows());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto value = static_cast<double>(rows.row(i)[column]);
        values[i] = std::isnan(value) ? std::numeric_limits<double>::lowest() : value;
    }
    const std::vector<double> ones(values.size(), 1);
    const double auc = Ranking({values, rows.labels, {}, {}}).auc(ones);
    return std::max(auc, 1 - auc);
}

}  // namespace

std::vector<std::string> foresight_warnings(
    const Matrix& test, bool labels_are_binary, std::span<const Importance> importances
) {
    constexpr std::string_view kAsk = "looks as if it knew the future: make sure that it was known at the time";
    std::vector<std::string> warnings;
    for (const Importance& importance : importances) {
        if (importance.gain_share <= kMostGain) continue;
        warnings.push_back(fmt::format(
            "\"{}\" alone brings {:.0f} % of what the splits gained: it {}", importance.feature,
            100 * importance.gain_share, kAsk
        ));
    }
    for (std::size_t column = 0; labels_are_binary && column < test.columns(); ++column) {
        const double auc = auc_of(test, column);
        if (auc > kMostAuc) {
            warnings.push_back(fmt::format(
                "\"{}\" alone orders the test rows with an AUC of {:.3f}: it {}", test.names[column], auc, kAsk
            ));
        }
    }
    return warnings;
}

}  // namespace boon::training
