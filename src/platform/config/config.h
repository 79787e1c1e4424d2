// Every setting of an instance, typed, read once at start: flags over environment over `boon.toml` (and
// `warehouse.toml`, which may hold the warehouse's part) over defaults.
// Only program/app sees a Config; it hands each room that room's own options.
//
// A setting that cannot be understood, and a name that is not known, stop the start with the name, the value and what
// was expected. Sections that belong to a room (`[training]`, `[decision]`) are kept as JSON for that room's own
// described options to read.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/money.h"

namespace boon::config {

enum class Durability { durable, relaxed };

// Where a setting's value comes from.
enum class Origin { standard, file, environment, flag };

struct Http {
    std::string address = "127.0.0.1";
    int port = 8480;
    int metrics_port = 8481;
    int threads = 0;              // 0: one for each processor
    int workers = 4;              // threads for work that blocks
    std::string public_url = {};  // as others reach it; empty: not known
    // Addresses and networks (`10.0.0.0/8`) of the proxies whose X-Forwarded-For and -Proto are believed.
    std::vector<std::string> trusted_proxies = {};
};

// How long a login lasts.
struct Session {
    int idle_minutes = 60;  // without a request
    int max_hours = 12;     // in all
};

// What boon reaches by itself: listeners of webhooks, files of imports and exports.
struct Outbound {
    bool allow_private = false;                    // addresses of this machine and its network
    std::vector<std::uint16_t> ports = {443, 80};  // empty: any
    std::string ca_file;                           // of an authority of one's own; empty: the system's
};

// What one API key may ask of the server; beyond it, 429.
struct Limits {
    int requests_per_s = 50'000;  // 0: no limit
    int burst = 100'000;          // that may come at once after a rest
};

struct Warehouse {
    std::map<std::string, std::string> views;    // logical table → SELECT
    std::string database;                        // a DuckDB file to attach, read only; empty: none
    std::vector<std::filesystem::path> folders;  // files below these may be read by the views
    std::string memory_limit = "4GB";
    int threads = 0;  // 0: one for each processor
};

// The tables of a PostgreSQL warehouse that have a setting each: places in Dwh::tables.
enum DwhTable : std::size_t {
    kDwhCustomerFeatures,
    kDwhOfferHistory,
    kDwhChurnHistory,
    kDwhTransactionHistory,
    kDwhPayments,
    kDwhHoldings,
    kDwhContacts,
    kDwhTables
};

// A warehouse that is a PostgreSQL database (product names of existing deployments: DWH_*).
struct Dwh {
    std::string type;  // postgres or files; after load() never empty
    std::string url;
    std::array<std::string, kDwhTables> tables;  // as the company calls them; empty: the usual names
    std::vector<std::string> further_tables;
    int statement_timeout_s = 3600;
    int refresh_every_s = 0;
    int overlap_days = 45;
    int whole_days = 7;
    int stale_hours = 48;
    bool features_at_source = false;  // else over the copy

    [[nodiscard]] bool is_postgres() const { return type == "postgres"; }
};

// What offers come from (product names of existing deployments: OFFER_SYNC_*, XIVA_API_*).
struct Sync {
    bool enabled = false;
    std::string source = "xiva";  // xiva, crm or manual
    int interval_s = 3600;
    std::string folder = "sync";         // files of sources lie below it; below the instance's folder
    bool allow_private = false;          // upstreams at loopback and private addresses
    std::vector<int> ports = {443, 80};  // that an upstream may have; empty: any
    std::string ca_file;                 // PEM; empty: the system's
};

struct Xiva {
    std::string base_url;  // empty: the settings name no Xiva
    std::string auth_type = "JWT";
    std::string username;
    std::string password;
    std::string token;
    int timeout_s = 30;
};

struct Crm {
    std::string kind;  // salesforce, hubspot or dataverse
    std::string base_url;
    json::Value options = json::Object();
    std::string client_secret;
    std::string token;
};

// Models made elsewhere (product names of existing deployments: ML_*): places in Ml::files.
enum ModelFile : std::size_t {
    kNboModel,
    kChurnModel,
    kLtvModel,
    kPropensityModel,
    kProductModel,
    kCampaignModel,
    kDefaultModel,
    kUpsellModel,
    kCrossSellModel,
    kEngagementModel,
    kModelFiles
};
// As the registry calls it (`campaign_response`), and the setting of its file.
std::string_view name_of_model(ModelFile model);
std::string_view path_variable(ModelFile model);

struct ModelPaths {
    std::string path;  // empty: there is none
    std::string scaler;
};

struct Ml {
    std::array<ModelPaths, kModelFiles> files;
    std::vector<int> nbo_labels;
    json::Value feature_mapping;  // null: not given
    int input_size = 0;           // 0: as the file has
};

// For how many days things are kept; 0: for good.
struct Retention {
    int events_days = 0;
    int decisions_days = 0;
    int pasts_days = 0;
    int jobs_days = 400;
    int runs_days = 400;
    int audit_days = 0;
};

// With which secrets are sealed. Empty: a key file of the instance's own.
struct Secrets {
    std::string key;
    std::string old_key;  // still opens
    std::string key_file;
};

struct Config {
    std::filesystem::path home;  // the instance's folder, absolute
    std::string database_url;    // default: sqlite:HOME/boon.db
    Currency currency;
    std::string time_zone = "UTC";  // IANA name
    Http http;
    Session session;
    Limits limits;
    Outbound outbound;
    Warehouse warehouse;
    Dwh dwh;
    Durability ledger = Durability::durable;
    std::string features_file;  // definitions of features; empty: the defaults
    std::string erasures_file;  // who was erased; empty: `erasures`
    Retention retention;
    bool clm_enabled = true;
    bool cvm_enabled = true;
    bool offers_four_eyes = false;
    std::vector<std::string> clm_stages = {"acquisition", "onboarding", "growth", "retention", "win_back", "churn"};
    std::vector<std::string> cvm_value_segments = {"high_value", "medium_value", "low_value"};
    std::vector<double> value_thresholds = {70, 40};   // the lowest score of each segment but the last
    std::optional<int> daily_at_minute = 3 * 60 + 30;  // of the programme's local day; empty: never
    Sync sync;
    Xiva xiva;
    Crm crm;
    Secrets secrets;
    Ml ml;
    std::map<std::string, json::Value> sections;              // a room's own table of boon.toml, as JSON
    std::map<std::string, Origin, std::less<>> origins = {};  // by the key of what is not at its default
};

// One setting as `boon.toml` and the environment name it.
struct Setting {
    std::string_view key;       // `http.port`: in boon.toml, table and name
    std::string_view variable;  // `BOON_HTTP_PORT`
    std::string_view expected;  // completes "expected …"
    std::string_view doc;
    bool (*set)(Config&, std::string_view text);  // false: cannot be understood; the Config is as before
    std::string (*get)(const Config&);
    bool secret = false;  // its value is never shown: get() gives nothing
};
std::span<const Setting> settings();

// Where values come from, in rising order of precedence.
struct Sources {
    std::filesystem::path home = {};                      // holds boon.toml, if there is one
    std::map<std::string, std::string> environment = {};  // NAME → value
    std::map<std::string, std::string> flags = {};        // key → value
};
Result<Config> load(const Sources& sources);

// The process's environment, as load() takes it.
std::map<std::string, std::string> environment_of(char** environ_list);

}  // namespace boon::config
