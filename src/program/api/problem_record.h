// The body of every error (RFC 9457), described for the OpenAPI document and for reading it back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/record.h"

namespace boon::api {

struct Mistake {
    std::string pointer;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(Mistake, (), (pointer, detail))

struct Problem {
    std::string type;
    std::string title;
    std::int32_t status = 500;
    std::string detail;
    std::string hint;
    std::vector<Mistake> errors;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, detail, hint, errors))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::Problem> = std::array{
    boon::Field{.name = "type", .doc = "what kind of error; stable"},
    boon::Field{.name = "detail", .doc = "what failed and why"},
    boon::Field{.name = "hint", .doc = "what to do about it"},
    boon::Field{.name = "errors", .doc = "each mistake in the request, by JSON Pointer"},
};
