// The sources that offers come from: what they are, their secrets, what their mapping makes of a record.
#include <algorithm>
#include <array>

#include "program/api/route.h"
#include "program/app/offer_sync.h"
#include "records/sync/explain.h"
#include "records/sync/registry.h"
#include "records/sync/runs.h"
#include "records/sync/sources.h"

namespace boon::api {

// A source as it is shown: which secrets are set, never what they are.
struct SyncSource : sync::SourceRow {
    std::vector<std::string> secrets_set;
    std::optional<sync::Run> last_run;
};
BOOST_DESCRIBE_STRUCT(SyncSource, (sync::SourceRow), (secrets_set, last_run))

struct SyncSourceRequest : SyncSource {
    sync::SecretChange secrets;
};
BOOST_DESCRIBE_STRUCT(SyncSourceRequest, (SyncSource), (secrets))

struct SecretRotation {
    std::int64_t resealed = 0;
    std::string key_id;
    bool new_key = false;
};
BOOST_DESCRIBE_STRUCT(SecretRotation, (), (resealed, key_id, new_key))

namespace detail {

template <std::size_t N, std::size_t M>
constexpr std::array<Field, N + M> operator+(const std::array<Field, N>& a, const std::array<Field, M>& b) {
    std::array<Field, N + M> all{};
    std::ranges::copy(a, all.begin());
    std::ranges::copy(b, all.begin() + N);
    return all;
}

inline constexpr std::array kShown = {
    Field{.name = "secrets_set", .doc = "the secrets that are set", .read_only = true},
    Field{.name = "last_run", .doc = "the newest run", .read_only = true},
};
inline constexpr std::array kSecrets = {
    Field{.name = "secrets", .doc = "secrets to set, by name; null removes one; never shown"},
};

}  // namespace detail

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::SyncSource> =
    boon::api::detail::operator+(boon::kFields<boon::sync::SourceRow>, boon::api::detail::kShown);
template <>
inline constexpr auto boon::kFields<boon::api::SyncSourceRequest> =
    boon::api::detail::operator+(boon::kFields<boon::api::SyncSource>, boon::api::detail::kSecrets);
template <>
inline constexpr auto boon::kFields<boon::api::SecretRotation> = std::array{
    boon::Field{.name = "resealed", .doc = "secrets that were sealed anew"},
    boon::Field{.name = "key_id", .doc = "tells the key that seals now from others"},
    boon::Field{.name = "new_key", .doc = "whether the key file has a new key; else the settings give it"},
};

namespace boon::api {

namespace {

using sync::SourceRow;

catalog::Author author_of(const Call& call) { return {.name = call.principal.name, .at = call.now}; }

Result<SyncSource> shown(const Call& call, const SourceRow& row) {
    SyncSource source;
    static_cast<SourceRow&>(source) = row;
    BOON_TRY(source.secrets_set, call.app.sync().registry().secret_names(row.name));
    BOON_TRY(auto runs, call.app.sync().runs().list(row.name, "", 1));
    if (!runs.empty()) source.last_run = std::move(runs.front());
    return source;
}

Result<http::Response> source_response(const Call& call, const SourceRow& row, int status = 200) {
    BOON_TRY(const auto source, shown(call, row));
    http::Response response = record_response(call, source, status);
    response.headers.push_back({"ETag", etag_of(row.version)});
    return response;
}

Result<http::Response> list_kinds(Call&) {
    std::string body = "{\"items\":[";
    for (const sync::Kind& kind : sync::kinds()) {
        json::Array secrets;
        for (const auto& secret : kind.secrets) secrets.emplace_back(secret);
        if (body.back() != '[') body += ',';
        body += json::to_text(json::Object{{"kind", kind.name}, {"doc", kind.doc}, {"secrets", secrets}});
    }
    return json_response(body + "],\"next_cursor\":null}");
}

Result<http::Response> list_sources(Call& call) {
    BOON_TRY(const auto rows, call.app.sync().registry().list());
    std::vector<SyncSource> sources;
    for (const SourceRow& row : rows) {
        BOON_TRY(auto source, shown(call, row));
        sources.push_back(std::move(source));
    }
    return list_response(call, sources);
}

// What the registry keeps of it.
sync::SourceRow row_of(const sync::SourceRow& source) { return source; }

Result<http::Response> create_source(Call& call) {
    BOON_TRY(const auto request, call.body<SyncSourceRequest>());
    BOON_TRY(const auto row, call.app.sync().registry().create(row_of(request), request.secrets, author_of(call)));
    BOON_TRY(auto response, source_response(call, row, 201));
    response.headers.push_back({"Location", "/api/v1/sync/sources/" + row.name});
    return response;
}

Result<http::Response> read_source(Call& call) {
    BOON_TRY(const auto row, call.app.sync().registry().find(call.part("source")));
    return source_response(call, row);
}

Result<http::Response> replace_source(Call& call) {
    BOON_TRY(const auto version, if_match(call));
    BOON_TRY(const auto request, call.body<SyncSourceRequest>());
    BOON_TRY(
        const auto row, call.app.sync().registry().replace(
                            call.part("source"), row_of(request), request.secrets, version, author_of(call)
                        )
    );
    return source_response(call, row);
}

Result<http::Response> patch_source(Call& call) {
    BOON_TRY(const auto version, if_match(call));
    BOON_TRY(json::Value patch, call.body_json());
    if (!patch.is_object()) return fail(ErrorCode::invalid, "a patch is an object with the fields to change");
    sync::SecretChange secrets;
    if (const auto* given = patch.get_object().if_contains("secrets")) {
        // A null removes the secret, which merging would lose.
        BOON_TRY(secrets, json::read<sync::SecretChange>(*given));
        patch.get_object().erase("secrets");
    }
    BOON_TRY(const auto current, call.app.sync().registry().find(call.part("source")));
    BOON_TRY(json::Value merged, json::parse(json::write(current, call.context())));
    // A field of the mapping that is null is taken away from upstream; merging would take the null away.
    if (const auto* mapping = patch.get_object().if_contains("mapping")) {
        merged.get_object()["mapping"] = mapping->is_null() ? json::Value(json::Object()) : *mapping;
        patch.get_object().erase("mapping");
    }
    json::merge_patch(merged, patch);
    BOON_TRY(const auto wanted, json::read<SyncSource>(merged, call.context()));
    BOON_TRY(
        const auto row,
        call.app.sync().registry().replace(call.part("source"), row_of(wanted), secrets, version, author_of(call))
    );
    return source_response(call, row);
}

Result<http::Response> delete_source(Call& call) {
    BOON_TRY(const auto version, if_match(call));
    BOON_CHECK(call.app.sync().registry().remove(call.part("source"), version, author_of(call)));
    return http::Response{.status = 204};
}

// A kind of which there is no source yet is explained by what it begins with.
Result<sync::SourceRow> source_to_explain(sync::Registry& registry, std::string_view name) {
    auto row = registry.find(name);
    const auto kind = enum_from<sync::SourceKind>(name);
    if (row || row.error().code != ErrorCode::not_found || !kind) return row;
    sync::SourceRow beginning;
    beginning.name = name;
    beginning.kind = *kind;
    return beginning;
}

Result<http::Response> explain_source(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"sample"}));
    auto& registry = call.app.sync().registry();
    BOON_TRY(const auto row, source_to_explain(registry, call.part("source")));
    BOON_TRY(const auto mapping, registry.mapping_of(row));
    Result<sync::UpstreamRecord> sample = fail(ErrorCode::not_found, "no sample was asked for");
    if (query.find("sample") == "true") {
        BOON_TRY(const auto config, registry.open(row));
        auto source = sync::make_source(config, call.app.sync().world());
        sample = source ? sync::first_record(**source) : std::unexpected(source.error());
    }
    return record_response(call, sync::explain(row.name, mapping, sample, *call.app.catalogue().names()));
}

