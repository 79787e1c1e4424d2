#include "insight/studies/study.h"

#include <array>

#include <fmt/format.h>

#include "platform/storage/digest.h"

namespace boon::studies {

std::string_view study_text(std::string_view name);  // embedded: see src/CMakeLists.txt

namespace {

constexpr std::string_view kOwnModel = "own_model";  // examples/own-model
constexpr std::array<std::string_view, 11> kPublic = {"telco",      "telco_splits",  "bank",
                                                      "bank_later", "credit",        "hillstrom",
                                                      "cdnow",      "online_retail", "online_retail_next",
                                                      "starbucks",  kOwnModel};

std::unexpected<Error> mistake(std::string_view key, std::string detail) {
    Error error{ErrorCode::invalid, "the study cannot be run"};
    error.fields.push_back({fmt::format("/{}", key), std::move(detail)});
    return std::unexpected(std::move(error));
}

Status check_split(const Split& split) {
    if (!split.file.empty() && split.columns.empty()) {
        return mistake("split/columns", "names no column of the file of folds");
    }
    if (!split.test_from.empty() && split.order.empty()) {
        return mistake("split/order", "names no column, and test_from is a value of one");
    }
    return {};
}

Status check_labelled(const Study& study) {
    if (study.label.empty()) return mistake("label", "names no column: what is to be predicted?");
    if (study.positive.empty()) return mistake("positive", "names no value: which of the label's counts as 1?");
    if (study.kind == Kind::uplift && (study.treatment.empty() || study.treated.empty() || study.control.empty())) {
        return mistake("treatment", "an uplift study needs the column `treatment` and its values `treated`, `control`");
    }
    if (study.kind != Kind::uplift && !study.treatment.empty()) return mistake("treatment", "is of uplift studies");
    if (study.kind == Kind::policy && study.action.empty()) return mistake("action", "names no column: what was done?");
    return {};
}

Status check_log(const Study& study) {
    if (study.customer.empty()) return mistake("customer", "names no column: who bought?");
    if (study.time.empty()) return mistake("time", "names no column: when was it bought?");
    if (auto until = parse_timestamp(study.until); !until) return mistake("until", until.error().message);
    if (study.kind == Kind::recommendation && study.item.empty()) return mistake("item", "names no column: what?");
    if (!(study.unit_days > 0)) return mistake("unit_days", "must be above 0");
    return {};
}

Status check_model_file(const Study& study) {
    if (study.model.empty()) return mistake("model", "names no file: which model is asked?");
    if (study.expected.empty()) return mistake("expected", "names no columns: what must the model answer?");
    return {};
}

}  // namespace

Result<Study> read_study(const json::Value& value) {
    BOON_TRY(Study study, json::read<Study>(value));
    if (study.kind == Kind::world) return mistake("kind", "is none that a file can ask for: run `boon eval world`");
    if (study.file.empty() == study.select.empty()) return mistake("file", "either a file or a select must be given");
    if (study.separator.size() > 1) return mistake("separator", "must be one character");
    const bool is_log = study.kind == Kind::purchases || study.kind == Kind::recommendation;
    if (study.kind == Kind::model_file) {
        BOON_CHECK(check_model_file(study));
    } else {
        BOON_CHECK(is_log ? check_log(study) : check_labelled(study));
    }
    BOON_CHECK(check_split(study.split));
    return study;
}

std::span<const std::string_view> public_studies() { return kPublic; }

std::string_view public_study(std::string_view name) {
    return name == kOwnModel ? study_text("check.toml") : study_text(fmt::format("{}.toml", name));
}

std::map<std::string, std::string_view> files_of(std::string_view name) {
    std::map<std::string, std::string_view> files;
    if (name != kOwnModel) return files;
    for (const char* file : {"rows.csv", "offers.tflite", "scaler.json"}) files[file] = study_text(file);
    return files;
}

std::string fingerprint(const training::BlendOptions& options) {
    return storage::to_hex(storage::sha256(json::write(options))).substr(0, 12);
}

}  // namespace boon::studies
