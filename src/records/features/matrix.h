// Rows asked about on their way into DuckDB, and vectors on their way out. Only this room includes
// it.
#pragma once

#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "records/features/compute.h"
#include "records/warehouse/session.h"

namespace boon::features {

enum class RowsOf { customers, pairs };

// Puts the rows of the SELECT into the session's temporary table feature_rows: they are read twice, and their SELECT
// may be costly. row_id, customer_id and as_of, and offer_id of pairs, must be there in every row, row_id once.
Status stage_rows(warehouse::Session& session, std::string_view rows, RowsOf of);

// Turns the chunk's columns from `first` on, all FLOAT, into rows, appended to `out`; null becomes NaN.
void append_rows(const warehouse::Chunk& chunk, std::size_t first, std::vector<float>& out);

// Runs SQL that gives row_id BIGINT, then `columns` FLOATs.
Result<Matrix> read_matrix(warehouse::Session& session, std::string_view sql, std::size_t columns);

}  // namespace boon::features
