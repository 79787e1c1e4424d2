#include "insight/models/trees.h"

namespace boon::models {

void Trees::make_layouts() {
    std::vector<bool> is_used(features, false);
    for (const Node& node : nodes) {
        if (node.left != 0) is_used[node.feature] = true;
    }
    used_index.assign(features, 0);
    for (std::uint32_t feature = 0; feature < features; ++feature) {
        if (!is_used[feature]) continue;
        used_index[feature] = static_cast<std::uint32_t>(used_features.size());
        used_features.push_back(feature);
    }
    walk = make_walk_layout(*this);
    quantised = make_quantised(*this);
    shap = make_shap_tables(*this);
}

}  // namespace boon::models