Result<http::Response> rotate_secrets(Call& call) {
    BOON_TRY(const auto rotation, call.app.rotate_secrets(author_of(call)));
    return record_response(
        call, SecretRotation{.resealed = rotation.resealed, .key_id = rotation.key_id, .new_key = rotation.new_key}
    );
}

std::vector<Route> main_routes() {
    using access::Permission;
    using access::Scope;
    constexpr std::string_view kSources = "/api/v1/sync/sources";
    constexpr std::string_view kOne = "/api/v1/sync/sources/{source}";
    return {
        {.method = "GET",
         .path = "/api/v1/sync/kinds",
         .permission = Scope::read,
         .call = list_kinds,
         .summary = "The kinds of source there are, and the secrets each takes",
         .tag = "sync",
         .response = page_of<json::Value>},
        {.method = "GET",
         .path = kSources,
         .permission = Scope::read,
         .call = list_sources,
         .summary = "The sources that offers come from, each with its last run",
         .tag = "sync",
         .response = page_of<SyncSource>},
        {.method = "POST",
         .path = kSources,
         .permission = Permission::connect,
         .call = create_source,
         .summary = "Add a source",
         .tag = "sync",
         .request = schema_of<SyncSourceRequest>,
         .response = schema_of<SyncSource>,
         .status = 201,
         .deed = Deed::by_room},
        {.method = "GET",
         .path = kOne,
         .permission = Scope::read,
         .call = read_source,
         .summary = "Read a source",
         .tag = "sync",
         .response = schema_of<SyncSource>},
        {.method = "PUT",
         .path = kOne,
         .permission = Permission::connect,
         .call = replace_source,
         .summary = "Replace a source; secrets that are not given stay",
         .tag = "sync",
         .request = schema_of<SyncSourceRequest>,
         .response = schema_of<SyncSource>,
         .deed = Deed::by_room},
        {.method = "PATCH",
         .path = kOne,
         .permission = Permission::connect,
         .call = patch_source,
         .summary = "Change a source (RFC 7396; `mapping` is replaced as a whole)",
         .tag = "sync",
         .request = schema_of<json::Value>,
         .response = schema_of<SyncSource>,
         .deed = Deed::by_room},
        {.method = "DELETE",
         .path = kOne,
         .permission = Permission::connect,
         .call = delete_source,
         .summary = "Remove a source and its secrets; its offers stay",
         .tag = "sync",
         .status = 204,
         .deed = Deed::by_room},
    };
}

}  // namespace

std::vector<Route> sync_source_routes() {
    using access::Permission;
    using access::Scope;
    std::vector<Route> routes = main_routes();
    routes.push_back(
        {.method = "GET",
         .path = "/api/v1/sync/sources/{source}/mapping",
         .permission = Scope::read,
         .call = explain_source,
         .summary = "Where each field comes from, and what one record becomes",
         .tag = "sync",
         .response = schema_of<sync::MappingExplanation>,
         .query = {{"sample", "true: fetch one record from upstream and show what it becomes"}}}
    );
    routes.push_back(
        {.method = "POST",
         .path = "/api/v1/sync/secrets:rotate",
         .permission = Permission::connect,
         .call = rotate_secrets,
         .summary = "Seal every source's secrets anew under a new key",
         .tag = "sync",
         .response = schema_of<SecretRotation>,
         .deed = Deed::by_room}
    );
    return routes;
}

}  // namespace boon::api
