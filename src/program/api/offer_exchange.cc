// Many offers at once: import, export, bulk edits.
#include <array>
#include <chrono>

#include "program/api/offer_query.h"
#include "program/api/route.h"
#include "records/catalog/catalogue.h"
#include "records/catalog/sheet.h"

namespace boon::api {

namespace {

using catalog::Offer;

// An import that takes longer is refused; it holds up other changes.
constexpr std::chrono::seconds kImportTime{60};

constexpr std::array<std::string_view, 2> kImportParameters = {"mode", "dry_run"};

bool is_csv(const Call& call) {
    const auto type = call.request.headers.find("Content-Type");
    return type && type->starts_with("text/csv");
}

Result<std::vector<catalog::ImportRow>> rows_of(const Call& call) {
    if (is_csv(call)) return catalog::read_csv(call.request.body, catalog::kMaxImportRows);
    BOON_TRY(const auto body, call.body_json());
    if (body.is_array()) return catalog::import_rows(body.get_array());
    return fail(
        ErrorCode::invalid, "the body is not a JSON array of offers",
        "send an array, or a sheet with Content-Type: text/csv"
    );
}

Result<http::Response> answer_with(Call& call, const catalog::PlanReport& report) {
    call.changed = report.written && report.created + report.updated > 0;
    if (call.changed) BOON_CHECK(call.app.follow_changes());
    return record_response(call, report);
}

Result<http::Response> import_offers(Call& call) {
    const auto end = std::chrono::steady_clock::now() + kImportTime;
    BOON_TRY(const auto query, call.query(kImportParameters));
    catalog::ImportOptions options;
    BOON_TRY(const auto mode, enum_parameter<catalog::PlanMode>(query, "mode"));
    options.mode = mode.value_or(catalog::PlanMode::all_or_nothing);
    BOON_TRY(const auto dry_run, flag_parameter(query, "dry_run"));
    options.dry_run = dry_run.value_or(false);
    options.out_of_time = [end] { return std::chrono::steady_clock::now() > end; };
    BOON_TRY(const auto rows, rows_of(call));
    BOON_TRY(const auto report, call.app.catalogue().import(rows, options, author_of(call)));
    return answer_with(call, report);
}

enum class Format { json, csv };
BOOST_DESCRIBE_ENUM(Format, json, csv)

constexpr std::array<std::string_view, 2> kExportParameters = {"format", "bom"};

Result<http::Response> export_offers(Call& call) {
    BOON_TRY(const auto query, call.query(with_offer_filters(kExportParameters)));
    BOON_TRY(const auto format, enum_parameter<Format>(query, "format"));
    BOON_TRY(const auto mark, flag_parameter(query, "bom"));
    BOON_TRY(const auto filter, offer_filter(query));
    BOON_TRY(const auto offers, call.app.catalogue().select(filter));
    const Currency& currency = call.app.catalogue().currency();
    if (format != Format::csv) return json_response(catalog::to_json_lines(offers, currency));
    http::Response response;
    response.content_type = "text/csv; charset=utf-8; header=present";
    response.headers.push_back({"Content-Disposition", "attachment; filename=\"offers.csv\""});
    if (mark.value_or(false)) response.body = "\xEF\xBB\xBF";
    response.body += catalog::to_csv(offers, currency);
    return response;
}

Result<http::Response> edit_offers(Call& call) {
    BOON_TRY(const auto edit, call.body<catalog::BulkEdit>());
    BOON_TRY(const auto report, call.app.catalogue().bulk(edit, author_of(call)));
    return answer_with(call, report);
}

constexpr std::array<std::string_view, 2> kReferenceParameters = {"kind", "name"};

Result<http::Response> offer_references(Call& call) {
    BOON_TRY(const auto query, call.query(kReferenceParameters));
    BOON_TRY(const auto kind, enum_parameter<catalog::NameKind>(query, "kind"));
    const auto name = query.find("name");
    if (!kind || !name) return fail(ErrorCode::invalid, "say of what: ?kind=…&name=…");
    BOON_TRY(const auto references, call.app.catalogue().references(*kind, *name));
    return list_response(call, references);
}

}  // namespace

std::vector<Route> offer_exchange_routes() {
    using access::Permission;
    using access::Scope;
    std::vector<Parameter> export_query = offer_filter_parameters();
    export_query.push_back({"format", "json (the default) or csv"});
    export_query.push_back({"bom", "true: a byte order mark before the CSV, as some spreadsheets need to see UTF-8"});
    return {
        {.method = "POST",
         .path = "/api/v1/offers:import",
         .permission = Permission::offers,
         .call = import_offers,
         .summary = "Create or change many offers at once, from JSON or CSV (Content-Type: text/csv)",
         .tag = "offers",
         .request = schema_of<std::vector<Offer>>,
         .response = schema_of<catalog::PlanReport>,
         .query =
             {{"mode", "all_or_nothing (the default) or skip_bad"},
              {"dry_run", "true: only show what each row would change"}}},
        {.method = "GET",
         .path = "/api/v1/offers:export",
         .permission = Scope::read,
         .call = export_offers,
         .summary = "Offers as the import takes them, as JSON or CSV",
         .tag = "offers",
         .response = schema_of<std::vector<Offer>>,
         .query = export_query},
        {.method = "POST",
         .path = "/api/v1/offers:bulk",
         .permission = Permission::offers,
         .call = edit_offers,
         .summary = "The same change to many offers, shown first by dry_run",
         .tag = "offers",
         .request = schema_of<catalog::BulkEdit>,
         .response = schema_of<catalog::PlanReport>},
        {.method = "GET",
         .path = "/api/v1/offers:references",
         .permission = Scope::read,
         .call = offer_references,
         .summary = "Which offers refer to a stage, a segment, an audience or another name",
         .tag = "offers",
         .response = page_of<catalog::Reference>,
         .query =
             {{"kind",
               "stage, value_segment, rfm_segment, audience, variable, exclusion_group, channel, placement or tag"},
              {"name", ""}}},
    };
}

}  // namespace boon::api
