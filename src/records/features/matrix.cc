#include "records/features/matrix.h"

#include <limits>

#include <fmt/format.h>

namespace boon::features {

Status stage_rows(warehouse::Session& session, std::string_view rows, RowsOf of) {
    const bool pairs = of == RowsOf::pairs;
    BOON_CHECK(session.execute(fmt::format(
        "CREATE OR REPLACE TEMP TABLE feature_rows AS SELECT CAST(row_id AS BIGINT) AS row_id, "
        "CAST(customer_id AS VARCHAR) AS customer_id, CAST(as_of AS TIMESTAMP) AS as_of{} FROM ({})",
        pairs ? ", CAST(offer_id AS INTEGER) AS offer_id" : "", rows
    )));
    BOON_TRY(
        const warehouse::Frame faults,
        session.query(fmt::format(
            "SELECT count(*) FILTER (WHERE row_id IS NULL OR customer_id IS NULL OR as_of IS NULL{}), "
            "count(row_id) - count(DISTINCT row_id) FROM feature_rows",
            pairs ? " OR offer_id IS NULL" : ""
        ))
    );
    const std::int64_t nulls = faults.columns[0].integer(0);
    const std::int64_t repeated = faults.columns[1].integer(0);
    if (nulls == 0 && repeated == 0) return {};
    return fail(
        ErrorCode::invalid,
        fmt::format("of the rows to compute features for, {} lack a value and {} repeat a row_id", nulls, repeated),
        "every row needs a row_id of its own, customer_id and as_of; of pairs also offer_id"
    );
}

void append_rows(const warehouse::Chunk& chunk, std::size_t first, std::vector<float>& out) {
    constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
    const std::size_t width = chunk.columns() - first;
    const std::size_t start = out.size();
    out.resize(start + chunk.rows() * width);
    for (std::size_t c = 0; c < width; ++c) {
        const warehouse::ColumnView& column = chunk.column(first + c);
        const std::span<const float> values = column.values<float>();
        float* cell = out.data() + start + c;
        for (std::size_t r = 0; r < chunk.rows(); ++r, cell += width) *cell = column.is_null(r) ? kMissing : values[r];
    }
}

Result<Matrix> read_matrix(warehouse::Session& session, std::string_view sql, std::size_t columns) {
    Matrix matrix{.columns = columns, .row_ids = {}, .values = {}};
    BOON_CHECK(session.for_each_chunk(sql, [&](const warehouse::Chunk& chunk) -> Status {
        for (std::size_t r = 0; r < chunk.rows(); ++r) matrix.row_ids.push_back(chunk.column(0).integer(r));
        append_rows(chunk, 1, matrix.values);
        return {};
    }));
    return matrix;
}

}  // namespace boon::features
