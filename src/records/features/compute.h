// Runs the definitions on a warehouse: whole base at one instant (profiles), or many rows each at its own (training).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/features/batch_sql.h"
#include "records/features/schema.h"
#include "records/warehouse/source.h"
#include "records/warehouse/warehouse.h"

namespace boon::features {

// Some customers' vectors: values[i * columns … + columns) belongs to customer_ids[i]. Valid during the callback.
struct CustomerRows {
    std::span<const std::string_view> customer_ids;
    std::span<const float> values;
    std::size_t columns = 0;
};

struct Matrix {
    std::size_t columns = 0;
    std::vector<std::int64_t> row_ids;  // ascending
    std::vector<float> values;          // row-major, row_ids.size() × columns

    [[nodiscard]] std::span<const float> row(std::size_t index) const {
        return std::span(values).subspan(index * columns, columns);
    }
};

// Customers whose features are computed at a time: some kilobytes for each of them while it is done.
inline constexpr std::size_t kCustomersAtOnce = 131'072;

struct ComputeOptions {
    std::set<Table> unique_ids = {};  // as in SqlOptions
    // Of a larger base the rows are written to files first, and so many customers are done at a time (parts.h), where
    // the warehouse has a folder for files.
    std::size_t customers_at_once = kCustomersAtOnce;
};

// The schema of `definitions` on this warehouse: dictionaries take the categories found in boon.customers, at most 200
// each (the most frequent), sorted; those of `before` keep their codes and new ones are appended.
// `invalid` with the pointer when a definition names a column of the company's own that its table does not have.
Result<Schema> fit_schema(
    warehouse::Warehouse& warehouse, const Definitions& definitions, const Programme& programme = {},
    const Dictionaries& before = {}
);

Result<std::int64_t> count_customers(warehouse::Warehouse& warehouse);

// Every customer of the warehouse exactly once, as of the instant, in the order of their ids, as bytes: who stores them
// so writes one page after the other. Chunks of up to 2 048 rows. An error of the sink ends it.
Status compute(
    warehouse::Warehouse& warehouse, const Schema& schema, Timestamp as_of, const ComputeOptions& options,
    const std::function<Status(const CustomerRows&)>& sink
);

// The same, computed by the PostgreSQL that the warehouse is a copy of, over its newest rows: nothing but the vectors
// travels. Columns of the company's own are read where the usual tables have them.
Status compute_at_source(
    warehouse::Source& source, const Schema& schema, Timestamp as_of,
    const std::function<Status(const CustomerRows&)>& sink
);

// `rows` is a SELECT that gives row_id (unique whole numbers), customer_id and as_of (UTC); what decides which features
// a row gets is its own as_of. For training: refuses features that check_trainable() refuses. `invalid` for rows with
// nulls or repeated row_ids.
Result<Matrix> compute_rows(
    warehouse::Warehouse& warehouse, const Schema& schema, std::string_view rows, const ComputeOptions& options = {}
);

}  // namespace boon::features
