#include "insight/studies/table.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/nearest.h"
#include "platform/sql/literal.h"

namespace boon::studies {
namespace {

namespace fs = std::filesystem;

// Words that mean no value in a column that otherwise holds numbers.
constexpr std::string_view kNoNumber = "'NA', 'N/A', 'n/a', 'nan', 'NaN', 'null', 'NULL', 'None', '?', '-', '.'";

std::string reader_of(const std::string& path, std::string_view separator) {
    if (path.ends_with(".parquet")) return fmt::format("read_parquet({})", sql::quote_text(path));
    const std::string delimiter =
        separator.empty() ? std::string() : fmt::format(", delim = {}", sql::quote_text(separator));
    return fmt::format("read_csv({}, all_varchar = true, header = true{})", sql::quote_text(path), delimiter);
}

std::string select_of(const std::string& folder, const Study& study) {
    if (study.select.empty()) {
        return fmt::format("SELECT * FROM {}", reader_of((fs::path(folder) / study.file).string(), study.separator));
    }
    std::string select = study.select;
    constexpr std::string_view kMark = "{data}";
    for (auto at = select.find(kMark); at != std::string::npos; at = select.find(kMark, at + folder.size())) {
        select.replace(at, kMark.size(), folder);
    }
    return select;
}

// The value as text without blanks around it, or NULL.
std::string value_sql(const std::string& name, const std::vector<std::string>& missing) {
    const std::string text = fmt::format("trim(CAST({} AS VARCHAR))", sql::quote_name(name));
    std::vector<std::string> words{"''"};
    for (const std::string& word : missing) words.push_back(sql::quote_text(word));
    return fmt::format("CASE WHEN {0} NOT IN ({1}) THEN {0} END", text, fmt::join(words, ", "));
}

std::string number_sql(const std::string& name) {
    const std::string number = fmt::format("try_cast({} AS DOUBLE)", name);
    return fmt::format("CASE WHEN isfinite({0}) THEN {0} END", number);
}

std::string time_sql(const std::string& name) { return fmt::format("epoch(try_cast({} AS TIMESTAMP)) / 86400", name); }

bool is_named(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

std::vector<double> numbers_of(const warehouse::Column& column) {
    std::vector<double> out(column.rows());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = column.real(i);
    return out;
}

class Reading {
public:
    Reading(warehouse::Session& session, const Study& study) : session_(session), study_(study) {}

    Result<Table> read(const std::string& select) {
        BOON_TRY(const auto columns, session_.describe(select));
        std::vector<std::string> values;
        for (const auto& column : columns) {
            table_.columns.push_back({.name = column.name});
            values.push_back(fmt::format("{} AS {}", value_sql(column.name, study_.missing), quoted(column.name)));
        }
        BOON_CHECK(session_.execute(
            fmt::format("CREATE TEMPORARY TABLE study AS SELECT {} FROM ({})", fmt::join(values, ", "), select)
        ));
        BOON_CHECK(find_kinds());
        BOON_CHECK(take_values());
        BOON_CHECK(session_.execute("DROP TABLE study"));
        return std::move(table_);
    }

private:
    static std::string quoted(const std::string& name) { return sql::quote_name(name); }

    // Of each column: values, values that are numbers, that would be but for a word for none, times, different values.
    Status find_kinds() {
        std::vector<std::string> counts{"count(*)"};
        for (const Column& column : table_.columns) {
            const std::string name = quoted(column.name);
            counts.push_back(fmt::format("count({})", name));
            counts.push_back(fmt::format("count(try_cast({} AS DOUBLE))", name));
            counts.push_back(fmt::format("count(*) FILTER (WHERE {} IN ({}))", name, kNoNumber));
            counts.push_back(fmt::format("count(try_cast({} AS TIMESTAMP))", name));
            counts.push_back(fmt::format("count(DISTINCT {})", name));
        }
        BOON_TRY(const auto frame, session_.query(fmt::format("SELECT {} FROM study", fmt::join(counts, ", "))));
        const auto count = [&](std::size_t i) { return frame.columns[i].integer(0); };
        table_.rows = static_cast<std::size_t>(count(0));
        for (std::size_t c = 0; c < table_.columns.size(); ++c) {
            Column& column = table_.columns[c];
            const std::size_t at = 1 + 5 * c;
            const auto values = count(at);
            column.distinct = static_cast<std::size_t>(count(at + 4));
            if (is_text_whatever(column.name)) continue;
            const auto numbers = count(at + 1);
            // `nan` is both a number to DuckDB and a word for none.
            if (numbers > 0 && numbers + count(at + 2) >= values && numbers_but_for_words(column.name)) {
                column.kind = ColumnKind::number;
            } else if (values > 0 && count(at + 3) == values) {
                column.kind = ColumnKind::time;
            }
        }
        return {};
    }

    [[nodiscard]] bool is_text_whatever(const std::string& name) const {
        return name == study_.label || name == study_.customer || name == study_.treatment || name == study_.action ||
               name == study_.item || is_named(study_.categories, name);
    }

    // Exactly: no value is neither a number nor a word for none, and one is a finite number.
    bool numbers_but_for_words(const std::string& column) {
        const std::string name = quoted(column);
        const auto frame = session_.query(fmt::format(
            "SELECT count(*) FILTER (WHERE {0} IS NOT NULL AND try_cast({0} AS DOUBLE) IS NULL AND {0} NOT IN ({1})), "
            "count({2}) FROM study",
            name, kNoNumber, number_sql(name)
        ));
        return frame && frame->columns[0].integer(0) == 0 && frame->columns[1].integer(0) > 0;
    }

    Status take_values() {
        for (Column& column : table_.columns) {
            const std::string name = quoted(column.name);
            std::string value = name;
            if (column.kind == ColumnKind::number) value = number_sql(name);
            if (column.kind == ColumnKind::time) value = time_sql(name);
            BOON_TRY(const auto frame, session_.query(fmt::format("SELECT {} AS v FROM study", value)));
            if (column.kind == ColumnKind::text) {
                column.texts.assign(frame.columns[0].texts().begin(), frame.columns[0].texts().end());
            } else {
                column.numbers = numbers_of(frame.columns[0]);
            }
        }
        return {};
    }

    warehouse::Session& session_;
    const Study& study_;
    Table table_;
};

}  // namespace

Result<const Column*> Table::column(std::string_view name) const {
    const auto found = std::ranges::find(columns, name, &Column::name);
    if (found != columns.end()) return &*found;
    std::vector<std::string_view> known;
    for (const Column& column : columns) known.push_back(column.name);
    const auto nearest = nearest_of(name, known);
    return fail(
        ErrorCode::not_found, fmt::format("the table has no column \"{}\"", name),
        nearest.empty() ? fmt::format("it has {}", fmt::join(known, ", ")) : fmt::format("did you mean {}?", nearest)
    );
}

Result<std::unique_ptr<warehouse::Warehouse>> open_folder(const std::string& folder) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        return fail(ErrorCode::not_found, fmt::format("there is no folder {}", folder), "--data names it");
    }
    warehouse::Options options;
    options.allowed_directories = {folder};
    return warehouse::Warehouse::open(options);
}

Result<Table> read_table(warehouse::Warehouse& warehouse, const std::string& folder, const Study& study) {
    BOON_TRY(warehouse::Session session, warehouse.session());
    BOON_TRY(Table table, Reading(session, study).read(select_of(folder, study)));
    if (table.rows == 0) return fail(ErrorCode::invalid, "the table has no rows");
    return table;
}

Result<std::vector<std::vector<std::string>>> read_columns(
    warehouse::Warehouse& warehouse, const std::string& path, const std::vector<std::string>& columns
) {
    std::vector<std::string> values;
    for (const std::string& name : columns) values.push_back(value_sql(name, {}));
    BOON_TRY(
        const auto frame,
        warehouse.query(fmt::format("SELECT {} FROM {}", fmt::join(values, ", "), reader_of(path, "")))
    );
    std::vector<std::vector<std::string>> out;
    for (const auto& column : frame.columns) out.emplace_back(column.texts().begin(), column.texts().end());
    return out;
}

}  // namespace boon::studies
