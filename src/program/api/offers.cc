// The catalogue: list, create, read, replace, patch, status, history, import, export.
#include <array>
#include <charconv>

#include "program/api/route.h"
#include "records/catalog/catalogue.h"

namespace boon::api {

namespace {

using catalog::Offer;
using catalog::OfferStatus;

catalog::Author author_of(const Call& call) { return {.name = call.principal.name, .at = call.now}; }

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

// A described enum from a query parameter, empty when it is absent.
template <DescribedEnum E>
Result<std::optional<E>> enum_parameter(const http::Query& query, std::string_view name) {
    const auto text = query.find(name);
    if (!text) return std::optional<E>();
    const auto value = enum_from<E>(*text);
    if (value) return value;
    Error error{ErrorCode::invalid, "a query parameter is wrong"};
    error.fields.push_back({"?" + std::string(name), "must be one of " + enum_choices<E>()});
    return std::unexpected(std::move(error));
}

std::optional<std::string> text_parameter(const http::Query& query, std::string_view name) {
    const auto text = query.find(name);
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

constexpr std::array<std::string_view, 11> kListParameters = {
    "limit",          "cursor",          "q",    "status", "is_active", "category", "lifecycle_stage",
    "target_segment", "external_system", "sort", "order"
};

Result<catalog::ListQuery> list_query(const Call& call) {
    BOON_TRY(const auto query, call.query(kListParameters));
    catalog::ListQuery wanted;
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    wanted.limit = static_cast<std::int32_t>(limit);
    wanted.cursor = query.find("cursor").value_or("");
    wanted.search = query.find("q").value_or("");
    BOON_TRY(wanted.status, enum_parameter<OfferStatus>(query, "status"));
    if (const auto active = query.find("is_active")) wanted.is_active = *active == "true";
    wanted.category = text_parameter(query, "category");
    wanted.lifecycle_stage = text_parameter(query, "lifecycle_stage");
    wanted.target_segment = text_parameter(query, "target_segment");
    wanted.external_system = text_parameter(query, "external_system");
    BOON_TRY(const auto sort, enum_parameter<catalog::SortBy>(query, "sort"));
    wanted.sort = sort.value_or(catalog::SortBy::offer_id);
    wanted.order = query.find("order") == "desc" ? catalog::Order::descending : catalog::Order::ascending;
    return wanted;
}

Result<http::Response> list_offers(Call& call) {
    BOON_TRY(const auto wanted, list_query(call));
    BOON_TRY(const auto page, call.app.catalogue().list(wanted));
    return list_response(call, page.items, page.next_cursor);
}

Result<http::Response> create_offer(Call& call) {
    BOON_TRY(auto offer, call.body<Offer>());
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
    BOON_TRY(auto offer, call.body<Offer>());
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
template <OfferStatus status>
Result<http::Response> set_status(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    std::optional<std::int64_t> version;
    if (call.request.headers.find("If-Match")) {
        BOON_TRY(version, if_match(call));
    }
    BOON_TRY(const auto changed, call.app.catalogue().set_status(id, status, version, author_of(call)));
    return changed_response(call, changed);
}

Result<http::Response> delete_offer(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto version, if_match(call));
    BOON_TRY(const auto changed, call.app.catalogue().set_status(id, OfferStatus::retired, version, author_of(call)));
    return changed_response(call, changed);
}

Result<http::Response> offer_history(Call& call) {
    BOON_TRY(const auto id, offer_id_of(call));
    BOON_TRY(const auto revisions, call.app.catalogue().history(id));
    return list_response(call, revisions);
}

constexpr std::array<std::string_view, 1> kImportParameters = {"bad_rows"};

Result<http::Response> import_offers(Call& call) {
    BOON_TRY(const auto query, call.query(kImportParameters));
    const auto bad_rows = query.find("bad_rows").value_or("refuse");
    if (bad_rows != "refuse" && bad_rows != "skip") {
        return fail(ErrorCode::invalid, "?bad_rows must be refuse or skip");
    }
    BOON_TRY(const auto body, call.body_json());
    if (!body.is_array()) return fail(ErrorCode::invalid, "the body is not a JSON array of offers");
    const auto mode = bad_rows == "skip" ? catalog::ImportMode::skip_bad : catalog::ImportMode::all_or_nothing;
    BOON_TRY(const auto report, call.app.catalogue().import(body.get_array(), mode, author_of(call)));
    BOON_CHECK(call.app.follow_changes());
    return record_response(call, report);
}

Result<http::Response> export_offers(Call& call) {
    BOON_TRY(const auto contents, call.app.catalogue().contents());
    std::string body;
    json::append_record(body, contents.offers, call.context());
    return json_response(std::move(body));
}

}  // namespace

std::vector<Route> offer_routes() {
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
         .query =
             {{"limit", "1 to 500; 50"},
              {"cursor", "of the page before"},
              {"q", "a word in name or description"},
              {"status", "draft, live, paused or retired"},
              {"is_active", "true or false"},
              {"category", ""},
              {"lifecycle_stage", ""},
              {"target_segment", ""},
              {"external_system", ""},
              {"sort", "offer_id, name, category, status, weight, created_at or updated_at"},
              {"order", "asc or desc"}}},
        {.method = "POST",
         .path = "/api/v1/offers",
         .permission = Scope::write,
         .call = create_offer,
         .summary = "Create an offer",
         .tag = "offers",
         .request = schema_of<Offer>,
         .response = schema_of<Offer>,
         .status = 201},
        {.method = "POST",
         .path = "/api/v1/offers:import",
         .permission = Scope::write,
         .call = import_offers,
         .summary = "Create or replace many offers at once",
         .tag = "offers",
         .request = schema_of<std::vector<Offer>>,
         .response = schema_of<catalog::ImportReport>,
         .query = {{"bad_rows", "refuse (all or nothing) or skip"}}},
        {.method = "GET",
         .path = "/api/v1/offers:export",
         .permission = Scope::read,
         .call = export_offers,
         .summary = "The whole catalogue as the import takes it",
         .tag = "offers",
         .response = schema_of<std::vector<Offer>>},
        {.method = "GET",
         .path = kOne,
         .permission = Scope::read,
         .call = read_offer,
         .summary = "Read an offer",
         .tag = "offers",
         .response = schema_of<Offer>},
        {.method = "PUT",
         .path = kOne,
         .permission = Scope::write,
         .call = replace_offer,
         .summary = "Replace an offer (If-Match)",
         .tag = "offers",
         .request = schema_of<Offer>,
         .response = schema_of<Offer>},
        {.method = "PATCH",
         .path = kOne,
         .permission = Scope::write,
         .call = patch_offer,
         .summary = "Change some fields of an offer (RFC 7396, If-Match)",
         .tag = "offers",
         .request = schema_of<Offer>,
         .response = schema_of<Offer>},
        {.method = "DELETE",
         .path = kOne,
         .permission = Scope::write,
         .call = delete_offer,
         .summary = "Retire an offer (If-Match)",
         .tag = "offers",
         .response = schema_of<Offer>},
        {.method = "GET",
         .path = "/api/v1/offers/{offer_id}/history",
         .permission = Scope::read,
         .call = offer_history,
         .summary = "Every version of an offer, newest first",
         .tag = "offers",
         .response = page_of<catalog::Revision>},
        {.method = "POST",
         .path = "/api/v1/offers/{offer_id}:activate",
         .permission = Scope::write,
         .call = set_status<OfferStatus::live>,
         .summary = "Make an offer live",
         .tag = "offers",
         .response = schema_of<Offer>},
        {.method = "POST",
         .path = "/api/v1/offers/{offer_id}:pause",
         .permission = Scope::write,
         .call = set_status<OfferStatus::paused>,
         .summary = "Pause an offer",
         .tag = "offers",
         .response = schema_of<Offer>},
        {.method = "POST",
         .path = "/api/v1/offers/{offer_id}:retire",
         .permission = Scope::write,
         .call = set_status<OfferStatus::retired>,
         .summary = "Retire an offer for good",
         .tag = "offers",
         .response = schema_of<Offer>},
    };
}

}  // namespace boon::api
