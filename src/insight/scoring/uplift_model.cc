#include "insight/scoring/uplift_model.h"

#include <algorithm>

#include <fmt/format.h>

#include "insight/scoring/calibration.h"
#include "platform/base/json.h"

namespace boon::scoring {
namespace {

using Files = std::map<std::string, std::string>;

Result<models::TreeEnsemble> read_trees(const Files& files, std::string_view name, std::size_t columns) {
    const auto found = files.find(std::string(name));
    if (found == files.end()) {
        return fail(ErrorCode::conflict, fmt::format("the model has no {}", name), "train and promote a new version");
    }
    BOON_TRY(auto trees, models::TreeEnsemble::from_xgboost(std::as_bytes(std::span(found->second))));
    const bool fits = static_cast<std::size_t>(trees.features()) == columns && trees.outputs() == 1;
    if (fits && trees.objective() == models::Objective::binary_logistic) return trees;
    return fail(ErrorCode::conflict, fmt::format("the model's {} does not read its columns", name));
}

std::vector<std::string_view> files_of(UpliftWay way) {
    switch (way) {
        case UpliftWay::two_models: return {kUpliftTreatedFile, kUpliftUntreatedFile};
        case UpliftWay::changed_labels: return {kUpliftAgreementFile};
        case UpliftWay::none: return {};
    }
    return {};
}

}  // namespace

Result<std::shared_ptr<const UpliftModel>> UpliftModel::read(const Files& files, std::size_t columns) {
    const auto found = files.find(std::string(kUpliftFile));
    if (found == files.end()) return nullptr;
    auto part = json::read_text<UpliftPart>(found->second, {.currency = {}, .read_as = json::ReadAs::stored});
    if (!part) return in_context(fmt::format("the model's {} cannot be read", kUpliftFile), part.error());
    // No make_shared: the constructor is private.
    std::shared_ptr<UpliftModel> model(new UpliftModel);
    model->part_ = *std::move(part);
    model->columns_ = columns;
    if (!(model->part_.slope > 0)) {
        return fail(ErrorCode::conflict, fmt::format("the slope of the model's {} is not above 0", kUpliftFile));
    }
    if (!std::ranges::is_sorted(model->part_.bands, {}, &UpliftBand::up_to)) {
        return fail(ErrorCode::conflict, fmt::format("the bands of the model's {} are out of order", kUpliftFile));
    }
    for (const std::string_view name : files_of(model->part_.way)) {
        BOON_TRY(auto trees, read_trees(files, name, columns));
        model->trees_.push_back(std::move(trees));
    }
    return model;
}

std::vector<double> UpliftModel::values(std::span<const float> rows, std::size_t count) const {
    BOON_ASSERT(rows.size() == count * columns_ && part_.way != UpliftWay::none);
    std::vector<std::vector<double>> probabilities;
    for (const models::TreeEnsemble& trees : trees_) {
        std::vector<float> margins(count);
        trees.margins_batch(rows.data(), count, columns_, margins.data());
        auto& of = probabilities.emplace_back(count);
        std::ranges::transform(margins, of.begin(), [](float m) { return inverse_logit(static_cast<double>(m)); });
    }
    std::vector<double> out = std::move(probabilities.front());
    for (std::size_t i = 0; i < count; ++i) {
        const double gain =
            part_.way == UpliftWay::two_models ? out[i] - probabilities[1][i] : gain_of_agreement(out[i]);
        out[i] = part_.shift + part_.slope * gain;
    }
    return out;
}

std::optional<Uplift> UpliftModel::of(std::span<const float> row) const {
    if (part_.way == UpliftWay::none) return std::nullopt;
    Uplift uplift;
    uplift.value = values(row, 1).front();
    if (part_.bands.empty()) return uplift;
    auto band = std::ranges::lower_bound(part_.bands, uplift.value, {}, &UpliftBand::up_to);
    if (band == part_.bands.end()) --band;
    uplift.lower = band->lower;
    uplift.upper = band->upper;
    return uplift;
}

}  // namespace boon::scoring
