// Which rows there are to learn from, and what came true for each: SQL over the warehouse's logical tables.
//
// What counts:
//   - a row is matured when its horizon had ended at the watermark minus the lateness; others stay out, early
//     positives included;
//   - nbo: a row is one `sent` interaction. It is positive when the customer converted on that same offer within the
//     offer's horizon; a conversion is credited once: to the exposure it names (exposure_id), else to the latest
//     exposure of that offer before it. Converting on another offer (converted_offer_id) is a negative;
//   - churn: a cut-off; customers with activity before it, long enough with the programme, not closed. Positive: no
//     activity from the cut-off on, for the horizon; or, where the options say so, that the company's own flag dates
//     the customer's leaving within it. Then only customers of whom the flag says anything are rows, who had not left
//     at the cut-off, and horizons end when the flag was last known;
//   - ltv: a cut-off; the revenue net of returns from the cut-off on, over the horizon, in currency units;
//   - propensity, upsell, cross_sell, default_risk, engagement: customers at cut-offs; campaign_response: contacts of
//     campaigns; each as its *_labels.cc says;
//   - product_recommendation: a cut-off; how many products the customer buys within the horizon;
//   - training windows end at or before the first test row.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "insight/training/options.h"
#include "records/catalog/offer.h"
#include "records/warehouse/warehouse.h"

namespace boon::training {

enum class Part { train, test };

// The rows are in a table of the warehouse until this goes away.
class LabelledSet {
public:
    LabelledSet(warehouse::Warehouse& warehouse, std::string table)
        : warehouse_(&warehouse), table_(std::move(table)) {}
    LabelledSet(LabelledSet&& other) noexcept;
    LabelledSet& operator=(LabelledSet&&) = delete;
    ~LabelledSet();

    // SELECT row_id, customer_id, as_of: ascending row_id from 0.
    [[nodiscard]] std::string rows_sql() const;
    [[nodiscard]] const std::string& table() const { return table_; }

    // By row_id.
    std::vector<float> labels;
    std::vector<Timestamp> as_of;
    std::vector<std::uint32_t> customers;  // numbered from 0
    std::vector<Part> parts;
    std::vector<OfferId> offers;           // nbo
    std::vector<std::int32_t> offer_rows;  // nbo: index into `versions` of the offer as it was at the exposure
    std::vector<float> propensities;       // nbo: NaN where not logged

    std::vector<std::uint32_t> campaigns;  // campaign_response: index into campaign_names
    std::vector<std::string> channels;     // campaign_response: of the contact; empty where not known
    std::vector<std::string> campaign_names;
    std::vector<bool> treated;  // of label_arms()

    std::vector<catalog::Offer> versions;  // nbo: of boon.offers, each row one
    Timestamp watermark;
    Timestamp test_from;
    std::optional<Timestamp> validation_from;  // with cut-offs: the last one of training, see split.h
    std::int32_t horizon_days = 0;             // the default one for nbo
    std::int64_t unmatured = 0;                // rows left out as not matured
    std::vector<std::string> warnings;

private:
    warehouse::Warehouse* warehouse_;
    std::string table_;
};

// Deals the labels out anew at random, within training and within test; the same way for the same seed.
void shuffle_labels(std::span<float> labels, const std::vector<Part>& parts, std::int64_t seed);

// `invalid` when there is nothing to learn from, with what is missing.
Result<LabelledSet> label_rows(warehouse::Warehouse& warehouse, const Options& options, Timestamp now);

// campaign_response: contacts, made or of a control group, and whether the customer converted, on whatever offer,
// within the horizon from the instant on. As label_rows() otherwise, but that nothing is credited: in either arm a
// conversion counts for each contact it follows.
Result<LabelledSet> label_arms(warehouse::Warehouse& warehouse, const Options& options, Timestamp now);

}  // namespace boon::training
