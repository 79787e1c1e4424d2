#include "program/api/time_parameter.h"

namespace boon::api {

Result<Timestamp> time_parameter(const http::Query& query, std::string_view name, Timestamp fallback) {
    const auto text = query.find(name);
    if (!text) return fallback;
    auto at = parse_timestamp(*text);
    if (at) return at;
    Error error{ErrorCode::invalid, "a query parameter is wrong"};
    error.fields.push_back({"?" + std::string(name), at.error().message + "; " + at.error().hint});
    return std::unexpected(std::move(error));
}

Result<TimeSpan> span_parameters(const http::Query& query, Timestamp end, std::int64_t days) {
    TimeSpan span;
    BOON_TRY(span.to, time_parameter(query, "to", end));
    BOON_TRY(span.from, time_parameter(query, "from", plus_days(span.to, -days)));
    if (span.from <= span.to) return span;
    return fail(ErrorCode::invalid, "?to lies before ?from");
}

}  // namespace boon::api
