// The catalogue, one offer at a time: list, create, read, replace, patch, status, versions.
#include <array>
#include <charconv>
#include <limits>

#include "program/api/offer_query.h"
#include "program/api/route.h"
#include "records/catalog/catalogue.h"
#include "records/catalog/reading.h"

namespace boon::api {

namespace {

using catalog::Offer;
using catalog::OfferStatus;

Result<OfferId> offer_id_of(const Call& call) {
    const std::string& text = call.part("offer_id");
    OfferId id = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (problem == std::errc() && end == text.data() + text.size() && id >= 0) return id;
    return fail(
        ErrorCode::not_found, "`" + text.substr(0, 40) + "` is not an offer id", "an offer id is a whole number from 0"
    );
}

http::Response offer_response(const Call& call, const Offer& offer, int status = 200) {
    http::Response response = record_response(call, offer, status);
    response.headers.push_back({"ETag", etag_of(offer.version)});
    return response;
}

// What was changed serves from now on, here; other processes follow within their interval.
Result<http::Response> changed_response(const Call& call, const Offer& offer, int status = 200) {
    BOON_CHECK(call.app.follow_changes());
    return offer_response(call, offer, status);
}

constexpr std::array<std::string_view, 4> kListParameters = {"limit", "cursor", "sort", "order"};

enum class Direction { asc, desc };
BOOST_DESCRIBE_ENUM(Direction, asc, desc)

Result<catalog::ListQuery> list_query(const Call& call) {
    BOON_TRY(const auto query, call.query(with_offer_filters(kListParameters)));
    catalog::ListQuery wanted;
    BOON_TRY(wanted.filter, offer_filter(query));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    wanted.limit = static_cast<std::int32_t>(limit);
    wanted.cursor = query.find("cursor").value_or("");
    BOON_TRY(const auto sort, enum_parameter<catalog::SortBy>(query, "sort"));
    wanted.sort = sort.value_or(catalog::SortBy::offer_id);
    BOON_TRY(const auto order, enum_parameter<Direction>(query, "order"));
    wanted.order = order == Direction::desc ? catalog::Order::descending : catalog::Order::ascending;
    return wanted;
}

Result<http::Response> list_offers(Call& call) {
    BOON_TRY(const auto wanted, list_query(call));
    BOON_TRY(const auto page, call.app.catalogue().list(wanted));
    return list_response(call, page.items, page.next_cursor, page.total);
}

Result<Offer> offer_of(const Call& call) {
    BOON_TRY(const auto body, call.body_json());
    return catalog::read_offer(body, call.context(), *call.app.catalogue().names());
}

Result<http::Response> create_offer(Call& call) {
    BOON_TRY(auto offer, offer_of(call));
    BOON_TRY(const auto created, call.app.catalogue().create(std::move(offer), author_of(call)));
    BOON_TRY(http::Response response, changed_response(call, created, 201));
    response.headers.push_back({"Location", "/api/v1/offers/" + std::to_string(created.offer_id)});
    return response;
}

Result<http::Response> read_offer(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto offer, call.app.catalogue().read(id));
    return offer_response(call, offer);
}

Result<http::Response> replace_offer(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto version, if_match(call));
    BOON_TRY(auto offer, offer_of(call));
    BOON_TRY(const auto changed, call.app.catalogue().replace(id, std::move(offer), version, author_of(call)));
    return changed_response(call, changed);
}

Result<http::Response> patch_offer(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto version, if_match(call));
    BOON_TRY(const auto patch, call.body_json());
    BOON_TRY(const auto changed, call.app.catalogue().patch(id, patch, version, author_of(call)));
    return changed_response(call, changed);
}

// Status changes say what shall be, not what to edit: without If-Match they hit the offer as it is.
Result<std::optional<std::int64_t>> if_match_given(const Call& call) {
    if (!call.request.headers.find("If-Match")) return std::optional<std::int64_t>();
    return if_match(call);
}

template <OfferStatus status>
Result<http::Response> set_status(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto version, if_match_given(call));
    BOON_TRY(const auto changed, call.app.catalogue().set_status(id, status, version, author_of(call)));
    return changed_response(call, changed);
}

Result<http::Response> delete_offer(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto version, if_match(call));
    BOON_TRY(const auto changed, call.app.catalogue().set_status(id, OfferStatus::retired, version, author_of(call)));
    return changed_response(call, changed);
}

constexpr std::array<std::string_view, 2> kHistoryParameters = {"limit", "cursor"};

// The cursor is the version that the page before ended with.
Result<http::Response> offer_history(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto query, call.query(kHistoryParameters));
    catalog::HistoryQuery wanted;
    BOON_TRY(wanted.limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    constexpr std::int64_t kNewest = std::numeric_limits<std::int64_t>::max();
    BOON_TRY(wanted.before, number_parameter(query, "cursor", {.low = 1, .high = kNewest, .fallback = kNewest}));
    BOON_TRY(const auto revisions, call.app.catalogue().history(id, wanted));
    const bool more = std::ssize(revisions) == wanted.limit && revisions.back().version > 1;
    return list_response(call, revisions, more ? std::to_string(revisions.back().version) : "");
}

Result<std::int64_t> version_of(std::string_view text) {
    std::int64_t version = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (problem == std::errc() && end == text.data() + text.size() && version > 0) return version;
    return fail(
        ErrorCode::not_found, "`" + std::string(text.substr(0, 40)) + "` is not a version",
        "a version is a whole number from 1; the history lists them"
    );
}

