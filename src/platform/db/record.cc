#include "platform/db/record.h"

#include <fmt/core.h>

namespace boon::db {

Status find_columns(const Row& row, std::span<const std::string_view> names, std::span<int> places) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        places[i] = -1;
        for (int column = 0; column < row.columns(); ++column) {
            if (row.name(column) == names[i]) places[i] = column;
        }
        if (places[i] < 0) return fail(ErrorCode::internal, fmt::format("the answer has no column \"{}\"", names[i]));
    }
    return {};
}

std::unexpected<Error> misfit(const Row& row, int column, std::string_view wanted) {
    const std::string found = row.is_null(column) ? "nothing" : fmt::format("`{:.40}`", row.text(column));
    return fail(
        ErrorCode::internal, fmt::format("column \"{}\" holds {}; expected {}", row.name(column), found, wanted),
        "was the database changed by another program, or by a newer boon?"
    );
}

std::string insert_sql(std::string_view table, std::span<const std::string_view> columns) {
    std::string names;
    std::string marks;
    for (const std::string_view column : columns) {
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column);
        marks += marks.empty() ? "?" : ", ?";
    }
    return fmt::format("insert into \"{}\" ({}) values ({})", table, names, marks);
}

std::string update_sql(
    std::string_view table, std::span<const std::string_view> columns, std::initializer_list<std::string_view> keys
) {
    std::string sets;
    for (const std::string_view column : columns) {
        sets += fmt::format("{}\"{}\" = ?", sets.empty() ? "" : ", ", column);
    }
    std::string where;
    for (const std::string_view key : keys) where += fmt::format("{}\"{}\" = ?", where.empty() ? "" : " and ", key);
    return fmt::format("update \"{}\" set {} where {}", table, sets, where);
}

Result<std::int64_t> select_number(Connection& connection, std::string_view sql, const Params& params) {
    std::int64_t number = 0;
    BOON_CHECK(connection.query(sql, params, [&](const Row& row) -> Status {
        number = row.integer(0);
        return {};
    }));
    return number;
}

}  // namespace boon::db
