// What can go wrong, said once: an Error's code tells the caller what it can do about it, and one table turns the code
// into an HTTP status, a process exit code and a problem type. Everything that input or a peer can cause is a Result;
// exceptions never leave the folder that wraps the library throwing them; bugs are BOON_ASSERT.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boon {

enum class ErrorCode {
    invalid,                // the request is wrong; send another
    not_found,              // no such thing
    conflict,               // it clashes with what is there; look, then decide
    failed_precondition,    // it was changed meanwhile (stale version); read again
    precondition_required,  // say which version you mean to change
    unauthenticated,        // who are you?
    forbidden,              // you may not
    limited,                // too much or too often; wait
    unavailable,            // a peer, disk or database does not answer; try again later
    internal,               // a fault of ours
};

// One mistake within a request: where (JSON Pointer) and what.
struct FieldError {
    std::string pointer;
    std::string detail;
    bool operator==(const FieldError&) const = default;
};

// `message`: what failed and why, in words an operator understands, without a full stop.
// `hint`: what to do about it; empty when nothing useful can be said.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    std::string hint = {};
    std::vector<FieldError> fields = {};

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

// How a code is shown at the doors. `type` is the last part of the problem's URI (RFC 9457).
struct ErrorClass {
    ErrorCode code;
    int http_status;
    int exit_code;
    std::string_view type;
    std::string_view title;
};
const ErrorClass& error_class(ErrorCode code);

// `message`, then the mistakes, then `hint: …`, each on its own line.
std::string to_text(const Error& error);

inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
    return std::unexpected(Error{code, std::move(message), std::move(hint)});
}

// The same error with what was being done put before its message: `could not read x: …`.
std::unexpected<Error> in_context(std::string_view doing, Error error);

// Prints the broken promise and aborts. For bugs only, on in every build.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace boon

#define BOON_ASSERT(expression) \
    ((expression) ? static_cast<void>(0) : ::boon::assertion_failed(#expression, __FILE__, __LINE__))

// BOON_TRY(auto rows, read(file)); binds the value or returns the error to the caller.
#define BOON_CONCAT_INNER(a, b) a##b
#define BOON_CONCAT(a, b) BOON_CONCAT_INNER(a, b)
#define BOON_TRY_NAMED(result, declaration, expression)                 \
    auto result = (expression);                                         \
    if (!result) return ::std::unexpected(::std::move(result).error()); \
    declaration = *::std::move(result)
#define BOON_TRY(declaration, expression) BOON_TRY_NAMED(BOON_CONCAT(boon_try_, __LINE__), declaration, expression)

// BOON_CHECK(write(file)); returns the error of a Status, or of a Result whose value is not needed.
#define BOON_CHECK(expression)                                         \
    do {                                                               \
        if (auto boon_check = (expression); !boon_check) {             \
            return ::std::unexpected(::std::move(boon_check).error()); \
        }                                                              \
    } while (false)
