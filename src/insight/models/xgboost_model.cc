#include "insight/models/xgboost_model.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "insight/models/link.h"
#include "insight/models/tree_builder.h"
#include "insight/models/ubjson.h"

namespace boon::models {

namespace {

using json::Array;
using json::Object;
using json::Value;

std::unexpected<Error> damaged(std::string why) {
    return fail(
        ErrorCode::invalid, std::move(why), "the model is damaged or was not saved by XGBoost; export it again"
    );
}

// A place in the document, with its name for messages: `learner.objective`.
struct Place {
    const Object* object;
    std::string name;
};

std::string member_name(const Place& place, std::string_view member) {
    return place.name.empty() ? std::string(member) : fmt::format("{}.{}", place.name, member);
}

Result<Place> object_at(const Place& parent, std::string_view member) {
    const Value* value = parent.object->if_contains(member);
    std::string name = member_name(parent, member);
    if (value == nullptr || !value->is_object()) return damaged(fmt::format("`{}` is missing or not an object", name));
    return Place{&value->get_object(), std::move(name)};
}

Result<const Array*> array_at(const Place& parent, std::string_view member) {
    const Value* value = parent.object->if_contains(member);
    if (value == nullptr || !value->is_array()) {
        return damaged(fmt::format("`{}` is missing or not an array", member_name(parent, member)));
    }
    return &value->get_array();
}

Result<std::string_view> text_at(const Place& parent, std::string_view member) {
    const Value* value = parent.object->if_contains(member);
    if (value == nullptr || !value->is_string()) {
        return damaged(fmt::format("`{}` is missing or not text", member_name(parent, member)));
    }
    return std::string_view(value->get_string());
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// XGBoost keeps its parameters as text.
Result<std::int64_t> count_at(const Place& parent, std::string_view member) {
    const Value* value = parent.object->if_contains(member);
    std::optional<std::int64_t> count;
    if (value != nullptr && value->is_string()) count = number_in<std::int64_t>(std::string_view(value->get_string()));
    if (value != nullptr && value->is_int64()) count = value->get_int64();
    if (!count || *count < 0) return damaged(fmt::format("`{}` is not a count", member_name(parent, member)));
    return *count;
}

Result<std::int64_t> count_at(const Place& parent, std::string_view member, std::int64_t when_absent) {
    return parent.object->contains(member) ? count_at(parent, member) : Result<std::int64_t>(when_absent);
}

// Floats of a model were float32 when saved; a double beyond them becomes an infinity, which the builder refuses.
std::optional<float> float_of(const Value& value) {
    if (const double* number = value.if_double()) return static_cast<float>(*number);
    if (const std::int64_t* number = value.if_int64()) return static_cast<float>(*number);
    return std::nullopt;
}

std::optional<std::int64_t> integer_of(const Value& value) {
    if (const std::int64_t* number = value.if_int64()) return *number;
    if (const bool* flag = value.if_bool()) return *flag ? 1 : 0;
    return std::nullopt;
}

constexpr std::array kObjectives = {
    std::pair{std::string_view("binary:logistic"), Objective::binary_logistic},
    std::pair{std::string_view("binary:logitraw"), Objective::binary_logitraw},
    std::pair{std::string_view("reg:logistic"), Objective::reg_logistic},
    std::pair{std::string_view("reg:squarederror"), Objective::reg_squarederror},
    std::pair{std::string_view("multi:softprob"), Objective::multi_softprob},
    std::pair{std::string_view("multi:softmax"), Objective::multi_softmax},
    std::pair{std::string_view("count:poisson"), Objective::count_poisson},
    std::pair{std::string_view("reg:gamma"), Objective::reg_gamma},
    std::pair{std::string_view("reg:tweedie"), Objective::reg_tweedie},
    std::pair{std::string_view("rank:pairwise"), Objective::rank_pairwise},
    std::pair{std::string_view("rank:ndcg"), Objective::rank_ndcg},
    std::pair{std::string_view("rank:map"), Objective::rank_map},
};

Result<Objective> objective_of(const Place& learner) {
    BOON_TRY(const Place objective, object_at(learner, "objective"));
    BOON_TRY(const std::string_view name, text_at(objective, "name"));
    std::string known;
    for (const auto& [its_name, value] : kObjectives) {
        if (its_name == name) return value;
        known += known.empty() ? "" : ", ";
        known += its_name;
    }
    return fail(
        ErrorCode::invalid, fmt::format("the objective `{}` is not supported", name.substr(0, 60)),
        fmt::format("train with one of {}", known)
    );
}

// `5E-1`, or since 3.1 `[5E-1]` or `[2E-1,3E-1,5E-1]`.
Result<std::vector<float>> scores_in(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    std::vector<float> scores;
    while (true) {
        const std::size_t comma = text.find(',');
        std::string_view part = text.substr(0, comma);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        const auto score = number_in<float>(part);
        if (!score || scores.size() == static_cast<std::size_t>(TreeBuilder::kMaxOutputs)) {
            return damaged("`base_score` is not a number or a list of numbers");
        }
        scores.push_back(*score);
        if (comma == std::string_view::npos) return scores;
        text.remove_prefix(comma + 1);
    }
}

Result<std::vector<float>> base_margins_of(const Place& parameters, Objective objective, std::int64_t outputs) {
    BOON_TRY(const std::string_view text, text_at(parameters, "base_score"));
    BOON_TRY(std::vector<float> margins, scores_in(text));
    const auto wanted = static_cast<std::size_t>(outputs);
    if (margins.size() == 1) margins.resize(wanted, margins.front());
    if (margins.size() != wanted) {
        return damaged(fmt::format("`base_score` has {} values for {} outputs", margins.size(), outputs));
    }
    for (float& margin : margins) margin = margin_from_score(objective, margin);
    return margins;
}

// The columns of one tree; all as long as the first.
struct TreeColumns {
    const Array* left;
    const Array* right;
    const Array* feature;
    const Array* value;
    const Array* default_left;
    const Array* cover;
};

Result<TreeColumns> columns_of(const Place& tree) {
    TreeColumns columns{};
    const std::array wanted = {
        std::pair{"left_children", &columns.left},        std::pair{"right_children", &columns.right},
        std::pair{"split_indices", &columns.feature},     std::pair{"split_conditions", &columns.value},
        std::pair{"default_left", &columns.default_left}, std::pair{"sum_hessian", &columns.cover},
    };
    for (const auto& [name, column] : wanted) {
        BOON_TRY(*column, array_at(tree, name));
        if ((*column)->size() != columns.left->size()) {
            return damaged(fmt::format(
                "`{}` has {} values for {} nodes", member_name(tree, name), (*column)->size(), columns.left->size()
            ));
        }
    }
    return columns;
}

std::unexpected<Error> several_targets() {
    return fail(ErrorCode::invalid, "models with several targets are not supported", "train one model per target");
}

Status refuse_what_is_not_supported(const Place& tree) {
    BOON_TRY(const Place parameters, object_at(tree, "tree_param"));
    BOON_TRY(const std::int64_t leaf_size, count_at(parameters, "size_leaf_vector", 0));
    if (leaf_size > 1) return several_targets();
    if (const Value* types = tree.object->if_contains("split_type"); types != nullptr && types->is_array()) {
        for (const Value& type : types->get_array()) {
            if (integer_of(type) != 0) {
                return fail(
                    ErrorCode::invalid, fmt::format("`{}` has categorical splits, which are not supported", tree.name),
                    "train with enable_categorical=false on one column per category"
                );
            }
        }
    }
    return {};
}

Result<std::vector<SourceNode>> nodes_of(const Place& tree) {
    BOON_CHECK(refuse_what_is_not_supported(tree));
    BOON_TRY(const TreeColumns columns, columns_of(tree));
    std::vector<SourceNode> nodes(columns.left->size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto left = integer_of((*columns.left)[i]);
        const auto right = integer_of((*columns.right)[i]);
        const auto feature = integer_of((*columns.feature)[i]);
        const auto value = float_of((*columns.value)[i]);
        const auto default_left = integer_of((*columns.default_left)[i]);
        const auto cover = float_of((*columns.cover)[i]);
        if (!left || !right || !feature || !value || !default_left || !cover) {
            return damaged(fmt::format("node {} of `{}` has a value of the wrong kind", i, tree.name));
        }
        nodes[i] = {*left, *right, *feature, *value, *default_left != 0, *cover};
    }
    return nodes;
}

// The model proper, and with dart the weight of each tree.
struct Booster {
    Place model;
    const Array* weights = nullptr;
};

Result<Booster> booster_of(const Place& learner) {
    BOON_TRY(const Place booster, object_at(learner, "gradient_booster"));
    BOON_TRY(const std::string_view name, text_at(booster, "name"));
    if (name == "gbtree") {
        BOON_TRY(Place model, object_at(booster, "model"));
        return Booster{.model = std::move(model)};
    }
    if (name == "dart") {
        BOON_TRY(const Place gbtree, object_at(booster, "gbtree"));
        BOON_TRY(Place model, object_at(gbtree, "model"));
        BOON_TRY(const Array* weights, array_at(booster, "weight_drop"));
        return Booster{std::move(model), weights};
    }
    return fail(
        ErrorCode::invalid, fmt::format("the booster `{}` is not supported", name.substr(0, 60)),
        "train with booster=gbtree or dart"
    );
}

// dart scales each tree; XGBoost rounds the scaled leaf to float32 before it adds it.
void weigh_leaves(std::vector<SourceNode>& nodes, float weight) {
    for (SourceNode& node : nodes) {
        if (node.left == -1) node.value *= weight;
    }
}

Status add_trees(TreeBuilder& builder, const Booster& booster) {
    BOON_TRY(const Array* trees, array_at(booster.model, "trees"));
    BOON_TRY(const Array* outputs, array_at(booster.model, "tree_info"));
    if (outputs->size() != trees->size() || (booster.weights != nullptr && booster.weights->size() != trees->size())) {
        return damaged(
            fmt::format("`tree_info` or `weight_drop` does not have one value for each of {} trees", trees->size())
        );
    }
    for (std::size_t i = 0; i < trees->size(); ++i) {
        const auto output = integer_of((*outputs)[i]);
        if (!(*trees)[i].is_object() || !output)
            return damaged(fmt::format("tree {} or its output is not readable", i));
        const Place tree{&(*trees)[i].get_object(), fmt::format("trees[{}]", i)};
        BOON_TRY(std::vector<SourceNode> nodes, nodes_of(tree));
        if (booster.weights != nullptr) {
            const auto weight = float_of((*booster.weights)[i]);
            if (!weight) return damaged(fmt::format("weight_drop[{}] is not a number", i));
            weigh_leaves(nodes, *weight);
        }
        BOON_CHECK(builder.add_tree(*output, nodes));
    }
    return {};
}

Result<TreeEnsemble> read_document(const Value& document) {
    if (!document.is_object()) return damaged("it is not an object");
    BOON_TRY(const Place learner, object_at({&document.get_object(), ""}, "learner"));
    BOON_TRY(const Booster booster, booster_of(learner));
    BOON_TRY(const Objective objective, objective_of(learner));
    BOON_TRY(const Place parameters, object_at(learner, "learner_model_param"));
    BOON_TRY(const std::int64_t features, count_at(parameters, "num_feature"));
    BOON_TRY(const std::int64_t classes, count_at(parameters, "num_class", 0));
    BOON_TRY(const std::int64_t targets, count_at(parameters, "num_target", 1));
    BOON_TRY(const Place sizes, object_at(booster.model, "gbtree_model_param"));
    BOON_TRY(const std::int64_t leaf_size, count_at(sizes, "size_leaf_vector", 0));
    if (targets > 1 || leaf_size > 1) {
        return several_targets();
    }
    const std::int64_t outputs = std::max<std::int64_t>(classes, 1);
    if (outputs > TreeBuilder::kMaxOutputs) return damaged(fmt::format("it has {} classes", outputs));
    if ((outputs > 1) != is_multi_class(objective) && !(is_multi_class(objective) && classes == 1)) {
        return damaged(fmt::format("`num_class` is {} for the objective {}", classes, objective_name(objective)));
    }
    BOON_TRY(std::vector<float> base_margins, base_margins_of(parameters, objective, outputs));
    BOON_TRY(TreeBuilder builder, TreeBuilder::start(objective, features, std::move(base_margins)));
    BOON_CHECK(add_trees(builder, booster));
    return std::move(builder).build();
}

constexpr std::string_view kReading = "could not read the model";

Result<Value> document_of(std::span<const std::byte> bytes) {
    if (bytes.size() > kMaxModelBytes) {
        return fail(
            ErrorCode::invalid, fmt::format("the model has {} bytes, more than {}", bytes.size(), kMaxModelBytes)
        );
    }
    if (bytes.size() < 2 || bytes[0] != std::byte{'{'}) {
        return fail(
            ErrorCode::invalid, "the model is neither XGBoost JSON nor UBJ", "save it with save_model(\"model.ubj\")"
        );
    }
    // An object's first key: text in JSON (or space before it), the marker of the key's length in UBJ.
    const char second = static_cast<char>(bytes[1]);
    const bool is_json =
        second == '"' || second == '}' || second == ' ' || second == '\n' || second == '\r' || second == '\t';
    auto document =
        is_json ? json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) : parse_ubjson(bytes);
    if (!document) return in_context(kReading, document.error());
    return document;
}

}  // namespace

std::string_view objective_name(Objective objective) {
    for (const auto& [name, value] : kObjectives) {
        if (value == objective) return name;
    }
    return "?";
}

Result<TreeEnsemble> read_xgboost(std::span<const std::byte> bytes) {
    BOON_TRY(const Value document, document_of(bytes));
    auto ensemble = read_document(document);
    if (!ensemble) return in_context(kReading, std::move(ensemble).error());
    return ensemble;
}

Result<std::vector<std::string>> xgboost_feature_names(std::span<const std::byte> bytes) {
    BOON_TRY(const Value document, document_of(bytes));
    std::vector<std::string> names;
    boost::system::error_code absent;
    const Value* listed = document.find_pointer("/learner/feature_names", absent);
    if (listed == nullptr || !listed->is_array()) return names;
    for (const Value& name : listed->get_array()) {
        if (!name.is_string()) return in_context(kReading, damaged("`learner.feature_names` holds no names").error());
        names.emplace_back(std::string_view(name.get_string()));
    }
    return names;
}

}  // namespace boon::models
