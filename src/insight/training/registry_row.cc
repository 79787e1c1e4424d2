#include "insight/training/train.h"

namespace boon::training {

scoring::ModelVersion registry_row(const TrainedModel& model, std::string created_by) {
    scoring::ModelVersion row;
    const ModelCard& card = model.card;
    row.version = card.version;
    row.name = card.name;
    row.kind = card.kind;
    row.manifest_hash = model.manifest_hash;
    row.gate_passed = card.gate.passed;
    row.verdict = card.gate.verdict;
    row.metrics = json::parse(json::write(card.test)).value_or(json::Value());
    if (card.test.binary) row.fallback_value = card.test.binary->base_rate;
    if (card.test.amount) row.fallback_value = card.test.amount->mean_actual;
    row.created_at = card.created_at;
    row.created_by = std::move(created_by);
    return row;
}

}  // namespace boon::training
