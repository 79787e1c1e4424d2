#include "platform/db/postgres_wire.h"

#include <bit>
#include <charconv>
#include <cmath>

#include <fmt/core.h>

namespace boon::db {

namespace {

// Object ids of the types we send (PostgreSQL's pg_type.dat; they never change).
constexpr Oid kUnknown = 0;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kText = 25;
constexpr Oid kFloat8 = 701;

unsigned nibble(char digit) { return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

// `\x00ff`: how the server writes bytes (bytea_output=hex).
std::vector<std::byte> from_hex(std::string_view text) {
    text.remove_prefix(2);
    std::vector<std::byte> bytes(text.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
    }
    return bytes;
}

}  // namespace

WireParams::WireParams(const Params& params) {
    numbers_.reserve(params.size());  // values_ points into it
    struct Adder {
        WireParams& wire;
        void operator()(std::nullptr_t) const { wire.add(kUnknown, nullptr, 0); }
        void operator()(std::int64_t number) const { wire.add_number(kInt8, static_cast<std::uint64_t>(number)); }
        void operator()(double number) const { wire.add_number(kFloat8, std::bit_cast<std::uint64_t>(number)); }
        void operator()(std::string_view text) const {
            wire.add(kText, text.data() == nullptr ? "" : text.data(), text.size());
        }
        void operator()(Bytes bytes) const {
            wire.add(kBytea, bytes.empty() ? "" : reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
    };
    for (const Param& param : params) std::visit(Adder{*this}, param.value());
}

std::string WireParams::signature() const {
    std::string letters;
    for (const Oid type : types_) {
        letters += type == kUnknown ? '0' : type == kInt8 ? 'i' : type == kFloat8 ? 'f' : type == kText ? 't' : 'b';
    }
    return letters;
}

void WireParams::add(Oid type, const char* value, std::size_t length) {
    types_.push_back(type);
    values_.push_back(value);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(1);
}

void WireParams::add_number(Oid type, std::uint64_t bits) {
    std::array<char, 8>& bytes = numbers_.emplace_back();
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bits >> (56 - 8 * i) & 0xff);
    add(type, bytes.data(), bytes.size());
}

std::int64_t PostgresRow::integer(int column) const {
    const std::string_view digits = text(column);
    if (digits == "t") return 1;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc() && end == digits.data() + digits.size()) return number;
    return static_cast<std::int64_t>(real(column));
}

double PostgresRow::real(int column) const {
    const std::string_view digits = text(column);
    double number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::string_view PostgresRow::text(int column) const {
    return {PQgetvalue(result_, 0, column), static_cast<std::size_t>(PQgetlength(result_, 0, column))};
}

Bytes PostgresRow::blob(int column) const {
    const std::string_view value = text(column);
    if (PQftype(result_, column) != kBytea || value.empty()) return std::as_bytes(std::span(value));
    if (decoded_.empty()) decoded_.resize(static_cast<std::size_t>(columns()));
    return decoded_[static_cast<std::size_t>(column)] = from_hex(value);
}

Error explain_postgres(std::string_view sql_state, std::string_view what, std::string_view server_says) {
    while (server_says.ends_with('\n')) server_says.remove_suffix(1);
    const std::string message = fmt::format("{}: {}", what, server_says);
    const std::string_view kind = sql_state.substr(0, 2);
    if (sql_state == "23505" || sql_state == "23503" || sql_state == "23P01") return {ErrorCode::conflict, message};
    if (kind == "22" || kind == "23") return {ErrorCode::invalid, message};
    if (sql_state == "25006") {
        return {
            ErrorCode::unavailable, fmt::format("{}: it is read-only ({})", what, server_says),
            "connect to the primary server"
        };
    }
    if (sql_state == "53100") {
        return {
            ErrorCode::unavailable, fmt::format("{}: the disk is full ({})", what, server_says),
            "free space on the database server; what was written before is safe"
        };
    }
    if (kind == "40") return {ErrorCode::unavailable, message, "try again"};
    if (sql_state == "55P03") {
        return {ErrorCode::unavailable, message, "another transaction holds a lock: stop it, or wait"};
    }
    if (kind == "28" || sql_state == "3D000") {
        return {ErrorCode::unavailable, message, "check the user, password and database in the URL"};
    }
    if (kind.empty() || kind == "08" || kind == "57" || kind == "53" || kind == "58") {
        return {ErrorCode::unavailable, message, "check that the server runs and can be reached"};
    }
    if (sql_state == "42501") {
        return {ErrorCode::unavailable, message, "grant boon's database user the right to it"};
    }
    return {ErrorCode::internal, message};
}

}  // namespace boon::db
