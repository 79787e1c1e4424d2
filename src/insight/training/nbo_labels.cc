#include <fmt/format.h>

#include "insight/training/label_sql.h"

namespace boon::training {
namespace {

// `sent` rows once each, with the offer as it was then and the horizon it had. A row of before the first version of
// its offer takes the first: some catalogues note their start late. Offer -1 is there because an ASOF LEFT JOIN of
// DuckDB 1.4 with an empty right side gives no rows at all.
std::string exposures_sql(const Options& options, const LabelWindow& window) {
    return fmt::format(
        "versions AS ({versions}), "
        "sent AS (SELECT * FROM boon.interactions WHERE kind = 'sent' AND occurred_at <= {watermark} "
        "AND known_at <= {now} QUALIFY interaction_id IS NULL OR row_number() OVER "
        "(PARTITION BY interaction_id ORDER BY known_at, occurred_at) = 1), "
        "live AS (SELECT s.*, v.version_row, v.horizon_days FROM sent s ASOF LEFT JOIN "
        "(SELECT offer_id, version_row, horizon_days, CASE WHEN row_number() OVER "
        "(PARTITION BY offer_id ORDER BY valid_from NULLS FIRST) = 1 THEN TIMESTAMP '0001-01-01' ELSE valid_from END "
        "AS from_at FROM versions UNION ALL SELECT -1, NULL, NULL, TIMESTAMP '0001-01-01') v ON s.offer_id = "
        "v.offer_id AND s.occurred_at >= v.from_at), "
        "exposures AS (SELECT row_number() OVER (ORDER BY occurred_at, customer_id, offer_id, interaction_id) AS n, "
        "customer_id, offer_id, interaction_id, occurred_at AS happened, propensity, version_row, "
        "occurred_at + to_days(coalesce(horizon_days, {horizon})::INTEGER) AS ends FROM live)",
        fmt::arg("versions", kOfferVersions), fmt::arg("watermark", sql_time(window.watermark)),
        fmt::arg("now", sql_time(window.now)), fmt::arg("horizon", options.nbo.default_horizon_days)
    );
}

// n of the exposures that were converted on: each conversion credits the one it names when that showed the offer it
// was for, else the latest of that offer before it; within the horizon in either case.
std::string credited_sql(const LabelWindow& window) {
    return fmt::format(
        "conversions AS (SELECT customer_id, coalesce(converted_offer_id, offer_id) AS offer_id, occurred_at AS "
        "happened, "
        "CASE WHEN coalesce(converted_offer_id, offer_id) = offer_id THEN exposure_id END AS exposure_id "
        "FROM boon.interactions WHERE kind = 'converted' AND known_at <= {now} QUALIFY interaction_id IS NULL OR "
        "row_number() OVER (PARTITION BY interaction_id ORDER BY known_at, occurred_at) = 1), "
        "named AS (SELECT e.n FROM conversions c JOIN exposures e ON c.exposure_id = e.interaction_id "
        "AND c.customer_id = e.customer_id AND c.offer_id = e.offer_id WHERE c.happened >= e.happened AND c.happened "
        "<= e.ends), "
        "latest AS (SELECT e.n FROM (SELECT * FROM conversions WHERE exposure_id IS NULL) c ASOF JOIN exposures e "
        "ON c.customer_id = e.customer_id AND c.offer_id = e.offer_id AND c.happened >= e.happened WHERE c.happened <= "
        "e.ends), "
        "credited AS (SELECT n FROM named UNION SELECT n FROM latest)",
        fmt::arg("now", sql_time(window.now))
    );
}

Result<std::string> outcome_sql(const Options& options, const LabelWindow& window) {
    if (options.nbo.outcome.empty()) return credited_sql(window);
    const auto found = options.outcomes.find(options.nbo.outcome);
    if (found == options.outcomes.end()) {
        std::string known;
        for (const auto& [name, sql] : options.outcomes) known += (known.empty() ? "" : ", ") + name;
        return fail(
            ErrorCode::invalid, fmt::format("there is no outcome \"{}\"", options.nbo.outcome),
            known.empty() ? "define it under [training.outcomes]" : "the outcomes defined are: " + known
        );
    }
    return fmt::format(
        "credited AS (SELECT n FROM exposures WHERE interaction_id IN (SELECT interaction_id::VARCHAR FROM ({})))",
        found->second
    );
}

struct Counts {
    std::int64_t matured = 0;
    std::int64_t unmatured = 0;
    Timestamp test_from;
};

// Where the last `test_share` of the matured exposures begins.
Result<Counts> count_exposures(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    const std::string sql = fmt::format(
        "WITH {} SELECT count(*) FILTER (ends <= {settled}), count(*) FILTER (ends > {settled}), "
        "quantile_disc(happened, {share}) FILTER (ends <= {settled}) FROM exposures",
        exposures_sql(options, window), fmt::arg("settled", sql_time(window.settled)),
        fmt::arg("share", 1 - options.nbo.test_share)
    );
    BOON_TRY(const auto frame, warehouse.query(sql));
    Counts counts{frame.columns[0].integer(0), frame.columns[1].integer(0), {}};
    if (options.test_from) {
        counts.test_from = *options.test_from;
    } else if (!frame.columns[2].is_null(0)) {
        counts.test_from = frame.columns[2].time(0);
    }
    return counts;
}

}  // namespace

std::string last_interaction_sql(const Options& /*options*/, Timestamp now) {
    return fmt::format("SELECT max(occurred_at) FROM boon.interactions WHERE known_at <= {}", sql_time(now));
}

Result<LabelPlan> plan_nbo(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    BOON_TRY(const std::string outcome, outcome_sql(options, window));
    BOON_TRY(const Counts counts, count_exposures(warehouse, options, window));
    LabelPlan plan;
    plan.test_from = counts.test_from;
    plan.unmatured = counts.unmatured;
    plan.horizon_days = options.nbo.default_horizon_days;
    // The multi-class form learns which offer converters took: its rows are the positive ones, its labels the offers.
    const bool classes = options.nbo.form == NboForm::multi_class;
    plan.rows_sql = fmt::format(
        "WITH {exposures}, {outcome}, parted AS (SELECT e.*, n IN (SELECT n FROM credited) AS positive, "
        "e.happened >= {test_from} AS is_test FROM exposures e WHERE ends <= {settled} AND "
        "(ends <= {test_from} OR (happened >= {test_from} AND happened < {test_until})){only}) "
        "SELECT row_number() OVER (ORDER BY n) - 1 AS row_id, customer_id, "
        "dense_rank() OVER (ORDER BY customer_id) - 1 AS customer, happened AS as_of, {label} AS label, is_test, "
        "offer_id, "
        "version_row, propensity FROM parted ORDER BY n",
        fmt::arg("exposures", exposures_sql(options, window)), fmt::arg("outcome", outcome),
        fmt::arg("test_from", sql_time(counts.test_from)), fmt::arg("settled", sql_time(window.settled)),
        fmt::arg("test_until", sql_time(options.test_until.value_or(plus_micros(window.watermark, 1)))),
        fmt::arg("only", classes ? " AND n IN (SELECT n FROM credited)" : ""),
        fmt::arg("label", classes ? "offer_id::DOUBLE" : "positive::INTEGER::DOUBLE")
    );
    return plan;
}

}  // namespace boon::training
