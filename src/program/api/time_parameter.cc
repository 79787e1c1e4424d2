#include "program/api/time_parameter.h"

#include "program/app/local_time.h"

namespace boon::api {

namespace {

// As parse_timestamp() reads it.
constexpr std::size_t kDateLength = std::string_view("2026-03-01").size();

}  // namespace

Result<Timestamp> time_parameter(
    const Call& call, const http::Query& query, std::string_view name, Timestamp fallback
) {
    const auto text = query.find(name);
    if (!text) return fallback;
    auto at = parse_timestamp(*text);
    if (at && text->size() == kDateLength) return app::midnight_in(*at, call.app.config().time_zone);
    if (at) return at;
    Error error{ErrorCode::invalid, "a query parameter is wrong"};
    error.fields.push_back({"?" + std::string(name), at.error().message + "; " + at.error().hint});
    return std::unexpected(std::move(error));
}

Result<TimeSpan> span_parameters(const Call& call, const http::Query& query, Timestamp end, std::int64_t days) {
    TimeSpan span;
    BOON_TRY(span.to, time_parameter(call, query, "to", end));
    BOON_TRY(span.from, time_parameter(call, query, "from", plus_days(span.to, -days)));
    if (span.from <= span.to) return span;
    Error error{ErrorCode::invalid, "a query parameter is wrong"};
    error.fields.push_back({"?to", "lies before the beginning of the span"});
    return std::unexpected(std::move(error));
}

}  // namespace boon::api
