// Whether the server lives and is ready, what it counts, and what it can be asked.
#include "program/api/metrics.h"
#include "program/api/openapi.h"
#include "program/api/pages.h"
#include "program/api/route.h"
#include "program/app/doctor.h"
#include "program/app/warehouse_checks.h"

namespace boon::api {

namespace {

struct Alive {
    std::string status = "ok";
};
BOOST_DESCRIBE_STRUCT(Alive, (), (status))

struct Ready {
    std::string status = "ready";
    app::WarehouseHealth warehouse = app::WarehouseHealth::none;  // what its last check found; for information
};
BOOST_DESCRIBE_STRUCT(Ready, (), (status, warehouse))

// NOLINTBEGIN(performance-unnecessary-value-param): an AsyncCall is handed its arguments; these answer at once.
void livez(Call call, http::Respond respond) { respond(record_response(call, Alive{})); }

// Ready: the schema is this boon's, the last write reached the disk, and nobody asked the server to end.
Result<http::Response> readyz(Call& call) {
    BOON_CHECK(call.app.ready());
    return record_response(call, Ready{.warehouse = call.app.warehouse_checks().health()});
}

void openapi(Call, http::Respond respond) {
    static const std::string document = openapi_document(all_routes());
    respond(json_response(document));
}

// The browser may run and load only what comes from here.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri "
    "'none'; form-action 'none'";

template <std::size_t N>
struct FileName {
    constexpr FileName(const char (&text)[N]) { std::copy_n(text, N, value); }  // NOLINT: a template argument
    char value[N];
};

template <FileName name>
void page(Call, http::Respond respond) {
    const std::string_view file = name.value;
    http::Response response;
    response.body = page_text(file);
    response.content_type = file.ends_with(".js")    ? "text/javascript; charset=utf-8"
                            : file.ends_with(".css") ? "text/css; charset=utf-8"
                                                     : "text/html; charset=utf-8";
    response.headers = {
        {"Content-Security-Policy", std::string(kPagePolicy)},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"}
    };
    respond(std::move(response));
}
// NOLINTEND(performance-unnecessary-value-param)

Result<http::Response> doctor(Call& call) {
    constexpr std::array<std::string_view, 1> kParameters = {"max_age_s"};
    BOON_TRY(const auto query, call.query(kParameters));
    BOON_TRY(const auto max_age_s, number_parameter(query, "max_age_s", {.low = 0, .high = 3600, .fallback = 0}));
    BOON_TRY(const auto examination, call.app.doctor().examine(max_age_s));
    return record_response(call, examination);
}

}  // namespace

std::vector<Route> system_routes() {
    using access::Scope;
    return {
        {.method = "GET",
         .path = "/livez",
         .permission = Open{},
         .call = livez,
         .summary = "The process lives",
         .tag = "system",
         .response = schema_of<Alive>},
        {.method = "GET",
         .path = "/readyz",
         .permission = Open{},
         .call = readyz,
         .summary = "The server can answer; 503 with the reason when not",
         .tag = "system",
         .response = schema_of<Ready>},
        {.method = "GET",
         .path = "/openapi.json",
         .permission = Open{},
         .call = openapi,
         .summary = "This document",
         .tag = "system"},
        {.method = "GET",
         .path = "/docs",
         .permission = Open{},
         .call = page<"docs.html">,
         .summary = "This document, to browse",
         .tag = "system"},
        {.method = "GET",
         .path = "/docs/docs.js",
         .permission = Open{},
         .call = page<"docs.js">,
         .summary = "Part of /docs",
         .tag = "system"},
        {.method = "GET",
         .path = "/docs/docs.css",
         .permission = Open{},
         .call = page<"docs.css">,
         .summary = "Part of /docs",
         .tag = "system"},
        {.method = "GET",
         .path = "/api/v1/doctor",
         .permission = Scope::read,
         .call = doctor,
         .summary = "Settings, databases, warehouse, models and disk examined, with what to do",
         .tag = "system",
         .response = schema_of<app::Examination>,
         .query = {{"max_age_s", "an examination at most so old will do; 0: examine now"}}},
    };
}

}  // namespace boon::api
