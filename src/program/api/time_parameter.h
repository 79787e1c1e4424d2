// Query parameters that name instants.
#pragma once

#include <string_view>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/http/uri.h"
#include "program/api/route.h"

namespace boon::api {

// RFC 3339, or a date: its midnight in the programme's time zone. `fallback` when absent.
Result<Timestamp> time_parameter(const Call& call, const http::Query& query, std::string_view name, Timestamp fallback);

struct TimeSpan {
    Timestamp from;
    Timestamp to;
};
// `from` and `to`; by default the `days` that end at `end`. `invalid` when it ends before it begins.
Result<TimeSpan> span_parameters(const Call& call, const http::Query& query, Timestamp end, std::int64_t days);

}  // namespace boon::api
