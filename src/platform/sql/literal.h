// Values and names written into SQL text, for the places that take no parameters (DuckDB's views and settings, COPY,
// generated feature queries). Everywhere else use `?`. This is the only place that escapes; a Literal cannot be made in
// any other way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::sql {

enum class Dialect { sqlite, postgres, duckdb };

class Literal {
public:
    using Value = std::variant<
        std::nullptr_t, bool, std::int64_t, double, std::string_view, Timestamp, std::span<const std::byte>>;

    // An expression that the engine reads as exactly `value`: 64-bit numbers, every bit of a double, times to the
    // microsecond (a number of them for SQLite; TIMESTAMPTZ for PostgreSQL; TIMESTAMP, UTC, for DuckDB). Not-a-number
    // is NULL for SQLite.
    // `invalid`: text that is not UTF-8 or has a NUL, which no engine could store.
    static Result<Literal> of(Dialect dialect, const Value& value);

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    explicit Literal(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

// `"a""b"`: a table's or column's name, in every dialect. For names that an engine gave, or that are ours.
std::string quote_name(std::string_view name);
// The same for a name from outside: `invalid` as for text, and when it is empty.
Result<std::string> quote_given_name(std::string_view name);
// `'a''b'`, for the dialects in which a backslash means itself (SQLite, DuckDB): for text that an engine gave, and for
// paths, which may be any bytes.
std::string quote_text(std::string_view text);

}  // namespace boon::sql
