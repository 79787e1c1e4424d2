// The models that a run can train, one row each: what a row of the labelled set is, what comes out, in words. A new
// one is a value of Model, a file with its labels, and a row here.
#pragma once

#include <span>
#include <string>

#include "insight/scoring/artefact.h"
#include "insight/training/label_sql.h"
#include "insight/training/options.h"

namespace boon::training {

struct ModelRow {
    Model model;
    scoring::ModelKind (*kind)(const Options& options);
    // What the number means.
    std::string (*answers)(const Options& options, std::int32_t horizon_days);
    // Which rows, and what came true of each.
    Result<LabelPlan> (*plan)(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
    // SELECT of one instant: the last event that the labels are made of, known by `now`.
    std::string (*last_event)(const Options& options, Timestamp now);
    std::string_view made_of;  // what those events are: "interactions"
    // Of the training customers, for early stopping and calibration.
    double (*validation_share)(const Options& options);
    std::string_view population;  // which rows there are, in words
};

std::span<const ModelRow> model_table();
const ModelRow& row_of(Model model);

}  // namespace boon::training
