// PostgreSQL as somebody else's: a database that boon reads and never writes. One read-only session with one snapshot,
// so that all that is read through it is of one instant; results stream through COPY in binary form.
//
// Errors: `unavailable` for a server that cannot be reached, refuses the user, or takes longer than the statement
// timeout; `not_found` for a table that is not there; `forbidden` for one that may not be read; `invalid` for SQL or
// values that cannot be read.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

struct pg_conn;
struct pg_result;

namespace boon::db {

__extension__ using Int128 = __int128;

// What the values of a column are when they arrive. Types beyond these arrive as text.
enum class WireKind { boolean, integer, real, decimal, text, date, time };

struct WireColumn {
    std::string name;
    std::string type;  // as PostgreSQL calls it: numeric(12,2)
    WireKind kind = WireKind::text;
    int width = 0;  // digits of a decimal, at most 38, and how many of them follow the point
    int scale = 0;
};

// One row as it came: valid during the callback. Each value is asked for by the kind of its column.
class WireRow {
public:
    explicit WireRow(std::span<const std::optional<std::string_view>> fields) : fields_(fields) {}

    [[nodiscard]] bool is_null(std::size_t column) const { return !fields_[column]; }
    [[nodiscard]] bool boolean(std::size_t column) const { return fields_[column]->front() != 0; }
    [[nodiscard]] std::int64_t integer(std::size_t column) const;
    [[nodiscard]] double real(std::size_t column) const;
    [[nodiscard]] std::string_view text(std::size_t column) const { return *fields_[column]; }
    // Days since 1970; nothing for infinity.
    [[nodiscard]] std::optional<std::int32_t> date(std::size_t column) const;
    // Microseconds since 1970, UTC (a time without zone is taken as UTC); nothing for infinity.
    [[nodiscard]] std::optional<std::int64_t> time(std::size_t column) const;
    // NaN: a decimal that is not a number. `beyond`: it has more than 38 digits, or is infinite.
    enum class DecimalFault { none, not_a_number, beyond };
    // The value times 10^scale, rounded half away from zero.
    [[nodiscard]] DecimalFault decimal(std::size_t column, int scale, Int128& unscaled) const;

private:
    std::span<const std::optional<std::string_view>> fields_;
};

// One thread at a time, but for cancel().
class PostgresReader {
public:
    struct Options {
        std::string url;  // as libpq takes it
        std::chrono::seconds statement_timeout{3600};
    };
    static Result<std::unique_ptr<PostgresReader>> open(const Options& options);
    ~PostgresReader();
    PostgresReader(const PostgresReader&) = delete;
    PostgresReader& operator=(const PostgresReader&) = delete;

    // How a table or view that a person named is written in SQL; nothing when there is none of that name (names are
    // looked up as SQL does: without regard to case unless quoted, along the search path).
    Result<std::optional<std::string>> find_table(std::string_view name);
    // What a SELECT gives, without running it.
    Result<std::vector<WireColumn>> describe(const std::string& select);
    // Runs a SELECT whose columns are `columns`; how many rows it gave. An error of the callback ends it, and the
    // session is of no further use then.
    Result<std::int64_t> copy(
        const std::string& select, std::span<const WireColumn> columns,
        const std::function<Status(const WireRow&)>& on_row
    );
    // The first row of a SELECT as text; NULL is nothing. Empty when there is no row.
    Result<std::vector<std::optional<std::string>>> first_row(const std::string& select);

    // From any thread: what runs ends with `unavailable`.
    void cancel();

    // `"dwh" on db.example`, for messages.
    [[nodiscard]] const std::string& label() const { return label_; }

private:
    struct Close {
        void operator()(pg_conn* connection) const;
    };
    PostgresReader() = default;
    Status simple(const std::string& sql);
    std::unexpected<Error> failure(const pg_result* result) const;
    Result<std::int64_t> receive(std::size_t columns, const std::function<Status(const WireRow&)>& on_row);

    std::unique_ptr<pg_conn, Close> handle_;
    std::string label_;
    std::chrono::seconds timeout_{0};
};

}  // namespace boon::db
