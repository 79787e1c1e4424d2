// One DuckDB connection: where a query runs, is watched and is cancelled. Used by one thread at a time, except
// cancel(), which any thread may call; several sessions run at once. Temporary tables belong to their session.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/warehouse/chunk.h"
#include "records/warehouse/frame.h"

namespace boon::warehouse {

// Fills a table row by row (14 M rows/s), value by value in the order of its columns, each of the column's own type or
// one that widens to it. After an error the Appender is of no further use.
class Appender {
public:
    class Impl;
    explicit Appender(std::unique_ptr<Impl> impl);
    Appender(Appender&&) noexcept;
    Appender& operator=(Appender&&) noexcept;
    ~Appender();  // drops what was not finished

    Appender& add(bool value);
    Appender& add(std::int32_t value);
    Appender& add(std::int64_t value);
    Appender& add(float value);
    Appender& add(double value);
    Appender& add(std::string_view value);
    Appender& add(const char* value) { return add(std::string_view(value)); }
    Appender& add(Timestamp value);
    Appender& add_null();
    template <class T>
    Appender& add(const std::optional<T>& value) {
        return value ? add(*value) : add_null();
    }
    // Ends the row; the first mistake in its values is told here.
    Status end_row();
    // The rows are in the table when this has returned without an error.
    Status finish();

private:
    std::unique_ptr<Impl> impl_;
};

class Session {
public:
    class Impl;
    explicit Session(std::unique_ptr<Impl> impl);
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    // One or more statements; results are dropped.
    Status execute(std::string_view sql);
    // One statement, its whole result. Columns of nested types, blobs and times of day are refused by name.
    Result<Frame> query(std::string_view sql);
    // One statement, its result as it comes: memory stays bounded. An error of the callback ends the query. Its rows
    // must come from one place: where the arms of a UNION ALL reach the result, DuckDB 1.4 waits for ever once its
    // buffer is full (its issue 22215); they go into a temporary table or a MATERIALIZED relation first. The view of a
    // logical table that events were posted to is such a union.
    Status for_each_chunk(std::string_view sql, const std::function<Status(const Chunk&)>& on_chunk);
    // What the statement would give, without running it: names and kinds.
    Result<std::vector<ColumnType>> describe(std::string_view sql);
    Result<Appender> append_to(std::string_view table);

    // Stops what runs in this session now; it answers `unavailable`. Nothing happens when nothing runs.
    void cancel();

    [[nodiscard]] Impl& impl() { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace boon::warehouse
