#include "platform/base/error.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace boon {

namespace {

constexpr std::array kClasses = {
    ErrorClass{ErrorCode::invalid, 400, 2, "invalid", "The request is not valid"},
    ErrorClass{ErrorCode::not_found, 404, 4, "not-found", "Not found"},
    ErrorClass{ErrorCode::conflict, 409, 5, "conflict", "It conflicts with what is there"},
    ErrorClass{ErrorCode::failed_precondition, 412, 5, "failed-precondition", "It was changed meanwhile"},
    ErrorClass{ErrorCode::precondition_required, 428, 2, "precondition-required", "Say which version you mean"},
    ErrorClass{ErrorCode::unauthenticated, 401, 3, "unauthenticated", "Authentication is needed"},
    ErrorClass{ErrorCode::forbidden, 403, 3, "forbidden", "Not allowed"},
    ErrorClass{ErrorCode::limited, 429, 6, "limited", "Too many requests"},
    ErrorClass{ErrorCode::unavailable, 503, 6, "unavailable", "Not available now"},
    ErrorClass{ErrorCode::internal, 500, 1, "internal", "Internal error"},
};

}  // namespace

const ErrorClass& error_class(ErrorCode code) {
    for (const ErrorClass& entry : kClasses) {
        if (entry.code == code) return entry;
    }
    return kClasses.back();
}

std::string to_text(const Error& error) {
    std::string text = error.message;
    for (const FieldError& field : error.fields) {
        text += "\n  ";
        if (!field.pointer.empty()) text += field.pointer + ": ";
        text += field.detail;
    }
    if (!error.hint.empty()) text += "\nhint: " + error.hint;
    return text;
}

std::unexpected<Error> in_context(std::string_view doing, Error error) {
    error.message = std::string(doing) + ": " + error.message;
    return std::unexpected(std::move(error));
}

void assertion_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "boon: internal fault: %s does not hold at %s:%d\n", expression, file, line);
    std::abort();
}

}  // namespace boon
