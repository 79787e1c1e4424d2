#include "platform/config/config.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::config {
namespace {

class Settings : public testing::Test {
protected:
    void SetUp() override {
        home_ = std::filesystem::path(testing::TempDir()) / "boon-config-test";
        std::filesystem::remove_all(home_);
        std::filesystem::create_directories(home_);
    }
    void TearDown() override { std::filesystem::remove_all(home_); }

    void write_toml(const std::string& text) const { std::ofstream(home_ / "boon.toml") << text; }
    [[nodiscard]] std::string error(Sources sources) const {
        sources.home = home_;
        const auto config = load(sources);
        return config ? "loaded" : to_text(config.error());
    }

    std::filesystem::path home_;
};

TEST_F(Settings, HaveDefaults) {
    const auto config = load({.home = home_});
    ASSERT_TRUE(config);
    EXPECT_EQ(config->database_url, "sqlite:" + home_.string() + "/boon.db");
    EXPECT_EQ(config->currency.code(), "USD");
    EXPECT_TRUE(config->clm_enabled);
}

TEST_F(Settings, FlagsGoOverEnvironmentOverFileOverDefaults) {
    write_toml("currency = \"EUR\"\n[http]\nport = 1001\naddress = \"127.0.0.2\"\nworkers = 9\n");
    const auto config = load(
        {.home = home_,
         .environment = {{"BOON_HTTP_PORT", "1002"}, {"BOON_HTTP_ADDRESS", "127.0.0.3"}},
         .flags = {{"http.port", "1003"}}}
    );
    ASSERT_TRUE(config);
    EXPECT_EQ(config->http.port, 1003);
    EXPECT_EQ(config->http.address, "127.0.0.3");
    EXPECT_EQ(config->http.workers, 9);
    EXPECT_EQ(config->currency.code(), "EUR");
    EXPECT_EQ(config->http.threads, 0);
}

TEST_F(Settings, KeepViewsFoldersAndSections) {
    write_toml(
        "[warehouse]\nfolders = [\"data\", \"/srv/x\"]\n"
        "[warehouse.views]\ncustomers = \"\"\"SELECT 1\nAS x\"\"\"\n"
        "[training]\nlateness_days = 3\nnested = { a = [1, 2.5, true, \"t\"] }\n"
    );
    const auto config = load({.home = home_});
    ASSERT_TRUE(config) << to_text(config.error());
    EXPECT_EQ(config->warehouse.views.at("customers"), "SELECT 1\nAS x");
    EXPECT_EQ(config->warehouse.folders[0], home_ / "data");
    EXPECT_EQ(config->warehouse.folders[1], "/srv/x");
    EXPECT_EQ(json::to_text(config->sections.at("training")), R"({"lateness_days":3,"nested":{"a":[1,2.5,true,"t"]}})");
}

TEST_F(Settings, SayWhatTheyCannotUnderstand) {
    EXPECT_EQ(
        error({.environment = {{"BOON_HTTP_PORT", "eighty"}}}),
        "setting BOON_HTTP_PORT = `eighty` cannot be understood\nhint: expected a port, 0 to 65535 (0: any free one)"
    );
    EXPECT_EQ(
        error({.environment = {{"BOON_HTTP_PROT", "80"}}}),
        "the environment variable `BOON_HTTP_PROT` is not known\nhint: did you mean BOON_HTTP_PORT?"
    );
    EXPECT_EQ(
        error({.environment = {{"CLM_ENABLED", "perhaps"}}}),
        "setting CLM_ENABLED = `perhaps` cannot be understood\nhint: expected True or False"
    );
    EXPECT_EQ(error({.environment = {{"CLM_ENABLED", "False"}}}), "loaded");
    write_toml("[http]\nprot = 3\n");
    EXPECT_THAT(error({}), testing::HasSubstr("the setting `http.prot` is not known\nhint: did you mean http.port?"));
    write_toml("currency = \n");
    EXPECT_THAT(error({}), testing::HasSubstr("boon.toml, line 1"));
}

TEST_F(Settings, ListsAreWrittenAsPeopleAndAsPythonWriteThem) {
    const auto config = load(
        {.home = home_,
         .environment =
             {
                 {"CLM_STAGES", "['new', 'loyal']"},
                 {"CVM_VALUE_SEGMENTS", "gold, silver"},
                 {"BOON_VALUE_THRESHOLDS", "62.5"},
                 {"BOON_DAILY_AT", "00:15"},
             }}
    );
    ASSERT_TRUE(config) << to_text(config.error());
    EXPECT_THAT(config->clm_stages, testing::ElementsAre("new", "loyal"));
    EXPECT_THAT(config->cvm_value_segments, testing::ElementsAre("gold", "silver"));
    EXPECT_THAT(config->value_thresholds, testing::ElementsAre(62.5));
    EXPECT_EQ(config->daily_at_minute, 15);
    EXPECT_EQ(
        error({.environment = {{"BOON_DAILY_AT", "24:00"}}}),
        "setting BOON_DAILY_AT = `24:00` cannot be understood\nhint: expected a time of day such as 03:30, or never"
    );
    EXPECT_THAT(error({.environment = {{"CLM_STAGES", "a,,b"}}}), testing::HasSubstr("setting CLM_STAGES = `a,,b`"));
}

TEST_F(Settings, EachReadsWhatItShows) {
    const std::string key(64, 'a');
    const auto config = load(
        {.home = home_,
         .environment =
             {
                 {"BOON_WAREHOUSE_DATABASE", "/x.duckdb"},
                 {"BOON_FEATURES_FILE", "/f.json"},
                 {"BOON_HTTP_PUBLIC_URL", "https://boon.example.com"},
                 {"BOON_OUTBOUND_CA_FILE", "/a.pem"},
                 {"BOON_SYNC_CA_FILE", "/b.pem"},
                 {"XIVA_API_BASE_URL", "https://bss.example.com/api"},
                 {"XIVA_API_USERNAME", "boon"},
                 {"XIVA_API_PASSWORD", "of Xiva"},
                 {"XIVA_API_AUTH_TOKEN", "a token"},
                 {"BOON_CRM_KIND", "hubspot"},
                 {"BOON_CRM_BASE_URL", "https://crm.example.com"},
                 {"BOON_CRM_CLIENT_SECRET", "of the CRM"},
                 {"BOON_CRM_TOKEN", "another token"},
                 {"DWH_CUSTOMER_FEATURES_TABLE", "dwh.customers"},
                 {"DWH_OFFER_HISTORY_TABLE", "dwh.offers"},
                 {"DWH_CHURN_HISTORY_TABLE", "dwh.churn"},
                 {"DWH_TRANSACTION_HISTORY_TABLE", "dwh.transactions"},
                 {"DWH_PAYMENTS_TABLE", "dwh.payments"},
                 {"DWH_HOLDINGS_TABLE", "dwh.holdings"},
                 {"DWH_CONTACTS_TABLE", "dwh.contacts"},
                 {"BOON_DWH_TABLES", "stores,regions"},
                 {"BOON_SECRET_KEY", key},
                 {"BOON_SECRET_KEY_OLD", key},
                 {"BOON_SECRET_KEY_FILE", "keys"},
                 {"BOON_ERASURES_FILE", "erased"},
             }}
    );
    ASSERT_TRUE(config) << to_text(config.error());
    std::set<std::string_view> names;
    for (const Setting& setting : settings()) {
        Config other = *config;
        const std::string shown = setting.get(*config);
        if (setting.secret) {
            EXPECT_EQ(shown, "") << setting.key;
        } else if (shown.empty()) {
            EXPECT_TRUE(setting.key.starts_with("ml.")) << setting.key << ": only models made elsewhere may be unset";
        } else {
            EXPECT_TRUE(setting.set(other, shown)) << setting.key;
        }
        EXPECT_FALSE(setting.set(other, "")) << setting.key;
        names.insert(setting.key);
        names.insert(setting.variable);
    }
    EXPECT_EQ(names.size(), 2 * settings().size());
}

TEST_F(Settings, NameModelsMadeElsewhere) {
    std::filesystem::create_directories(home_ / "models");
    std::ofstream(home_ / "mine.tflite") << "x";
    std::ofstream(home_ / "models" / "default.tflite") << "x";
    const auto config = load(
        {.home = home_,
         .environment =
             {{"ML_MODEL_NBO_PATH", "mine.tflite"},
              {"ML_MODEL_NBO_LABELS", "4,0"},
              {"ML_MODEL_INPUT_SIZE", "40"},
              {"ML_FEATURE_MAPPING", R"({"b": "recency", "a": "spend"})"}}}
    );
    ASSERT_TRUE(config) << to_text(config.error());
    EXPECT_EQ(config->ml.files[kNboModel].path, (home_ / "mine.tflite").string());
    EXPECT_EQ(config->ml.files[kDefaultModel].path, (home_ / "models/default.tflite").string());
    EXPECT_EQ(config->ml.files[kChurnModel].path, "");
    EXPECT_EQ(config->ml.nbo_labels, (std::vector<int>{4, 0}));
    EXPECT_EQ(config->ml.input_size, 40);
    EXPECT_EQ(json::to_text(config->ml.feature_mapping), R"({"b":"recency","a":"spend"})");
    EXPECT_EQ(name_of_model(kDefaultModel), "default_risk");
    EXPECT_EQ(path_variable(kDefaultModel), "ML_MODEL_DEFAULT_PATH");
}

TEST_F(Settings, ThatNameAModelWhichIsNotThereStopTheStart) {
    EXPECT_EQ(
        error({.environment = {{"ML_MODEL_CROSS_SELL_PATH", "absent.tflite"}}}),
        "setting ML_MODEL_CROSS_SELL_PATH = `" + (home_ / "absent.tflite").string() +
            "`: there is no such file\nhint: put the file there, or take the setting away"
    );
    std::ofstream(home_ / "scaler.json") << "{}";
    EXPECT_EQ(
        error({.environment = {{"ML_MODEL_LTV_SCALER_PATH", "scaler.json"}}}),
        "a scaler is set for ltv, and no file of a model\nhint: set ML_MODEL_LTV_PATH"
    );
    EXPECT_THAT(
        error({.environment = {{"ML_FEATURE_MAPPING", "recency"}}}), testing::HasSubstr("cannot be understood")
    );
    EXPECT_THAT(error({.environment = {{"ML_MODEL_NBO_LABELS", "1,x"}}}), testing::HasSubstr("cannot be understood"));
}

}  // namespace
}  // namespace boon::config
