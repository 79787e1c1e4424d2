#include "platform/sql/literal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/core.h>

#include "platform/base/id.h"

namespace boon::sql {

namespace {

std::string enclosed(std::string_view text, char mark) {
    std::string out(1, mark);
    for (const char c : text) {
        if (c == mark) out += mark;
        out += c;
    }
    return out += mark;
}

std::string hex(std::span<const std::byte> bytes, std::string_view before_each) {
    std::string out;
    for (const std::byte byte : bytes) out += fmt::format("{}{:02x}", before_each, std::to_integer<unsigned>(byte));
    return out;
}

// The shortest digits that read back as the same double, always with an exponent.
std::string digits(double number) {
    std::array<char, 40> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
    return {buffer.data(), end.ptr};
}

// SQLite's own reading of decimals may be off by the last bit, so a number that is not whole is written as a whole one
// times or divided by powers of two, each step of which is exact.
std::string exact_for_sqlite(double number) {
    int exponent = 0;
    auto whole = static_cast<std::int64_t>(std::ldexp(std::frexp(std::fabs(number), &exponent), 53));
    exponent -= 53;
    while (whole != 0 && whole % 2 == 0) {
        whole /= 2;
        ++exponent;
    }
    if (whole == 0) exponent = 0;
    std::string text = fmt::format("cast({} as real)", whole);
    const char operation = exponent < 0 ? '/' : '*';
    constexpr int kMostBits = 62;
    for (int left = std::abs(exponent); left > 0; left -= kMostBits) {
        text += fmt::format(" {} {}", operation, std::int64_t{1} << std::min(left, kMostBits));
    }
    return fmt::format("({}{})", std::signbit(number) ? "-" : "", text);
}

class Writer {
public:
    explicit Writer(Dialect dialect) : dialect_(dialect) {}

    Result<std::string> operator()(std::nullptr_t) const { return "null"; }
    Result<std::string> operator()(bool flag) const {
        if (dialect_ == Dialect::sqlite) return flag ? "1" : "0";
        return flag ? "true" : "false";
    }
    Result<std::string> operator()(std::int64_t number) const {
        // The lowest number has no positive counterpart, and a minus sign is an operator.
        if (number == INT64_MIN) return "(-9223372036854775807 - 1)";
        return number < 0 ? fmt::format("({})", number) : fmt::format("{}", number);
    }
    Result<std::string> operator()(double number) const {
        if (dialect_ == Dialect::sqlite) {
            if (std::isnan(number)) return "null";
            if (std::isinf(number)) return number > 0 ? "9e999" : "(-9e999)";
            return exact_for_sqlite(number);
        }
        // As text that is cast: a bare constant would be a decimal, in DuckDB of limited size.
        const std::string text = std::isnan(number)   ? "NaN"
                                 : std::isinf(number) ? "Infinity"
                                                      : digits(std::abs(number));
        const std::string_view sign = std::signbit(number) && !std::isnan(number) ? "-" : "";
        return fmt::format("cast('{}{}' as double precision)", sign, text);
    }
    Result<std::string> operator()(std::string_view text) const {
        if (!is_utf8(text)) return fail(ErrorCode::invalid, "text for SQL is not UTF-8, or has a NUL in it");
        // With E'', a backslash means itself whatever the server's standard_conforming_strings says.
        if (dialect_ != Dialect::postgres || !text.contains('\\')) return enclosed(text, '\'');
        std::string doubled;
        for (const char c : text) doubled += c == '\\' ? "\\\\" : std::string(1, c);
        return 'E' + enclosed(doubled, '\'');
    }
    Result<std::string> operator()(Timestamp at) const {
        switch (dialect_) {
            case Dialect::sqlite: return (*this)(at.micros);
            case Dialect::postgres: return fmt::format("timestamptz '{}'", to_string(at));
            case Dialect::duckdb: return fmt::format("make_timestamp({})", *(*this)(at.micros));
        }
        return fail(ErrorCode::internal, "there is no such dialect");
    }
    Result<std::string> operator()(std::span<const std::byte> bytes) const {
        switch (dialect_) {
            case Dialect::sqlite: return fmt::format("x'{}'", hex(bytes, ""));
            case Dialect::postgres: return fmt::format("decode('{}', 'hex')", hex(bytes, ""));
            case Dialect::duckdb: return fmt::format("cast('{}' as blob)", hex(bytes, "\\x"));
        }
        return fail(ErrorCode::internal, "there is no such dialect");
    }

private:
    Dialect dialect_;
};

}  // namespace

Result<Literal> Literal::of(Dialect dialect, const Value& value) {
    BOON_TRY(std::string text, std::visit(Writer(dialect), value));
    return Literal(std::move(text));
}

std::string quote_name(std::string_view name) { return enclosed(name, '"'); }
std::string quote_text(std::string_view text) { return enclosed(text, '\''); }

Result<std::string> quote_given_name(std::string_view name) {
    if (name.empty() || !is_utf8(name)) {
        return fail(ErrorCode::invalid, "a name for SQL is empty, not UTF-8, or has a NUL in it");
    }
    return enclosed(name, '"');
}

}  // namespace boon::sql
