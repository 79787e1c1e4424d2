// Drift: whether what a model reads, and what it says, is still spread over the base as it was when the version came
// to serve. The measure is the population stability index, PSI = Σ (a − e) ln(a / e) over bins, e the shares then and
// a the shares now (Siddiqi 2006, ch. 8): below 0.1 stable, from 0.25 on drifted.
//
// Then and now are the base of profiles, not training rows: those are a chosen population (active customers, say),
// and to measure the base against them would call the choice a drift.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "insight/scoring/registry.h"
#include "records/profiles/table.h"

namespace boon::scoring {

inline constexpr double kStableBelow = 0.1;
inline constexpr double kDriftedFrom = 0.25;

// Shares are kept at 1e-4 at least, so that an empty bin does not make it infinite.
double stability_index(std::span<const double> then, std::span<const double> now);

// Tenths of the values then; the last share is of those that are missing.
struct Spread {
    std::string name;
    std::vector<double> edges;   // a value belongs to the bin of as many edges as are not above it
    std::vector<double> shares;  // edges + 2
};
BOOST_DESCRIBE_STRUCT(Spread, (), (name, edges, shares))
Spread spread_of(std::string name, std::span<const float> values);
// Shares of these values in the same bins.
std::vector<double> shares_in(const Spread& spread, std::span<const float> values);

struct DriftReference {
    std::string version;
    Timestamp as_of;  // the profiles
    std::int64_t customers = 0;
    std::optional<Spread> score;  // of a model of one output
    std::vector<Spread> columns;  // what it reads of a customer
};
BOOST_DESCRIBE_STRUCT(DriftReference, (), (version, as_of, customers, score, columns))

enum class DriftLevel { stable, moving, drifted };
BOOST_DESCRIBE_ENUM(DriftLevel, stable, moving, drifted)

struct FeatureDrift {
    std::string name;
    double psi = 0;
};
BOOST_DESCRIBE_STRUCT(FeatureDrift, (), (name, psi))

// A figure with its 95 % interval.
struct Range {
    double value = 0;
    double lower = 0;
    double upper = 0;
};
BOOST_DESCRIBE_STRUCT(Range, (), (value, lower, upper))

// What a version said of rows that neither its training nor its test has seen, and what came true.
struct Outcomes {
    Timestamp checked_at;
    std::optional<Timestamp> from;  // the rows' cut-off, or the first exposure; nothing: there were none
    std::int64_t rows = 0;
    std::int64_t customers = 0;
    std::optional<double> mean_predicted;
    std::optional<double> mean_actual;  // the rate, or the mean amount
    std::optional<Range> gap;           // mean_predicted − mean_actual, by customer
    std::optional<Range> slope;         // of the calibration of probabilities: 1 is right
    DriftLevel level = DriftLevel::stable;
    std::string words;  // all of it in a sentence; without rows: why there are none
};
BOOST_DESCRIBE_STRUCT(
    Outcomes, (), (checked_at, from, rows, customers, mean_predicted, mean_actual, gap, slope, level, words)
)

struct DriftReport {
    std::string name;
    std::string version;
    Timestamp measured_at;
    Timestamp as_of;
    Timestamp reference_as_of;
    std::int64_t customers = 0;
    DriftLevel level = DriftLevel::stable;  // of the largest
    std::optional<double> score_psi;
    std::vector<FeatureDrift> features;  // largest first
    std::optional<Outcomes> outcomes;    // of the last check; null: there was none yet
};
BOOST_DESCRIBE_STRUCT(
    DriftReport, (),
    (name, version, measured_at, as_of, reference_as_of, customers, level, score_psi, features, outcomes)
)

// Of at most 100 000 customers, evenly drawn. The model must be there.
DriftReference take_reference(const Serving& serving, const profiles::Image& image);
DriftReport measure_drift(
    const Serving& serving, const profiles::Image& image, const DriftReference& reference, Timestamp now
);

// The references and reports in the operational database. Thread-safe.
class DriftLog {
public:
    explicit DriftLog(db::Database& database) : database_(database) {}

    // Measures the model against its version's reference, and keeps the report. Without a reference the base as it is
    // now becomes it, and everything is stable.
    // `outcomes`: of the check there was now; nothing: what the last one found is said again.
    Result<DriftReport> measure(
        const Serving& serving, const profiles::Image& image, const std::optional<Outcomes>& outcomes, Timestamp now
    );
    // Of the version's last check; nothing before the first.
    Result<std::optional<Outcomes>> last_outcomes(std::string_view version);
    // Newest first.
    Result<std::vector<DriftReport>> list(std::string_view name, std::int64_t limit);

private:
    db::Database& database_;
};

}  // namespace boon::scoring
