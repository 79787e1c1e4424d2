#include "insight/scoring/foreign.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "insight/models/link.h"
#include "insight/models/network.h"
#include "insight/models/network_file.h"
#include "insight/models/scaling.h"
#include "insight/models/xgboost_model.h"
#include "platform/storage/digest.h"

namespace boon::scoring {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHintMapping = "ML_FEATURE_MAPPING names a column for every input, in the model's order";

// The models that a file can be, and what its numbers mean.
struct Meaning {
    std::string_view model;
    ModelKind kind;  // of one output
    std::string_view answers;
};
constexpr std::array kMeanings = {
    Meaning{"nbo", ModelKind::pair, "probability that the customer converts, given that the offer is shown"},
    Meaning{"churn", ModelKind::probability, "probability that the customer leaves"},
    Meaning{"ltv", ModelKind::amount, "what the customer will bring, in currency units"},
    Meaning{"propensity", ModelKind::probability, "probability that the customer buys"},
    Meaning{"upsell", ModelKind::probability, "probability of a higher tier"},
    Meaning{"cross_sell", ModelKind::probability, "probability of a purchase of another category"},
    Meaning{"default_risk", ModelKind::probability, "probability that a payment is late"},
    Meaning{"engagement", ModelKind::amount, "the score itself, 0 to 100"},
    Meaning{"campaign_response", ModelKind::probability, "probability that the customer responds to a contact"},
};
constexpr std::string_view kShares =
    "share of each offer among customers who convert: not the probability that they do";

Result<std::string> read_file(const fs::path& path, std::size_t most) {
    std::error_code problem;
    const auto size = fs::file_size(path, problem);
    if (problem) {
        return fail(ErrorCode::not_found, fmt::format("{} cannot be read: {}", path.string(), problem.message()));
    }
    if (size > most) return fail(ErrorCode::invalid, fmt::format("{} has {} bytes", path.string(), size));
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return fail(ErrorCode::unavailable, fmt::format("{} cannot be read", path.string()));
    return std::move(text).str();
}

// What is served of a file, and what is said of it.
struct Prepared {
    ModelKind kind = ModelKind::probability;
    std::string format;
    std::string prefix;  // of the version
    std::string missing_values;
    std::string explanations;
    std::map<std::string, std::string> files;  // of the artefact
    ModelColumns columns;
    std::vector<ForeignInput> inputs;
};

std::string_view text_of(const json::Value& value) { return std::string_view(value.get_string()); }

std::unexpected<Error> bad_mapping(std::string why) {
    return fail(ErrorCode::invalid, std::move(why), std::string(kHintMapping));
}

Result<std::vector<ForeignInput>> inputs_by_place(const json::Object& mapping) {
    std::vector<ForeignInput> inputs(mapping.size());
    for (const auto& [column, place] : mapping) {
        const bool fits =
            place.is_int64() && place.get_int64() >= 0 && place.get_int64() < static_cast<std::int64_t>(inputs.size());
        ForeignInput* input = fits ? &inputs[static_cast<std::size_t>(place.get_int64())] : nullptr;
        if (input == nullptr || !input->column.empty()) {
            return bad_mapping(fmt::format(
                "the places of ML_FEATURE_MAPPING are not 0 to {}, each once (see {})", inputs.size() - 1,
                std::string_view(column)
            ));
        }
        *input = {std::string(column), std::string(column)};
    }
    return inputs;
}

Result<std::vector<ForeignInput>> inputs_by_name(const json::Object& mapping, const std::vector<std::string>& names) {
    std::vector<ForeignInput> inputs;
    for (const auto& [name, column] : mapping) {
        if (!column.is_string()) return bad_mapping("ML_FEATURE_MAPPING mixes names and places");
        inputs.push_back({std::string(name), std::string(text_of(column))});
    }
    if (names.empty()) return inputs;
    std::vector<ForeignInput> in_order;
    for (const std::string& name : names) {
        const auto found = std::ranges::find(inputs, name, &ForeignInput::name);
        if (found == inputs.end()) {
            return bad_mapping(fmt::format("the model reads `{}`, which ML_FEATURE_MAPPING does not name", name));
        }
        in_order.push_back(*found);
    }
    return in_order;
}

Result<std::vector<ForeignInput>> inputs_of_list(const json::Array& mapping) {
    std::vector<ForeignInput> inputs;
    for (const json::Value& column : mapping) {
        if (!column.is_string()) return bad_mapping("ML_FEATURE_MAPPING lists something but columns");
        inputs.push_back({std::string(text_of(column)), std::string(text_of(column))});
    }
    return inputs;
}

Status check_inputs(const std::vector<ForeignInput>& inputs, int wanted, const ForeignFile& file) {
    if (file.input_size && *file.input_size != wanted) {
        return fail(
            ErrorCode::invalid,
            fmt::format("the model reads {} inputs, and ML_MODEL_INPUT_SIZE is {}", wanted, *file.input_size),
            "nothing is padded or cut off: name the file that was trained on that many"
        );
    }
    if (inputs.size() != static_cast<std::size_t>(wanted)) {
        return bad_mapping(
            inputs.empty() ? fmt::format("the model reads {} inputs, and ML_FEATURE_MAPPING names none", wanted)
                           : fmt::format("the model reads {} inputs, and {} columns are named", wanted, inputs.size())
        );
    }
    const auto empty = std::ranges::find(inputs, std::string(), &ForeignInput::column);
    if (empty != inputs.end()) return bad_mapping(fmt::format("the input `{}` has no column", empty->name));
    return {};
}

Status set_columns(Prepared& prepared) {
    for (const ForeignInput& input : prepared.inputs) {
        if (input.column.starts_with("offer.") && prepared.kind != ModelKind::pair) {
            return bad_mapping(
                fmt::format("`{}` is a column of an offer, and the model is asked about a customer alone", input.column)
            );
        }
        ModelColumn column;
        column.name = input.column;
        column.words = input.name;
        prepared.columns.columns.push_back(std::move(column));
    }
    return {};
}

Status set_labels(Prepared& prepared, const ForeignFile& file, int outputs) {
    if (prepared.kind != ModelKind::multi_class) return {};
    prepared.columns.labels = file.labels;
    for (int i = 0; file.labels.empty() && i < outputs; ++i) prepared.columns.labels.push_back(i);
    if (prepared.columns.labels.size() == static_cast<std::size_t>(outputs)) return {};
    return fail(
        ErrorCode::invalid,
        fmt::format("the model gives {} outputs, and ML_MODEL_NBO_LABELS names {} offers", outputs, file.labels.size()),
        "name the offer of each output, in the model's order"
    );
}

Result<Prepared> prepare_network(const std::string& bytes, const ForeignFile& file, const Meaning& meaning) {
    BOON_TRY(const auto shape, models::examine_network(std::as_bytes(std::span(bytes))));
    Prepared out;
    out.kind = meaning.kind == ModelKind::pair ? ModelKind::multi_class : meaning.kind;
    BOON_TRY(out.inputs, inputs_of(file.mapping, file.model, {}));
    BOON_CHECK(check_inputs(out.inputs, shape.inputs, file));
    models::Scaling scaling;
    if (!file.scaler.empty()) {
        BOON_TRY(const std::string text, read_file(file.scaler, std::size_t{16} << 20U));
        auto read = models::read_scaling(text, out.inputs.size());
        if (!read) return in_context(file.scaler.string(), std::move(read).error());
        scaling = *std::move(read);
        out.files[std::string(kScalingFile)] = json::write(scaling);
    }
    BOON_TRY(const auto network, models::Network::load(bytes, *network_answer(out.kind), scaling));
    BOON_CHECK(set_labels(out, file, network->outputs()));
    out.format = "TensorFlow Lite, read by " + models::Network::runtime_version();
    out.prefix = "tflite";
    out.missing_values = scaling.mean.empty() ? "read as 0" : "read as the scaler's mean";
    out.explanations = fmt::format(
        "estimated: Shapley values from {} orders of the inputs, against a customer of whom nothing is known",
        models::Network::kOrders
    );
    out.files[std::string(kNetworkFile)] = bytes;
    return out;
}

Status check_objective(const models::TreeEnsemble& trees, ModelKind kind) {
    const models::Objective objective = trees.objective();
    const bool fits = kind == ModelKind::multi_class ? models::is_multi_class(objective)
                      : kind == ModelKind::amount
                          ? models::is_logarithm(objective) || objective == models::Objective::reg_squarederror
                          : models::is_probability(objective);
    if (fits) return {};
    return fail(
        ErrorCode::invalid,
        fmt::format(
            "the model was trained with {}, which gives {}", models::objective_name(objective),
            kind == ModelKind::amount ? "no amount" : "no probability"
        ),
        kind == ModelKind::amount ? "train with reg:squarederror, reg:tweedie, reg:gamma or count:poisson"
                                  : "train with binary:logistic, or multi:softprob for one class an offer"
    );
}

Result<Prepared> prepare_trees(const std::string& bytes, const ForeignFile& file, const Meaning& meaning) {
    BOON_TRY(const auto trees, models::TreeEnsemble::from_xgboost(std::as_bytes(std::span(bytes))));
    BOON_TRY(const auto names, models::xgboost_feature_names(std::as_bytes(std::span(bytes))));
    if (!file.scaler.empty()) {
        return fail(ErrorCode::invalid, "a scaler is set, and trees read values as they are", "take the scaler away");
    }
    Prepared out;
    out.kind = meaning.kind == ModelKind::pair && trees.outputs() > 1 ? ModelKind::multi_class : meaning.kind;
    if (trees.outputs() > 1 && out.kind != ModelKind::multi_class) {
        return fail(ErrorCode::invalid, fmt::format("the model gives {} numbers, not one", trees.outputs()));
    }
    BOON_CHECK(check_objective(trees, out.kind));
    BOON_TRY(out.inputs, inputs_of(file.mapping, file.model, names));
    BOON_CHECK(check_inputs(out.inputs, trees.features(), file));
    BOON_CHECK(set_labels(out, file, trees.outputs()));
    out.format = "XGBoost";
    out.prefix = "xgboost";
    out.missing_values = "go the way that each split sends them";
    out.explanations = "exact: Shapley values of the trees";
    out.files[std::string(kModelFile)] = bytes;
    return out;
}

Result<Prepared> prepare(const std::string& bytes, const ForeignFile& file) {
    const auto meaning = std::ranges::find(kMeanings, file.model, &Meaning::model);
    if (meaning == kMeanings.end()) {
        return fail(
            ErrorCode::invalid, fmt::format("{} is not served from a file", file.model),
            "its rankings are made ahead, from purchases: train it (boon train product_recommendation)"
        );
    }
    const bool is_trees = bytes.starts_with('{');
    BOON_TRY(Prepared out, is_trees ? prepare_trees(bytes, file, *meaning) : prepare_network(bytes, file, *meaning));
    BOON_CHECK(set_columns(out));
    Outputs outputs;
    if (file.model == "engagement") {
        outputs.percentiles.emplace();
        for (int k = 0; k <= 100; ++k) outputs.percentiles->values.push_back(k);
    }
    out.files[std::string(kOutputsFile)] = json::write(outputs);
    out.files[std::string(kColumnsFile)] = json::write(out.columns);
    return out;
}

ForeignCard card_of(const Prepared& prepared, const ForeignFile& file, const Manifest& manifest) {
    ForeignCard card;
    card.name = file.model;
    card.version = manifest.version;
    card.kind = prepared.kind;
    card.answers = prepared.kind == ModelKind::multi_class
                       ? kShares
                       : std::ranges::find(kMeanings, file.model, &Meaning::model)->answers;
    card.created_at = manifest.created_at;
    card.evaluation = "none: made elsewhere";
    card.format = prepared.format;
    card.file = file.path.string();
    card.setting = file.setting;
    card.missing_values = prepared.missing_values;
    card.explanations = prepared.explanations;
    card.inputs = prepared.inputs;
    card.labels = prepared.columns.labels;
    card.warnings.emplace_back("boon has not seen what it was trained on, and has not judged it");
    return card;
}

Result<ModelVersion> find_intact(Registry& registry, std::string_view version) {
    BOON_TRY(auto row, registry.find(version));
    BOON_CHECK(read_artefact(row.path, row.manifest_hash));
    return row;
}

std::vector<ForeignInput> inputs_as_named(const std::vector<std::string>& names) {
    std::vector<ForeignInput> inputs;
    for (const std::string& name : names) inputs.push_back({name, name});
    return inputs;
}

}  // namespace

