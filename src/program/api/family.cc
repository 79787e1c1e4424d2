#include "program/api/family.h"

#include <array>

#include <fmt/format.h>

namespace boon::api {

namespace {

http::Response problem_refusal(const Error& error, int status) { return http::problem(error, status); }

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
