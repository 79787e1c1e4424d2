#include "platform/config/settings_models.h"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/config/settings_read.h"

namespace boon::config {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPath = "the path of a file";

template <std::size_t place>
constexpr Setting path_setting(std::string_view key, std::string_view variable) {
    return Setting{
        key,
        variable,
        kPath,
        "a model made elsewhere that serves: a TensorFlow Lite file, or XGBoost's JSON or UBJ",
        [](Config& config, std::string_view text) { return read_text(text, config.ml.files[place].path); },
        [](const Config& config) { return config.ml.files[place].path; }
    };
}

template <std::size_t place>
constexpr Setting scaler_setting(std::string_view key, std::string_view variable) {
    return Setting{
        key,
        variable,
        kPath,
        "mean and scale of that model's inputs, as JSON or NPZ",
        [](Config& config, std::string_view text) { return read_text(text, config.ml.files[place].scaler); },
        [](const Config& config) { return config.ml.files[place].scaler; }
    };
}

bool read_mapping(std::string_view text, json::Value& out) {
    auto read = json::parse(text);
    if (!read || !(read->is_object() || read->is_array())) return false;
    out = *std::move(read);
    return true;
}

// `0,3,7`
bool read_labels(std::string_view text, std::vector<int>& out) {
    std::vector<int> labels;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        if (!read_int(text.substr(0, comma), 0, 2'000'000'000, labels.emplace_back())) return false;
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    if (labels.empty()) return false;
    out = std::move(labels);
    return true;
}

constexpr std::array kSettings = {
    path_setting<kNboModel>("ml.nbo_path", "ML_MODEL_NBO_PATH"),
    scaler_setting<kNboModel>("ml.nbo_scaler_path", "ML_MODEL_NBO_SCALER_PATH"),
    Setting{
        "ml.nbo_labels", "ML_MODEL_NBO_LABELS", "offers with commas between them, such as 0,1,2",
        "the offer that each output of that model stands for; without it 0, 1, 2, …",
        [](Config& config, std::string_view text) { return read_labels(text, config.ml.nbo_labels); },
        [](const Config& config) { return fmt::format("{}", fmt::join(config.ml.nbo_labels, ",")); }
    },
    path_setting<kChurnModel>("ml.churn_path", "ML_MODEL_CHURN_PATH"),
    scaler_setting<kChurnModel>("ml.churn_scaler_path", "ML_MODEL_CHURN_SCALER_PATH"),
    path_setting<kLtvModel>("ml.ltv_path", "ML_MODEL_LTV_PATH"),
    scaler_setting<kLtvModel>("ml.ltv_scaler_path", "ML_MODEL_LTV_SCALER_PATH"),
    path_setting<kPropensityModel>("ml.propensity_path", "ML_MODEL_PROPENSITY_PATH"),
    scaler_setting<kPropensityModel>("ml.propensity_scaler_path", "ML_MODEL_PROPENSITY_SCALER_PATH"),
    path_setting<kProductModel>("ml.product_path", "ML_MODEL_PRODUCT_PATH"),
    scaler_setting<kProductModel>("ml.product_scaler_path", "ML_MODEL_PRODUCT_SCALER_PATH"),
    path_setting<kCampaignModel>("ml.campaign_path", "ML_MODEL_CAMPAIGN_PATH"),
    scaler_setting<kCampaignModel>("ml.campaign_scaler_path", "ML_MODEL_CAMPAIGN_SCALER_PATH"),
    path_setting<kDefaultModel>("ml.default_path", "ML_MODEL_DEFAULT_PATH"),
    scaler_setting<kDefaultModel>("ml.default_scaler_path", "ML_MODEL_DEFAULT_SCALER_PATH"),
    path_setting<kUpsellModel>("ml.upsell_path", "ML_MODEL_UPSELL_PATH"),
    scaler_setting<kUpsellModel>("ml.upsell_scaler_path", "ML_MODEL_UPSELL_SCALER_PATH"),
    path_setting<kCrossSellModel>("ml.cross_sell_path", "ML_MODEL_CROSS_SELL_PATH"),
    scaler_setting<kCrossSellModel>("ml.cross_sell_scaler_path", "ML_MODEL_CROSS_SELL_SCALER_PATH"),
    path_setting<kEngagementModel>("ml.engagement_path", "ML_MODEL_ENGAGEMENT_PATH"),
    scaler_setting<kEngagementModel>("ml.engagement_scaler_path", "ML_MODEL_ENGAGEMENT_SCALER_PATH"),
    Setting{
        "ml.feature_mapping", "ML_FEATURE_MAPPING", "JSON such as {\"recency\": \"days_since_last_purchase\"}",
        "which of boon's features each input of these models is: docs/own-models.md",
        [](Config& config, std::string_view text) { return read_mapping(text, config.ml.feature_mapping); },
        [](const Config& config) {
            return config.ml.feature_mapping.is_null() ? std::string() : json::to_text(config.ml.feature_mapping);
        }
    },
    Setting{
        "ml.input_size", "ML_MODEL_INPUT_SIZE", "a number, 0 to 1048576 (0: as the file has)",
        "how many inputs each of these models has to have",
        [](Config& config, std::string_view text) { return read_int(text, 0, 1 << 20, config.ml.input_size); },
        [](const Config& config) { return fmt::to_string(config.ml.input_size); }
    },
};

// What is at the usual place serves, too.
constexpr std::array<std::string_view, kModelFiles> kUsual = {"models/nbo.tflite",        "models/churn.tflite",
                                                              "models/ltv.tflite",        "models/propensity.tflite",
                                                              "models/product.tflite",    "models/campaign.tflite",
                                                              "models/default.tflite",    "models/upsell.tflite",
                                                              "models/cross_sell.tflite", "models/engagement.tflite"};

Status settle_path(const Config& config, std::string_view key, std::string& path) {
    if (path.empty()) return {};
    path = (config.home / fs::path(path)).lexically_normal().string();
    if (fs::exists(path)) return {};
    const auto all = model_settings();
    const auto setting = std::ranges::find(all, key, &Setting::key);
    return fail(
        ErrorCode::invalid, fmt::format("setting {} = `{}`: there is no such file", setting->variable, path),
        "put the file there, or take the setting away"
    );
}

}  // namespace

std::span<const Setting> model_settings() { return kSettings; }

std::string_view name_of_model(ModelFile model) {
    constexpr std::array<std::string_view, kModelFiles> kNames = {
        "nbo",          "churn",  "ltv",        "propensity", "product_recommendation", "campaign_response",
        "default_risk", "upsell", "cross_sell", "engagement"
    };
    return kNames[model];
}

std::string_view path_variable(ModelFile model) {
    constexpr std::array<std::string_view, kModelFiles> kVariables = {
        "ML_MODEL_NBO_PATH",        "ML_MODEL_CHURN_PATH",     "ML_MODEL_LTV_PATH",     "ML_MODEL_PROPENSITY_PATH",
        "ML_MODEL_PRODUCT_PATH",    "ML_MODEL_CAMPAIGN_PATH",  "ML_MODEL_DEFAULT_PATH", "ML_MODEL_UPSELL_PATH",
        "ML_MODEL_CROSS_SELL_PATH", "ML_MODEL_ENGAGEMENT_PATH"
    };
    return kVariables[model];
}

Status settle_models(Config& config) {
    for (std::size_t i = 0; i < kModelFiles; ++i) {
        ModelPaths& file = config.ml.files[i];
        const std::string_view usual = kUsual[i];
        if (file.path.empty() && fs::exists(config.home / usual)) file.path = usual;
        const std::string key = fmt::format("ml.{}", usual.substr(7, usual.size() - 14));  // models/KEY.tflite
        BOON_CHECK(settle_path(config, key + "_path", file.path));
        BOON_CHECK(settle_path(config, key + "_scaler_path", file.scaler));
        if (!file.path.empty() || file.scaler.empty()) continue;
        return fail(
            ErrorCode::invalid,
            fmt::format("a scaler is set for {}, and no file of a model", name_of_model(ModelFile(i))),
            fmt::format("set {}", path_variable(ModelFile(i)))
        );
    }
    return {};
}

}  // namespace boon::config
