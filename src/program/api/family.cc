#include "program/api/family.h"

#include <array>

#include <fmt/format.h>

#include "program/app/stage_work.h"

namespace boon::api {

namespace {

// What is switched off has a problem type of its own, so that a client need not read the words to tell it from a clash.
http::Response problem_refusal(const Error& error, int status) {
    http::Response response = http::problem(error, status);
    if (error.code != ErrorCode::conflict || !error.message.starts_with(app::kDisabled)) return response;
    const std::string clash = fmt::format(":{}\"", error_class(ErrorCode::conflict).type);
    if (const auto at = response.body.find(clash); at != std::string::npos) {
        response.body.replace(at, clash.size(), ":disabled\"");
    }
    return response;
}

// The longer prefixes first.
constexpr std::array kFamilies = {
    Family{"/tmf-api/", tmf_refusal},
    Family{"", problem_refusal},
};

}  // namespace

const Family& family_of(std::string_view path) {
    for (const Family& family : kFamilies) {
        if (path.starts_with(family.prefix)) return family;
    }
    return kFamilies.back();
}

http::Response refusal(std::string_view path, const Error& error, const Refused& how) {
    http::Response answer = family_of(path).refusal(error, how.status.value_or(error_class(error.code).http_status));
    const bool wait = error.code == ErrorCode::unavailable || error.code == ErrorCode::limited;
    if (wait) answer.headers.push_back({"Retry-After", fmt::to_string(how.retry_after_s)});
    return answer;
}

}  // namespace boon::api
