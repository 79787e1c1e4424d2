// The PostgreSQL of a mirrored warehouse itself: boon's logical tables as SELECTs in its dialect, and queries there.
// For numbers that follow from the newest rows, without copying them. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "records/warehouse/mirror.h"
#include "records/warehouse/schema.h"

namespace boon::db {
class PostgresReader;
}

namespace boon::warehouse {

class Source {
public:
    // Only the usual tables count: a SELECT of the company's own speaks DuckDB. `not_found` when there is none of them.
    static Result<std::unique_ptr<Source>> open(const Mirror& mirror, int currency_exponent);
    ~Source();
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    // Logical table → a SELECT that gives what boon.TABLE does, in PostgreSQL; all eight.
    [[nodiscard]] const std::map<std::string, std::string>& views() const { return views_; }
    // "TABLE.COLUMN" of standard columns that the source has.
    [[nodiscard]] const std::set<std::string>& columns() const { return columns_; }

    // When the latest transaction or interaction was known that is known by `now`; nothing when there is none.
    Result<std::optional<Timestamp>> last_known(Timestamp now);
    // A SELECT of one text and then REALs; null is NaN. How many rows.
    Result<std::int64_t> for_each_vector(
        const std::string& select, const std::function<Status(std::string_view id, std::span<const float>)>& on_row
    );

private:
    Source();
    Status define(const Mirror& mirror, int currency_exponent);
    Status define_view(const LogicalTable& table, std::string_view select, int currency_exponent);

    std::unique_ptr<db::PostgresReader> reader_;
    std::map<std::string, std::string> views_;
    std::set<std::string> columns_;
};

}  // namespace boon::warehouse
