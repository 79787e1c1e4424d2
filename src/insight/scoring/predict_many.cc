#include "insight/scoring/predict_many.h"

#include <limits>

namespace boon::scoring {

std::vector<double> predict_many(const Serving* serving, std::span<const std::span<const float>> profiles) {
    std::vector<double> values(profiles.size(), std::numeric_limits<double>::quiet_NaN());
    if (serving == nullptr || serving->model == nullptr || profiles.empty()) return values;
    const LoadedModel& model = *serving->model;
    const ModelKind kind = model.manifest().kind;
    if (kind == ModelKind::multi_class || kind == ModelKind::ranking || model.scorer()->outputs() != 1) return values;
    const std::size_t stride = model.columns().columns.size();
    std::vector<float> rows(profiles.size() * stride);
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        serving->rows.assemble(profiles[i], std::span(rows).subspan(i * stride, stride));
    }
    return model.predict_all(rows, profiles.size());
}

}  // namespace boon::scoring
