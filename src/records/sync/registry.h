// The sources of this instance, their secrets, and where each one's next crawl begins. Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "platform/storage/secrets.h"
#include "records/catalog/catalogue.h"
#include "records/sync/mapping.h"
#include "records/sync/upstream.h"

namespace boon::sync {

// One external system that offers come from. Its offers carry its name as their external_system.
struct SourceRow {
    std::string name;
    SourceKind kind = SourceKind::manual;
    std::string base_url;
    json::Value options = json::Object();
    MappingChange mapping;
    bool is_scheduled = false;
    std::int64_t interval_s = 3600;
    double withdraw_limit_percent = 20;
    bool from_settings = false;  // the settings made it, and say its address and secrets
    std::int64_t version = 0;
    Timestamp created_at;
    Timestamp updated_at;
};
BOOST_DESCRIBE_STRUCT(
    SourceRow, (),
    (name, kind, base_url, options, mapping, is_scheduled, interval_s, withdraw_limit_percent, from_settings, version,
     created_at, updated_at)
)

// Secrets to be set, by name; none removes one.
using SecretChange = std::map<std::string, std::optional<std::string>>;

// Where the next crawl begins, and when.
struct CrawlState {
    std::string source = {};
    std::string token = {};
    std::int64_t token_version = 0;  // of the source; a token of another version is of no use
    std::optional<Timestamp> full_crawl_at = {};
    std::optional<Timestamp> due_at = {};
};
BOOST_DESCRIBE_STRUCT(CrawlState, (), (source, token, token_version, full_crawl_at, due_at))

class Registry {
public:
    // Both must outlive it. `currency`: with which mappings are read.
    Registry(db::Database& database, const storage::SecretBox& box) : database_(database), box_(box) {}

    // `conflict` when there is one of that name, `invalid` with every mistake's pointer.
    Result<SourceRow> create(SourceRow source, const SecretChange& secrets, const catalog::Author& author);
    // `failed_precondition` when it has another version by now. Name and kind stay.
    Result<SourceRow> replace(
        std::string_view name, SourceRow source, const SecretChange& secrets, std::optional<std::int64_t> version,
        const catalog::Author& author
    );
    // Its offers stay as they are. `conflict` while a run of it is under way.
    Status remove(std::string_view name, std::optional<std::int64_t> version, const catalog::Author& author);

    // `not_found` names the sources there are.
    Result<SourceRow> find(std::string_view name);
    Result<std::vector<SourceRow>> list();
    // The names of the secrets that are set.
    Result<std::vector<std::string>> secret_names(std::string_view source);

    // What the settings say; a source of that name is made or brought in line. Secrets of the settings are kept in
    // memory and never stored.
    Status follow_settings(
        const SourceRow& source, std::map<std::string, std::string> secrets, const catalog::Author& author
    );

    // The whole of what a crawl needs, with its secrets opened.
    Result<SourceConfig> open(const SourceRow& source);
    Result<Mapping> mapping_of(const SourceRow& source) const;

    Result<CrawlState> crawl_state(std::string_view source);
    // Those whose time has come, each taken by one caller only: their next time is written in the same step.
    Result<std::vector<SourceRow>> take_due(Timestamp now);

    // Seals every secret anew under the box's current key; how many were under another.
    Result<std::int64_t> reseal(const catalog::Author& author);

private:
    Status check(const SourceRow& source, const SecretChange& secrets) const;
    // Of a source that the settings made: `conflict` for another. What was a person's for the old kind goes.
    Status change_kind(const SourceRow& current, SourceRow source, const catalog::Author& author);
    Status write_secrets(db::Connection& connection, std::string_view source, const SecretChange& secrets) const;

    db::Database& database_;
    const storage::SecretBox& box_;
    std::map<std::string, std::map<std::string, std::string>, std::less<>> settings_secrets_;  // set before threads run
};

}  // namespace boon::sync

template <>
inline constexpr auto boon::kFields<boon::sync::SourceRow> = std::array{
    boon::Field{.name = "name", .doc = "its offers carry it as external_system", .required = true, .max_length = 40},
    boon::Field{.name = "kind", .doc = "what it speaks", .required = true},
    boon::Field{.name = "base_url", .doc = "of the upstream; the path or URL of a file", .max_length = 2000},
    boon::Field{.name = "options", .doc = "of its kind; an object"},
    boon::Field{.name = "mapping", .doc = "what is different from its kind's mapping"},
    boon::Field{.name = "is_scheduled", .doc = "whether it runs by itself"},
    boon::Field{.name = "interval_s", .doc = "seconds between its runs", .min = 60, .max = 31'536'000},
    boon::Field{
        .name = "withdraw_limit_percent",
        .doc = "a run that would take this share of its live offers from customers, or more, asks first",
        .min = 0,
        .max = 100,
    },
    boon::Field{.name = "from_settings", .doc = "the settings made it", .read_only = true},
    boon::Field{.name = "version", .read_only = true},
    boon::Field{.name = "created_at", .read_only = true},
    boon::Field{.name = "updated_at", .read_only = true},
};