Result<http::Response> read_version(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto version, version_of(call.part("version")));
    BOON_TRY(const auto offer, call.app.catalogue().read_version(id, version));
    return record_response(call, offer);
}

Result<http::Response> restore_version(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto version, version_of(call.part("version")));
    BOON_TRY(const auto expected, if_match_given(call));
    BOON_TRY(const auto restored, call.app.catalogue().restore(id, version, expected, author_of(call)));
    return changed_response(call, restored);
}

constexpr std::array<std::string_view, 2> kDiffParameters = {"from", "to"};

Result<http::Response> diff_versions(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto query, call.query(kDiffParameters));
    const auto from = query.find("from");
    const auto to = query.find("to");
    if (!from || !to) return fail(ErrorCode::invalid, "say between which versions: ?from=1&to=2");
    BOON_TRY(const auto first, version_of(*from));
    BOON_TRY(const auto second, version_of(*to));
    BOON_TRY(const auto changes, call.app.catalogue().diff(id, first, second));
    return list_response(call, changes);
}

std::vector<Parameter> list_parameters() {
    std::vector<Parameter> parameters = {
        {"limit", "1 to 500; 50"},
        {"cursor", "of the page before"},
        {"sort", "offer_id, name, category, status, weight, created_at or updated_at"},
        {"order", "asc or desc"}
    };
    for (const Parameter& filter : offer_filter_parameters()) parameters.push_back(filter);
    return parameters;
}

Route status_route(std::string_view path, PoolCall call, std::string_view summary) {
    return {
        .method = "POST",
        .path = path,
        .permission = access::Permission::offers,
        .call = call,
        .summary = summary,
        .tag = "offers",
        .response = schema_of<Offer>,
    };
}

}  // namespace

std::vector<Route> offer_routes() {
    using access::Permission;
    using access::Scope;
    constexpr std::string_view kOne = "/api/v1/offers/{offer_id}";
    return {
        {.method = "GET",
         .path = "/api/v1/offers",
         .permission = Scope::read,
         .call = list_offers,
         .summary = "List, filter, search and sort the catalogue",
         .tag = "offers",
         .response = page_of<Offer>,
         .query = list_parameters()},
        {.method = "POST",
         .path = "/api/v1/offers",
         .permission = Permission::offers,
         .call = create_offer,
         .summary = "Create an offer",
         .tag = "offers",
         .request = schema_of<Offer>,
         .response = schema_of<Offer>,
         .status = 201},
        {.method = "GET",
         .path = kOne,
         .permission = Scope::read,
         .call = read_offer,
         .summary = "Read an offer",
         .tag = "offers",
         .response = schema_of<Offer>},
        {.method = "PUT",
         .path = kOne,
         .permission = Permission::offers,
         .call = replace_offer,
         .summary = "Replace an offer (If-Match)",
         .tag = "offers",
         .request = schema_of<Offer>,
         .response = schema_of<Offer>},
        {.method = "PATCH",
         .path = kOne,
         .permission = Permission::offers,
         .call = patch_offer,
         .summary = "Change some fields of an offer (RFC 7396, If-Match)",
         .tag = "offers",
         .request = schema_of<Offer>,
         .response = schema_of<Offer>},
        {.method = "DELETE",
         .path = kOne,
         .permission = Permission::offers,
         .call = delete_offer,
         .summary = "Retire an offer (If-Match)",
         .tag = "offers",
         .response = schema_of<Offer>},
        status_route("/api/v1/offers/{offer_id}:activate", set_status<OfferStatus::live>, "Make an offer live"),
        status_route("/api/v1/offers/{offer_id}:pause", set_status<OfferStatus::paused>, "Pause an offer"),
        status_route("/api/v1/offers/{offer_id}:retire", set_status<OfferStatus::retired>, "Retire an offer for good"),
    };
}

std::vector<Route> offer_version_routes() {
    using access::Permission;
    using access::Scope;
    return {
        {.method = "GET",
         .path = "/api/v1/offers/{offer_id}/history",
         .permission = Scope::read,
         .call = offer_history,
         .summary = "The versions of an offer, newest first: who, when, what changed",
         .tag = "offers",
         .response = page_of<catalog::Revision>,
         .query = {{"limit", "1 to 500; 50"}, {"cursor", "of the page before"}}},
        {.method = "GET",
         .path = "/api/v1/offers/{offer_id}/versions/{version}",
         .permission = Scope::read,
         .call = read_version,
         .summary = "An offer as it was at a version",
         .tag = "offers",
         .response = schema_of<Offer>},
        {.method = "POST",
         .path = "/api/v1/offers/{offer_id}/versions/{version}:restore",
         .permission = Permission::offers,
         .call = restore_version,
         .summary = "Make what an offer said at a version its next version; its status stays",
         .tag = "offers",
         .response = schema_of<Offer>},
        {.method = "GET",
         .path = "/api/v1/offers/{offer_id}/diff",
         .permission = Scope::read,
         .call = diff_versions,
         .summary = "What differs between two versions of an offer",
         .tag = "offers",
         .response = page_of<catalog::FieldChange>,
         .query = {{"from", "a version"}, {"to", "another"}}},
    };
}

}  // namespace boon::api
