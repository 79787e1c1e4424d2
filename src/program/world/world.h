// A synthetic programme whose truth is known: who would accept which offer, who leaves and when, what each customer
// is worth. docs/world.md says what is true in it, with the formulas. Files are the same to the byte for the same
// Options on every machine and whatever the number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/warehouse/warehouse.h"

namespace boon::world {

// How the world differs from a clean one. Shares are 0–1.
struct Parameters {
    double transactions_per_year = 16;  // mean rate of a customer while there
    double exposures_per_year = 7;      // offers shown to a customer
    double leaving_share = 0.25;        // who leaves within 540 days, roughly
    double confounded_share = 0.5;      // exposures chosen by a policy that prefers what converts (propensity NULL);
                                        // the rest is drawn evenly (propensity 1/8)
    double interactions = 1;         // how far a customer's answer depends on pairs of features (price sensitivity and
                                     // discount, spend and discount, age and novelty, recency and effort), and not
                                     // on each alone: 0 = not at all
    double unobserved = 0.4;         // standard deviation of what no record shows, in the logit of accepting
    double drift = 0.3;              // how far offers' appeal moves over the period, in the logit
    double missing_share = 0.04;     // of region, birth_year, gender, category, channel: NULL
    double late_share = 0.03;        // of events: known later than they occurred
    double late_days = 1.0;          // by how much, on average
    double duplicate_share = 0.002;  // of events: delivered twice, the second time later
    double control_share = 0.1;      // of outbound contacts: of the control group, not made
    double own_accord = 0;           // how much of what a contact brings would have come without it: 0 nothing, 1 all
    double confounded_control = 0;   // how far the control group is who would convert least; 0 = drawn evenly
};

struct Options {
    std::string folder;  // created; what it holds of an earlier world is replaced
    std::int64_t customers = 10'000;
    std::uint64_t seed = 1;
    Timestamp start{1'735'689'600'000'000};  // 2025-01-01
    int days = 540;
    int threads = 2;
    Parameters parameters = {};
};

struct Summary {
    std::int64_t customers = 0;
    std::int64_t transactions = 0;
    std::int64_t interactions = 0;
    std::int64_t payments = 0;
    std::int64_t exposures = 0;
    std::int64_t conversions = 0;
    std::int64_t leavers = 0;

    bool operator==(const Summary&) const = default;
};

// Called with the customers done so far, from any of the threads, one at a time. False: stop.
using Progress = std::function<bool(std::int64_t done)>;

// Writes FOLDER/TABLE/part-NNN.parquet for customers, transactions, interactions, payments, holdings, contacts, offers
// and truth_accept, truth_exposures, truth_contacts, truth_churn, truth_value, truth_answers, and FOLDER/offers.json.
// `invalid` for parameters that make no world, `unavailable` for a folder that cannot be written or when stopped.
Result<Summary> generate(const Options& options, const Progress& progress = {});

// The logical tables over such a folder, ready for warehouse::Options; the folder stands in the SELECTs as it is
// given.
std::map<std::string, warehouse::TableSource> tables_of(const std::string& folder);

}  // namespace boon::world
