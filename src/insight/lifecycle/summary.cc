#include "insight/lifecycle/summary.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "records/profiles/amounts.h"

namespace boon::lifecycle {

namespace {

constexpr std::string_view kRevenue = "spend_365d";

// One stage as it is added up.
struct Sums {
    StageTotals total;
    std::array<std::int64_t, 8> flags{};
    double micros = 0;
    profiles::SumOfAmounts revenue;
    profiles::SumOfAmounts predicted;

    void add(const profiles::Standing& standing, double revenue_365d, Timestamp as_of) {
        ++total.customers;
        if ((standing.marks & profiles::Standing::kOverridden) != 0) ++total.overridden;
        for (std::size_t i = 0; i < flags.size(); ++i) flags.at(i) += static_cast<unsigned>(standing.flags) >> i & 1U;
        micros += static_cast<double>(std::max<std::int64_t>(0, as_of.micros - standing.stage_since));
        revenue.add(revenue_365d);
        if (std::isnan(standing.predicted_ltv)) return;
        predicted.add(static_cast<double>(standing.predicted_ltv));
        ++total.with_prediction;
    }
};

StageTotals finish(Sums sums, const std::vector<std::string>& flag_names, std::int64_t customers) {
    for (std::size_t flag = 0; flag < flag_names.size(); ++flag) {
        if (sums.flags.at(flag) > 0) sums.total.flags[flag_names[flag]] = sums.flags.at(flag);
    }
    if (sums.total.customers == 0) return std::move(sums.total);
    sums.total.predicted_ltv = sums.predicted.total();
    const auto count = static_cast<double>(sums.total.customers);
    sums.total.share = count / static_cast<double>(customers);
    sums.total.mean_days = sums.micros / kMicrosPerDay / count;
    return std::move(sums.total);
}

}  // namespace

std::vector<StageTotals> stage_totals(
    const profiles::Image& image, std::span<const std::string> stages, Timestamp as_of
) {
    const profiles::StandingNames& names = image.standings().names();
    std::vector<std::size_t> places;
    for (const std::string& name : names.stages) {
        places.push_back(static_cast<std::size_t>(std::ranges::find(stages, name) - stages.begin()));
    }
    const auto revenue = image.schema() == nullptr ? std::nullopt : image.schema()->index_of(kRevenue);
    std::vector<Sums> sums(stages.size());
    std::int64_t customers = 0;
    for (std::size_t row = 0; row < image.size(); ++row) {
        const profiles::Profile profile = image.at(row);
        const std::uint8_t stage = profile.standing->stage;
        if (stage >= places.size() || places[stage] == stages.size()) continue;
        ++customers;
        const double brought = revenue ? static_cast<double>(profile.features[*revenue]) : std::nan("");
        sums[places[stage]].add(*profile.standing, brought, as_of);
    }
    double all_revenue = 0;
    for (const Sums& stage : sums) all_revenue += stage.revenue.total();
    std::vector<StageTotals> totals;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        totals.push_back(finish(sums[i], names.flags, customers));
        totals.back().stage = stages[i];
        if (!revenue) continue;
        const double brought = sums[i].revenue.total();
        totals.back().revenue_365d = brought;
        if (all_revenue > 0) totals.back().revenue_share = brought / all_revenue;
    }
    return totals;
}

}  // namespace boon::lifecycle