Result<std::vector<ForeignInput>> inputs_of(
    const json::Value& mapping, std::string_view model, const std::vector<std::string>& names
) {
    if (const auto* list = mapping.if_array()) return inputs_of_list(*list);
    const auto* object = mapping.if_object();
    if (object == nullptr && !mapping.is_null())
        return bad_mapping("ML_FEATURE_MAPPING is neither an object nor a list");
    if (object == nullptr || object->empty()) return inputs_as_named(names);
    const json::Value& first = object->begin()->value();
    if (first.is_object() || first.is_array()) {
        const json::Value* own = object->if_contains(model);
        const bool is_nested = own != nullptr && own->is_object() && !own->get_object().empty() &&
                               !own->get_object().begin()->value().is_string() &&
                               !own->get_object().begin()->value().is_int64();
        if (is_nested) return bad_mapping(fmt::format("ML_FEATURE_MAPPING does not name columns for {}", model));
        return inputs_of(own == nullptr ? json::Value() : *own, model, names);
    }
    return first.is_string() ? inputs_by_name(*object, names) : inputs_by_place(*object);
}

Result<ModelVersion> install_foreign(
    Registry& registry, const ForeignFile& file, const fs::path& models_folder, Timestamp now
) {
    BOON_TRY(const std::string bytes, read_file(file.path, models::kMaxModelBytes));
    auto prepared = prepare(bytes, file);
    if (!prepared) return in_context(file.path.string(), std::move(prepared).error());
    const std::string hash = storage::to_hex(storage::sha256(bytes));
    std::string reading;  // all that says how the file is read
    for (const auto& [name, content] : prepared->files) reading += storage::to_hex(storage::sha256(content));
    reading += file.model + file.setting + file.path.string() + prepared->format;
    Manifest manifest{.name = file.model, .version = {}, .kind = prepared->kind, .created_at = now};
    manifest.version = fmt::format(
        "{}-{}-{}", prepared->prefix, hash.substr(0, 12), storage::to_hex(storage::sha256(reading)).substr(0, 8)
    );
    manifest.made_elsewhere = true;
    if (auto known = find_intact(registry, manifest.version)) return registry.install(*std::move(known), now);
    ForeignCard card = card_of(*prepared, file, manifest);
    card.sha256 = hash;
    prepared->files[std::string(kCardFile)] = json::write(card);
    // What is there is damaged, or nobody knows of it.
    std::error_code absent;
    fs::remove_all(models_folder / manifest.name / manifest.version, absent);
    BOON_TRY(const auto written, write_artefact(models_folder, manifest, prepared->files));
    ModelVersion row;
    row.version = manifest.version;
    row.name = manifest.name;
    row.kind = manifest.kind;
    row.path = written.folder.string();
    row.manifest_hash = written.manifest_hash;
    row.verdict = "made elsewhere: no evaluation";
    row.metrics = json::Object();
    row.created_at = now;
    row.created_by = kBySettings;
    return registry.install(std::move(row), now);
}

}  // namespace boon::scoring
