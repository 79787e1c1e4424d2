#include "insight/training/outcomes.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/training/assemble.h"
#include "insight/training/evaluate.h"
#include "insight/training/labels.h"
#include "insight/training/reliability.h"

namespace boon::training {
namespace {

using scoring::DriftLevel;
using scoring::ModelKind;
using scoring::Outcomes;

std::optional<Timestamp> time_in_card(const scoring::LoadedModel& version, std::string_view pointer) {
    const auto card = json::parse(version.card());
    boost::system::error_code absent;
    const json::Value* found = card ? card->find_pointer(pointer, absent) : nullptr;
    if (found == nullptr || !found->is_string()) return std::nullopt;
    const auto time = parse_timestamp(std::string_view(found->get_string()));
    return time ? std::optional(*time) : std::nullopt;
}

bool has_rows_of_any_time(Model model) { return model == Model::nbo || model == Model::campaign_response; }

// Rows of one cut-off are new when it is later than that of the version's test; exposures and contacts, one by one.
Status look_behind(const scoring::LoadedModel& version, Options& options) {
    if (!has_rows_of_any_time(options.model)) return {};
    if (const auto last = time_in_card(version, "/data/last")) options.test_from = plus_micros(*last, 1);
    return {};
}

scoring::Range range_of(const Estimate& estimate) { return {estimate.value, estimate.lower, estimate.upper}; }

bool beyond(const scoring::Range& range, double low, double high) { return range.upper < low || range.lower > high; }

// Drifted: the interval says so, too.
DriftLevel level_of(const Outcomes& o, const GateLimits& limits, ModelKind kind) {
    const double share = limits.max_mean_gap_share * std::abs(*o.mean_actual);
    const double allowed = kind == ModelKind::amount ? share : std::max(limits.max_mean_gap, share);
    const bool gap = std::abs(o.gap->value) > allowed;
    const bool slope = o.slope && (o.slope->value < limits.min_slope || o.slope->value > limits.max_slope);
    const bool sure =
        (gap && beyond(*o.gap, 0, 0)) || (o.slope && beyond(*o.slope, limits.min_slope, limits.max_slope));
    if (sure) return DriftLevel::drifted;
    return gap || slope ? DriftLevel::moving : DriftLevel::stable;
}

std::string words_of(const Outcomes& o) {
    std::string words = fmt::format(
        "{:.4g} was foretold on average, {:.4g} came true: {:+.4g} ({:+.4g} to {:+.4g}), {} rows of {} customers",
        *o.mean_predicted, *o.mean_actual, o.gap->value, o.gap->lower, o.gap->upper, o.rows, o.customers
    );
    if (o.slope) {
        words += fmt::format(
            "; calibration slope {:.3g} ({:.3g} to {:.3g})", o.slope->value, o.slope->lower, o.slope->upper
        );
    }
    return words;
}

Outcomes measure(const Scored& rows, ModelKind kind, const GateLimits& limits) {
    Outcomes out;
    out.rows = static_cast<std::int64_t>(rows.rows());
    out.customers = static_cast<std::int64_t>(rows.cluster_count());
    std::vector<double> gaps;
    double actual = 0;
    double predicted = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        gaps.push_back(rows.predicted[i] - static_cast<double>(rows.actual[i]));
        predicted += rows.predicted[i] / static_cast<double>(rows.rows());
        actual += static_cast<double>(rows.actual[i]) / static_cast<double>(rows.rows());
    }
    out.mean_predicted = predicted;
    out.mean_actual = actual;
    out.gap = range_of(clustered_mean(rows, gaps));
    if (kind != ModelKind::amount) {
        const Estimate slope = recalibrate(rows).slope;
        if (!std::isnan(slope.value)) out.slope = range_of(slope);
    }
    out.level = level_of(out, limits, kind);
    out.words = words_of(out);
    return out;
}

Result<Outcomes> try_check(
    const OutcomeEnvironment& environment, const scoring::LoadedModel& version, Options options, Timestamp now
) {
    const ModelKind kind = version.manifest().kind;
    if (kind == ModelKind::multi_class || kind == ModelKind::ranking) {
        return fail(ErrorCode::failed_precondition, "shares and rankings foretell no rate");
    }
    BOON_CHECK(look_behind(version, options));
    BOON_TRY(const LabelledSet set, label_rows(environment.warehouse, options, now));
    const auto own = time_in_card(version, "/data/test_from");
    if (own && set.test_from <= *own) {
        return fail(
            ErrorCode::failed_precondition,
            fmt::format("nothing has come true since its own test of {}", to_string(*own))
        );
    }
    BOON_TRY(
        const Assembled data, assemble(environment.warehouse, environment.schema, set, options, environment.currency)
    );
    std::vector<std::uint32_t> test;
    for (std::uint32_t i = 0; i < set.parts.size(); ++i) {
        if (set.parts[i] == Part::test) test.push_back(i);
    }
    BOON_TRY(const Matrix rows, as_read_by(version.columns(), data.columns, data.rows.select(test)));
    const std::vector<double> predicted = version.predict_all(rows.values, rows.rows());
    if (std::ranges::any_of(predicted, [](double p) { return std::isnan(p); })) {
        return fail(ErrorCode::failed_precondition, "it has no answer for some of these rows");
    }
    Outcomes out = measure({predicted, rows.labels, {}, rows.customers}, kind, options.gate);
    out.from = set.test_from;
    return out;
}

}  // namespace

Outcomes check_outcomes(
    const OutcomeEnvironment& environment, const scoring::LoadedModel& version, Options options, Timestamp now
) {
    auto checked = try_check(environment, version, std::move(options), now);
    Outcomes outcomes;
    if (checked) {
        outcomes = *std::move(checked);
    } else {
        outcomes.words = checked.error().message;
    }
    outcomes.checked_at = now;
    return outcomes;
}

}  // namespace boon::training
