// How the SQL of features is said in each engine that computes them: DuckDB, over the views boon.TABLE, and PostgreSQL,
// over relations boon_TABLE that the statement defines itself. Both give the same numbers, bit for bit.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "platform/base/timestamp.h"
#include "platform/sql/literal.h"
#include "records/features/tables.h"

namespace boon::features {

class Speech {
public:
    // duckdb or postgres.
    explicit Speech(sql::Dialect dialect) : postgres_(dialect == sql::Dialect::postgres) {}

    [[nodiscard]] bool is_postgres() const { return postgres_; }
    [[nodiscard]] std::string relation(Table table) const;

    // A TIMESTAMP, UTC.
    [[nodiscard]] std::string instant(Timestamp at) const;
    // Of a TIMESTAMP: microseconds since 1970, as BIGINT.
    [[nodiscard]] std::string micros(std::string_view at) const;
    // The zone's local time of a UTC TIMESTAMP, and the other way; `zone` is a literal.
    [[nodiscard]] std::string local(std::string_view zone, std::string_view at) const;
    [[nodiscard]] std::string utc(std::string_view zone, std::string_view local_time) const;
    [[nodiscard]] std::string year(std::string_view date) const;

    [[nodiscard]] std::string_view real8() const { return postgres_ ? "FLOAT8" : "DOUBLE"; }
    // The quotient of two whole numbers as a double.
    [[nodiscard]] std::string quotient(std::string_view whole, std::int64_t divisor) const;
    // Neither an infinity nor not-a-number.
    [[nodiscard]] std::string is_finite(std::string_view real) const;
    // A double rounded half away from zero; a decimal in PostgreSQL is rounded so by itself.
    [[nodiscard]] std::string rounded(std::string_view real) const;

    // The place of the text in the list, from 0; null when it is not there.
    [[nodiscard]] std::string place_in(std::span<const std::string> literals, std::string_view text) const;

    // Sets of up to 126 numbers as bits: that of one number, the empty one, how many there are in one.
    [[nodiscard]] std::string bit(std::size_t size, std::string_view number) const;
    [[nodiscard]] std::string no_bits() const;
    [[nodiscard]] std::string count_bits(std::string_view bits) const;

private:
    bool postgres_;
};

}  // namespace boon::features
