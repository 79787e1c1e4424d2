#include "records/features/speech.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/describe.h"

namespace boon::features {

namespace {

// Bits of a BIGINT, which is faster than a HUGEINT.
constexpr std::size_t kNarrowMask = 62;

}  // namespace

std::string Speech::relation(Table table) const {
    return fmt::format("{}{}", postgres_ ? "boon_" : "boon.", enum_name(table));
}

std::string Speech::instant(Timestamp at) const {
    if (!postgres_) return fmt::format("make_timestamp({})", at.micros);
    std::string text = to_string(at);
    if (text.ends_with('Z')) text.pop_back();
    return fmt::format("TIMESTAMP '{}'", text);
}

std::string Speech::micros(std::string_view at) const {
    if (!postgres_) return fmt::format("epoch_us({})", at);
    return fmt::format("CAST(extract(epoch FROM {}) * 1000000 AS BIGINT)", at);
}

std::string Speech::local(std::string_view zone, std::string_view at) const {
    if (postgres_) return fmt::format("timezone({}, timezone('UTC', {}))", zone, at);
    // make_timestamptz takes microseconds: no session setting has a say in what the TIMESTAMP means.
    return fmt::format("timezone({}, make_timestamptz(epoch_us({})))", zone, at);
}

std::string Speech::utc(std::string_view zone, std::string_view local_time) const {
    if (postgres_) return fmt::format("timezone('UTC', timezone({}, {}))", zone, local_time);
    return fmt::format("make_timestamp(epoch_us(timezone({}, {})))", zone, local_time);
}

std::string Speech::year(std::string_view date) const {
    if (postgres_) return fmt::format("CAST(extract(year FROM {}) AS INTEGER)", date);
    return fmt::format("year({})", date);
}

std::string Speech::quotient(std::string_view whole, std::int64_t divisor) const {
    // DuckDB divides whole numbers as doubles by itself.
    if (!postgres_) return fmt::format("{} / {}", whole, divisor);
    return fmt::format("CAST({} AS FLOAT8) / {}", whole, divisor);
}

std::string Speech::is_finite(std::string_view real) const {
    if (!postgres_) return fmt::format("isfinite({})", real);
    return fmt::format("{} NOT IN ('NaN', 'Infinity', '-Infinity')", real);
}

std::string Speech::rounded(std::string_view real) const {
    if (!postgres_) return fmt::format("round({})", real);
    return fmt::format("CASE WHEN abs({0} - trunc({0})) >= 0.5 THEN trunc({0}) + sign({0}) ELSE trunc({0}) END", real);
}

std::string Speech::place_in(std::span<const std::string> literals, std::string_view text) const {
    const std::string list = fmt::format("{}", fmt::join(literals, ", "));
    if (postgres_) return fmt::format("array_position(CAST(ARRAY[{}] AS TEXT[]), CAST({} AS TEXT)) - 1", list, text);
    return fmt::format("nullif(list_position([{}], CAST({} AS VARCHAR)), 0) - 1", list, text);
}

std::string Speech::bit(std::size_t size, std::string_view number) const {
    if (postgres_) return fmt::format("(CAST(B'1' AS BIT(128)) >> CAST({} AS INTEGER))", number);
    return fmt::format("1::{} << CAST({} AS INTEGER)", size <= kNarrowMask ? "BIGINT" : "HUGEINT", number);
}

std::string Speech::no_bits() const { return postgres_ ? "CAST(B'0' AS BIT(128))" : "0"; }

std::string Speech::count_bits(std::string_view bits) const {
    // bit_count() of bits is of PostgreSQL 14.
    if (postgres_) return fmt::format("length(replace(CAST({} AS TEXT), '0', ''))", bits);
    return fmt::format("bit_count({})", bits);
}

}  // namespace boon::features
