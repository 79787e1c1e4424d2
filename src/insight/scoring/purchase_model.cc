#include "insight/scoring/purchase_model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "insight/scoring/loaded_model.h"

namespace boon::scoring {
namespace {

constexpr double kMinute = 1.0 / 1440;  // of a day
constexpr unsigned kPlayers = 4;        // days, since_last, since_first, mean_amount

// |S|! (3 − |S|)! / 4!, by |S|: Shapley's weights among four.
constexpr std::array kWeights = {1.0 / 4, 1.0 / 12, 1.0 / 12, 1.0 / 4};

std::unexpected<Error> unusable(std::string_view what) {
    return fail(ErrorCode::conflict, fmt::format("the version's purchase model {}", what), "train a new version");
}

bool is_positive(double value) { return value > 0 && std::isfinite(value); }

Status check(const Purchases& p) {
    const bool leaves = p.family != purchases::Family::nbd;
    const bool buying = is_positive(p.buying.r) && is_positive(p.buying.alpha) &&
                        (!leaves || (is_positive(p.buying.a) && is_positive(p.buying.b)));
    const bool spending =
        is_positive(p.spending.p) && p.spending.q > 1 && std::isfinite(p.spending.q) && is_positive(p.spending.v);
    if (!buying || !spending) return unusable("has parameters out of range");
    if (!is_positive(p.horizon_days) || !is_positive(p.level)) return unusable("has no horizon or no level");
    return {};
}

Result<std::size_t> column_of(const ModelColumns& columns, const std::string& name) {
    const auto found = std::ranges::find(columns.columns, name, &ModelColumn::name);
    if (found != columns.columns.end()) return static_cast<std::size_t>(found - columns.columns.begin());
    return unusable(fmt::format("reads \"{}\", which is none of the version's columns", name));
}

// The members in `mask` from one customer, the others from another.
Buying mixed(const Buying& own, const Buying& typical, unsigned mask) {
    const auto pick = [mask](unsigned bit, double yes, double no) { return (mask >> bit & 1U) != 0 ? yes : no; };
    return {
        .days = pick(0, own.days, typical.days),
        .since_first = pick(2, own.since_first, typical.since_first),
        .since_last = pick(1, own.since_last, typical.since_last),
        .mean_amount = pick(3, own.mean_amount, typical.mean_amount),
    };
}

}  // namespace

purchases::Summary summary_of(const Buying& buying) {
    purchases::Summary summary;
    summary.repeats = std::max(0.0, buying.days - 1);
    summary.age = std::max(buying.since_first, buying.since_last) / kDaysPerWeek;
    if (summary.repeats > 0) {
        // Two days are two instants, whatever a float makes of them.
        const double apart = std::max(buying.since_first - buying.since_last, kMinute);
        summary.last = std::min(apart / kDaysPerWeek, summary.age);
    }
    return summary;
}

purchases::Summary spending_summary_of(const Buying& buying) {
    purchases::Summary summary;
    summary.repeats = buying.days;
    summary.mean_amount = buying.mean_amount;
    return summary;
}

Result<PurchaseModel> PurchaseModel::make(Purchases purchases, const ModelColumns& columns) {
    BOON_CHECK(check(purchases));
    BOON_CHECK(scoring::check(purchases.interval));
    const purchases::BuyingModel buying(purchases.family, purchases.buying);
    const purchases::SpendingModel spending(purchases.spending);
    PurchaseModel model(std::move(purchases), buying, spending);
    BOON_CHECK(model.find_columns(columns));
    return model;
}

Status PurchaseModel::find_columns(const ModelColumns& columns) {
    const PurchaseFeatures& names = purchases_.features;
    BOON_TRY(days_, column_of(columns, names.days));
    BOON_TRY(since_first_, column_of(columns, names.since_first));
    BOON_TRY(since_last_, column_of(columns, names.since_last));
    BOON_TRY(amount_, column_of(columns, names.amount));
    for (std::size_t c = 0; c < columns.columns.size(); ++c) {
        const ModelColumn& column = columns.columns[c];
        for (const std::string& type : purchases_.contract_types) {
            if (column.name == names.contract + "=" + type) contracts_.push_back({c, 1});
            const auto code = std::ranges::find(column.categories, type);
            if (column.name != names.contract || code == column.categories.end()) continue;
            contracts_.push_back({c, static_cast<float>(code - column.categories.begin())});
        }
    }
    return {};
}

std::optional<Buying> PurchaseModel::read(std::span<const float> row) const {
    for (const Contract& contract : contracts_) {
        if (row[contract.column] == contract.value) return std::nullopt;
    }
    const Buying buying{
        .days = static_cast<double>(row[days_]),
        .since_first = static_cast<double>(row[since_first_]),
        .since_last = static_cast<double>(row[since_last_]),
        .mean_amount = static_cast<double>(row[amount_]) / static_cast<double>(row[days_]),
    };
    const bool known = buying.days >= 1 && buying.since_first >= 0 && buying.since_last >= 0 && buying.mean_amount > 0;
    return known && std::isfinite(buying.mean_amount) ? std::optional(buying) : std::nullopt;
}

BuyingOutlook PurchaseModel::outlook(const Buying& buying) const {
    const purchases::Summary summary = summary_of(buying);
    BuyingOutlook out;
    out.alive = buying_.alive(summary);
    out.purchases = buying_.expected(summary, purchases_.horizon_days / kDaysPerWeek);
    out.amount = spending_.expected(spending_summary_of(buying));
    out.value = out.purchases * out.amount * purchases_.level;
    return out;
}

std::pair<double, double> PurchaseModel::interval(double value) const {
    return interval_at(purchases_.interval, value);
}

std::string PurchaseModel::words(const Buying& buying) const {
    const BuyingOutlook out = outlook(buying);
    return fmt::format(
        "{:.0f} {} with purchases in {:.0f} days, the last {:.0f} days ago: still a customer with {:.3g} %; {:.3g} "
        "more expected in {:.0f} days, of {:.2f} each",
        buying.days, buying.days == 1 ? "day" : "days", buying.since_first, buying.since_last, 100 * out.alive,
        out.purchases, purchases_.horizon_days, out.amount
    );
}

std::vector<BuyingEffect> PurchaseModel::effects(const Buying& buying) const {
    std::array<double, 1U << kPlayers> values{};
    for (unsigned mask = 0; mask < values.size(); ++mask)
        values[mask] = outlook(mixed(buying, purchases_.typical, mask)).value;
    const PurchaseFeatures& names = purchases_.features;
    std::vector<BuyingEffect> effects = {
        {names.days, fmt::format("days with purchases: {:.0f}", buying.days)},
        {names.since_last, fmt::format("days since the last purchase: {:.0f}", buying.since_last)},
        {names.since_first, fmt::format("days since the first purchase: {:.0f}", buying.since_first)},
        {names.amount, fmt::format("mean amount of a day with purchases: {:.2f}", buying.mean_amount)},
    };
    for (unsigned player = 0; player < kPlayers; ++player) {
        const unsigned own = 1U << player;
        for (unsigned mask = 0; mask < values.size(); ++mask) {
            if ((mask & own) != 0) continue;
            const auto others = static_cast<std::size_t>(std::popcount(mask));
            effects[player].effect += kWeights[others] * (values[mask | own] - values[mask]);
        }
    }
    std::ranges::stable_sort(effects, std::greater(), [](const BuyingEffect& e) { return std::abs(e.effect); });
    return effects;
}

}  // namespace boon::scoring
