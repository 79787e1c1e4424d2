#include "insight/scoring/drift.h"

#include <algorithm>
#include <cmath>

#include "insight/scoring/predict_many.h"
#include "platform/db/record.h"
#include "records/profiles/base_order.h"

namespace boon::scoring {
namespace {

constexpr std::size_t kMostCustomers = 100'000;
constexpr std::size_t kBins = 10;
constexpr double kLeastShare = 1e-4;

// The rows of the model, column by column, and its scores.
struct Seen {
    std::vector<std::string> names;
    std::vector<std::vector<float>> columns;
    std::vector<float> scores;  // empty: none of one output
    std::int64_t customers = 0;
};

bool is_of_customer(const ModelColumn& column) {
    return !column.name.starts_with("offer.") && !column.name.starts_with("contact.");
}

Seen look(const Serving& serving, const profiles::Image& image) {
    const auto& columns = serving.model->columns().columns;
    const std::size_t step = 1 + image.size() / kMostCustomers;
    std::vector<std::span<const float>> profiles;
    for (std::size_t row = 0; row < image.size(); row += step) profiles.push_back(image.at(row).features);
    Seen seen;
    seen.customers = static_cast<std::int64_t>(profiles.size());
    std::vector<std::size_t> read;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        if (!is_of_customer(columns[c])) continue;
        read.push_back(c);
        seen.names.push_back(columns[c].name);
        seen.columns.emplace_back().reserve(profiles.size());
    }
    std::vector<float> row(columns.size());
    for (const auto& profile : profiles) {
        serving.rows.assemble(profile, row);
        for (std::size_t i = 0; i < read.size(); ++i) seen.columns[i].push_back(row[read[i]]);
    }
    const ModelKind kind = serving.model->manifest().kind;
    if (kind == ModelKind::pair || kind == ModelKind::multi_class || kind == ModelKind::ranking) return seen;
    for (const double value : predict_many(&serving, profiles)) seen.scores.push_back(static_cast<float>(value));
    return seen;
}

std::size_t bin_of(const Spread& spread, float value) {
    if (std::isnan(value)) return spread.edges.size() + 1;
    const auto above = std::ranges::upper_bound(spread.edges, static_cast<double>(value));
    return static_cast<std::size_t>(above - spread.edges.begin());
}

DriftLevel level_of(double psi) {
    if (psi >= kDriftedFrom) return DriftLevel::drifted;
    return psi >= kStableBelow ? DriftLevel::moving : DriftLevel::stable;
}

struct ReferenceRow {
    std::string version;
    DriftReference document;
};
BOOST_DESCRIBE_STRUCT(ReferenceRow, (), (version, document))

}  // namespace

double stability_index(std::span<const double> then, std::span<const double> now) {
    BOON_ASSERT(then.size() == now.size());
    double index = 0;
    for (std::size_t i = 0; i < then.size(); ++i) {
        const double e = std::max(then[i], kLeastShare);
        const double a = std::max(now[i], kLeastShare);
        index += (a - e) * std::log(a / e);
    }
    return index;
}

std::vector<double> shares_in(const Spread& spread, std::span<const float> values) {
    std::vector<double> shares(spread.edges.size() + 2);
    for (const float value : values) shares[bin_of(spread, value)] += 1;
    for (double& share : shares) share /= static_cast<double>(std::max<std::size_t>(values.size(), 1));
    return shares;
}

Spread spread_of(std::string name, std::span<const float> values) {
    Spread spread{std::move(name), {}, {}};
    std::vector<float> known;
    for (const float value : values) {
        if (!std::isnan(value)) known.push_back(value);
    }
    std::ranges::sort(known);
    for (std::size_t k = 1; k < kBins && !known.empty(); ++k) {
        const auto edge = static_cast<double>(known[known.size() * k / kBins]);
        if (spread.edges.empty() || edge > spread.edges.back()) spread.edges.push_back(edge);
    }
    spread.shares = shares_in(spread, values);
    return spread;
}

DriftReference take_reference(const Serving& serving, const profiles::Image& image) {
    const Seen seen = look(serving, image);
    DriftReference reference;
    reference.version = serving.model->manifest().version;
    reference.as_of = profiles::latest_instant(image);
    reference.customers = seen.customers;
    for (std::size_t i = 0; i < seen.names.size(); ++i)
        reference.columns.push_back(spread_of(seen.names[i], seen.columns[i]));
    if (!seen.scores.empty()) reference.score = spread_of("score", seen.scores);
    return reference;
}

DriftReport measure_drift(
    const Serving& serving, const profiles::Image& image, const DriftReference& reference, Timestamp now
) {
    const Seen seen = look(serving, image);
    DriftReport report;
    report.name = serving.model->manifest().name;
    report.version = serving.model->manifest().version;
    report.measured_at = now;
    report.as_of = profiles::latest_instant(image);
    report.reference_as_of = reference.as_of;
    report.customers = seen.customers;
    double largest = 0;
    for (std::size_t i = 0; i < seen.names.size(); ++i) {
        const auto then = std::ranges::find(reference.columns, seen.names[i], &Spread::name);
        if (then == reference.columns.end()) continue;
        const double psi = stability_index(then->shares, shares_in(*then, seen.columns[i]));
        report.features.push_back({seen.names[i], psi});
        largest = std::max(largest, psi);
    }
    std::ranges::stable_sort(report.features, std::greater(), &FeatureDrift::psi);
    if (reference.score && !seen.scores.empty()) {
        report.score_psi = stability_index(reference.score->shares, shares_in(*reference.score, seen.scores));
        largest = std::max(largest, *report.score_psi);
    }
    report.level = level_of(largest);
    return report;
}

Result<std::optional<Outcomes>> DriftLog::last_outcomes(std::string_view version) {
    return database_.read([&](db::Connection& connection) -> Result<std::optional<Outcomes>> {
        BOON_TRY(
            auto last, db::select_one<DriftReport>(
                           connection,
                           "select * from model_drifts where version = ? and outcomes is not null order by measured_at "
                           "desc limit 1",
                           {version}
                       )
        );
        return last ? std::move(last->outcomes) : std::nullopt;
    });
}

Result<DriftReport> DriftLog::measure(
    const Serving& serving, const profiles::Image& image, const std::optional<Outcomes>& outcomes, Timestamp now
) {
    const std::string version = serving.model->manifest().version;
    BOON_TRY(auto row, database_.read([&](db::Connection& connection) {
        return db::select_one<ReferenceRow>(connection, "select * from model_references where version = ?", {version});
    }));
    const bool is_first = !row;
    if (is_first) row = ReferenceRow{version, take_reference(serving, image)};
    DriftReport report = measure_drift(serving, image, row->document, now);
    report.outcomes = outcomes;
    if (!outcomes) {
        BOON_TRY(report.outcomes, last_outcomes(version));
    }
    const Status kept = database_.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        if (is_first) BOON_CHECK(db::insert(connection, "model_references", *row));
        return db::insert(connection, "model_drifts", report);
    });
    BOON_CHECK(kept);
    return report;
}

Result<std::vector<DriftReport>> DriftLog::list(std::string_view name, std::int64_t limit) {
    return database_.read([&](db::Connection& connection) {
        return db::select<DriftReport>(
            connection, "select * from model_drifts where name = ? order by measured_at desc limit ?", {name, limit}
        );
    });
}

}  // namespace boon::scoring
