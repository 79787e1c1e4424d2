#include "insight/training/uplift_figures.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace boon::training {
namespace {

void count_rows(const Experiment& rows, UpliftFigures& out) {
    std::array<double, 2> weights{};
    std::array<double, 2> responses{};
    for (std::size_t i = 0; i < rows.responded.size(); ++i) {
        const std::size_t arm = rows.treated[i] ? 1 : 0;
        ++(rows.treated[i] ? out.treated : out.control);
        weights[arm] += static_cast<double>(rows.weights[i]);
        responses[arm] += static_cast<double>(rows.weights[i] * rows.responded[i]);
    }
    out.control_rate = responses[0] / weights[0];
    out.treated_rate = responses[1] / weights[1];
    out.customers = static_cast<std::int64_t>(std::set(rows.customers.begin(), rows.customers.end()).size());
}

UpliftBandFigures band_of(
    const Experiment& rows, std::span<const std::uint32_t> wanted, const UpliftOptions& options, int replicates
) {
    UpliftBandFigures out;
    Experiment part;
    for (const auto i : wanted) {
        part.scores.push_back(rows.scores[i]);
        part.responded.push_back(rows.responded[i]);
        part.treated.push_back(rows.treated[i]);
        part.customers.push_back(rows.customers[i]);
        part.weights.push_back(rows.weights[i]);
        ++(rows.treated[i] ? out.treated : out.control);
        out.predicted += rows.scores[i] / static_cast<double>(wanted.size());
    }
    out.up_to = part.scores.back();
    if (std::min(out.treated, out.control) >= options.min_band_rows) {
        out.realised = uplift_at(part, 1, replicates);
    }
    return out;
}

// Rows of one score stay together.
std::vector<UpliftBandFigures> bands_of(const Experiment& rows, const UpliftOptions& options, int replicates) {
    std::vector<std::uint32_t> order(rows.scores.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](auto i) { return rows.scores[i]; });
    std::vector<UpliftBandFigures> out;
    std::size_t from = 0;
    for (int band = 1; band <= options.bands; ++band) {
        std::size_t to = order.size() * static_cast<std::size_t>(band) / static_cast<std::size_t>(options.bands);
        while (to < order.size() && to > 0 && rows.scores[order[to]] == rows.scores[order[to - 1]]) ++to;
        if (to <= from) continue;
        out.push_back(band_of(rows, std::span(order).subspan(from, to - from), options, replicates));
        from = to;
    }
    return out;
}

}  // namespace

std::vector<UpliftAt> uplift_at_shares(
    const Experiment& rows, const std::vector<double>& shares, const MetricOptions& metrics
) {
    std::vector<UpliftAt> out;
    for (const double share : shares) out.push_back({share, uplift_at(rows, share, metrics.replicates)});
    return out;
}

UpliftFigures measure_uplift(const Experiment& rows, const UpliftOptions& options, const MetricOptions& metrics) {
    UpliftFigures out;
    count_rows(rows, out);
    out.average_effect = uplift_at(rows, 1, metrics.replicates);
    out.qini = qini(rows, metrics.replicates);
    out.uplift_at = uplift_at_shares(rows, options.shares, metrics);
    out.curve = uplift_curve(rows, metrics.curve_points);
    out.bands = bands_of(rows, options, metrics.replicates);
    return out;
}

}  // namespace boon::training
