// From the warehouse to a judged version on disk: labels, features, fit, calibration, test, gate, card, artefact.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "insight/scoring/registry.h"
#include "insight/training/card.h"
#include "insight/training/fit.h"
#include "platform/base/money.h"
#include "records/features/schema.h"
#include "records/warehouse/warehouse.h"

namespace boon::training {

struct TrainProgress {
    std::string_view step;  // labels, features, fit, calibrate, test, gate, uplift, write
    double done = 0;        // of the step, 0–1
    FitProgress fit;        // in the step `fit`
};

class LabelledSet;

// The rows that a version was judged on, and what it said of each.
struct TestRows {
    const LabelledSet& set;
    std::span<const std::uint32_t> rows;  // of it
    std::span<const double> predicted;    // one a row: a calibrated probability, or an amount
};

struct TrainEnvironment {
    warehouse::Warehouse& warehouse;
    const features::Schema& schema;
    Currency currency;
    std::filesystem::path models_folder;  // empty: nothing is written, only judged
    FitProcess process;                   // its progress is set here
    std::string code_version;
    // Compared with on the same rows, when its columns are among those of this run; may be null. Not of rankings.
    std::shared_ptr<const scoring::LoadedModel> champion = nullptr;
    // An error stops the run and is returned.
    std::function<Status(const TrainProgress&)> progress = {};
    // Of a probability or an amount, when it has been judged; an error stops the run and is returned.
    std::function<Status(const TestRows&)> tested = {};
};

struct TrainedModel {
    std::filesystem::path folder;
    std::string manifest_hash;
    ModelCard card;
};

// A version that the gate refuses is written all the same, marked: its card says why. `invalid` when there is too
// little to learn from at all. Blocks; one thread.
Result<TrainedModel> train(const TrainEnvironment& environment, const Options& options, Timestamp now);

// A run for each seed, as Options::shuffle_labels_seed says, of the same rows: what was learnt of labels at random, for
// each. Rows and features are made once.
Result<std::vector<TrainedModel>> train_shuffled(
    const TrainEnvironment& environment, const Options& options, Timestamp now, std::span<const std::int64_t> seeds
);

// The registry's row for it: a candidate.
scoring::ModelVersion registry_row(const TrainedModel& model, std::string created_by);

}  // namespace boon::training
