#include "records/warehouse/views.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "platform/sql/literal.h"

namespace boon::warehouse {

namespace {

enum class Family { whole, floating, decimal, text, time, zoned_time, boolean, other };

bool is_any_of(std::string_view type, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), type) != names.end();
}

Family family_of(std::string_view type) {
    if (is_any_of(
            type, {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
                   "UBIGINT", "UHUGEINT"}
        )) {
        return Family::whole;
    }
    if (is_any_of(type, {"FLOAT", "DOUBLE"})) return Family::floating;
    if (type.ends_with(']') || type.ends_with(')')) {
        if (type.starts_with("DECIMAL(") && type.ends_with(')')) return Family::decimal;
        return type.starts_with("ENUM(") && type.ends_with(')') ? Family::text : Family::other;
    }
    if (is_any_of(type, {"VARCHAR", "UUID"})) return Family::text;
    if (is_any_of(type, {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})) return Family::time;
    if (type == "TIMESTAMP WITH TIME ZONE") return Family::zoned_time;
    if (type == "BOOLEAN") return Family::boolean;
    return Family::other;
}

// The type of a bare NULL: any standard column may be one.
bool is_null_type(std::string_view type) { return type == "\"NULL\"" || type == "NULL"; }

TypedSql refuse(std::string hint) { return {.sql = {}, .refused = true, .hint = std::move(hint)}; }

TypedSql text_sql(const StandardColumn& column, const std::string& x, Family from) {
    if (from == Family::whole || from == Family::text) return {fmt::format("CAST({} AS VARCHAR)", x)};
    if (column.kind == ColumnKind::text && from != Family::other) return {fmt::format("CAST({} AS VARCHAR)", x)};
    return refuse(fmt::format("make it a whole number or text, such as CAST(CAST({} AS BIGINT) AS VARCHAR)", x));
}

TypedSql time_sql(const std::string& x, Family from) {
    if (from == Family::time || from == Family::zoned_time) return {fmt::format("CAST({} AS TIMESTAMP)", x)};
    // Straight to TIMESTAMP, DuckDB would drop an offset such as +02:00.
    if (from == Family::text) {
        return {
            .sql = fmt::format("CAST(CAST({} AS TIMESTAMPTZ) AS TIMESTAMP)", x),
            .try_sql = fmt::format("CAST(TRY_CAST({} AS TIMESTAMPTZ) AS TIMESTAMP)", x)
        };
    }
    return refuse(fmt::format(
        "say what the number counts: to_timestamp({}) for seconds, make_timestamp({}) for microseconds; leave the "
        "column out where there is none",
        x, x
    ));
}

std::string_view double_type(sql::Dialect dialect) { return dialect == sql::Dialect::postgres ? "FLOAT8" : "DOUBLE"; }

// A double rounded half away from zero; PostgreSQL's own round() takes the even one.
std::string rounded(const std::string& x, sql::Dialect dialect) {
    if (dialect != sql::Dialect::postgres) return fmt::format("round({})", x);
    return fmt::format("CASE WHEN abs({0} - trunc({0})) >= 0.5 THEN trunc({0}) + sign({0}) ELSE trunc({0}) END", x);
}

// A cast would round 1.7 to 2, which is another offer.
TypedSql whole_number_sql(
    const StandardColumn& column, const std::string& x, const std::string& tried, sql::Dialect dialect
) {
    const std::string words = sql::quote_text(fmt::format("{} is not a whole number", column.name));
    // A cast that fails, with words: PostgreSQL has no function for it.
    const std::string failing = dialect == sql::Dialect::postgres
                                    ? fmt::format("CAST(CAST({} AS VARCHAR) || ' of ' || {} AS INTEGER)", x, words)
                                    : fmt::format("error({})", words);
    return {
        .sql = fmt::format(
            "CASE WHEN {0} = round({0}) THEN CAST({0} AS INTEGER) WHEN {0} IS NOT NULL THEN {1} END", x, failing
        ),
        .try_sql = fmt::format("CASE WHEN {0} = round({0}) THEN TRY_CAST({0} AS INTEGER) END", tried)
    };
}

TypedSql integer_sql(const StandardColumn& column, const std::string& x, Family from, sql::Dialect dialect) {
    if (from == Family::whole) {
        return {.sql = fmt::format("CAST({} AS INTEGER)", x), .try_sql = fmt::format("TRY_CAST({} AS INTEGER)", x)};
    }
    if (from == Family::floating) {
        const std::string present = fmt::format("nullif({}, 'nan')", x);
        return whole_number_sql(column, present, present, dialect);
    }
    if (from == Family::decimal) return whole_number_sql(column, x, x, dialect);
    if (from == Family::text) {
        return whole_number_sql(
            column, fmt::format("CAST({} AS {})", x, double_type(dialect)), fmt::format("TRY_CAST({} AS DOUBLE)", x),
            dialect
        );
    }
    return refuse("make it a whole number");
}

TypedSql real_sql(const std::string& x, Family from, sql::Dialect dialect) {
    const std::string_view type = double_type(dialect);
    // A decimal of PostgreSQL's may be NaN; one of DuckDB's may not.
    const bool plain = from == Family::whole || (from == Family::decimal && dialect != sql::Dialect::postgres);
    if (plain) return {fmt::format("CAST({} AS {})", x, type)};
    if (from == Family::floating || from == Family::decimal)
        return {fmt::format("nullif(CAST({} AS {}), 'nan')", x, type)};
    if (from == Family::text) {
        return {
            .sql = fmt::format("nullif(CAST({} AS {}), 'nan')", x, type),
            .try_sql = fmt::format("nullif(TRY_CAST({} AS DOUBLE), 'nan')", x)
        };
    }
    return refuse("make it a number");
}

TypedSql money_sql(const std::string& x, Family from, const ViewOptions& options) {
    TypedSql typed = real_sql(x, from, options.dialect);
    if (typed.refused) return typed;
    std::int64_t factor = 1;
    for (int i = 0; i < options.currency_exponent; ++i) factor *= 10;
    if (from == Family::whole) {
        typed.minor_sql = fmt::format("CAST({} AS BIGINT) * {}", x, factor);
    } else if (from == Family::decimal) {
        const bool may_be_nan = options.dialect == sql::Dialect::postgres;
        typed.minor_sql =
            fmt::format("CAST(round({} * {}) AS BIGINT)", may_be_nan ? fmt::format("nullif({}, 'NaN')", x) : x, factor);
    } else {
        const std::string minor = fmt::format("({} * {}.0::{})", typed.sql, factor, double_type(options.dialect));
        typed.minor_sql = fmt::format("CAST({} AS BIGINT)", rounded(minor, options.dialect));
        // Infinity and what is beyond 64 bits have no minor units.
        const std::string tried = typed.try_sql.empty() ? typed.sql : typed.try_sql;
        typed.try_sql = fmt::format("CASE WHEN abs({0}) * {1} < 9.2e18 THEN {0} END", tried, factor);
    }
    return typed;
}

TypedSql boolean_sql(const std::string& x, Family from, sql::Dialect dialect) {
    if (from == Family::whole && dialect == sql::Dialect::postgres) return {fmt::format("({} <> 0)", x)};
    if (from == Family::boolean || from == Family::whole || from == Family::text) {
        return {.sql = fmt::format("CAST({} AS BOOLEAN)", x), .try_sql = fmt::format("TRY_CAST({} AS BOOLEAN)", x)};
    }
    return refuse("make it TRUE, FALSE, 0 or 1");
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        return lower(x) == lower(y);
    });
}

std::string_view type_in(sql::Dialect dialect, ColumnKind kind) {
    const std::string_view type = sql_type(kind);
    return type == "DOUBLE" ? double_type(dialect) : type;
}

class ViewBody {
public:
    ViewBody(const LogicalTable& table, const ViewOptions& options) : table_(table), options_(options) {}

    Status add_standard(const StandardColumn& column, const SourceColumn* source) {
        if (source == nullptr || is_null_type(source->type)) {
            if (source == nullptr && column.required) {
                missing_.emplace_back(column.name);
            } else {
                add(column.otherwise.empty() ? null_of(column) : otherwise_sql(column), column.name);
                if (column.kind == ColumnKind::money) add("CAST(NULL AS BIGINT)", minor_name(column));
            }
            return {};
        }
        const TypedSql typed = typed_sql(column, *source, options_);
        if (typed.refused) {
            return fail(
                ErrorCode::invalid,
                fmt::format(
                    "column \"{}\" is {}, and boon needs {}", source->name, source->type, sql_type(column.kind)
                ),
                typed.hint
            );
        }
        add(column.otherwise.empty() ? typed.sql : fmt::format("COALESCE({}, {})", typed.sql, otherwise_sql(column)),
            column.name);
        if (!typed.minor_sql.empty()) add(typed.minor_sql, minor_name(column));
        return {};
    }

    void add_extra(const SourceColumn& source) {
        const bool attribute = table_.name == "offers" && source.name.starts_with("attr_");
        const std::string x = sql::quote_name(source.name);
        add(attribute ? fmt::format("CAST({} AS {})", x, double_type(options_.dialect)) : x, source.name);
    }

    // Remembered for COALESCE: within one SELECT a standard column must not see the raw one of the same name.
    void remember(std::string_view name, std::string sql) { known_.emplace_back(name, std::move(sql)); }

    Result<std::string> finish(std::string_view from, std::span<const SourceColumn> columns) const {
        if (!missing_.empty()) {
            std::vector<std::string_view> there;
            for (const SourceColumn& column : columns) there.emplace_back(column.name);
            // A CSV file whose last row is short is read as one of other columns.
            return fail(
                ErrorCode::invalid, fmt::format("it has no column \"{}\"", fmt::join(missing_, "\", \"")),
                fmt::format(
                    "it has {}: name it in the SELECT, such as SELECT card_no AS {}, …; where a CSV file should have "
                    "it, look whether all rows have as many fields as the header: one that was cut off has not",
                    fmt::join(there, ", "), missing_.front()
                )
            );
        }
        return fmt::format("SELECT {} FROM {}", fmt::join(items_, ", "), from);
    }

private:
    [[nodiscard]] std::string null_of(const StandardColumn& column) const {
        return fmt::format("CAST(NULL AS {})", type_in(options_.dialect, column.kind));
    }

    static std::string minor_name(const StandardColumn& column) { return fmt::format("{}_minor", column.name); }

    std::string otherwise_sql(const StandardColumn& column) const {
        for (const auto& [name, sql] : known_) {
            if (name == column.otherwise) return sql;
        }
        return std::string(column.otherwise);
    }

    void add(std::string_view sql, std::string_view name) {
        items_.push_back(fmt::format("{} AS {}", sql, sql::quote_name(name)));
    }

    const LogicalTable& table_;
    const ViewOptions& options_;
    std::vector<std::string> items_;
    std::vector<std::string> missing_;
    std::vector<std::pair<std::string, std::string>> known_;
};

// A source's own amount_minor gives way to ours.
bool is_minor_name(const LogicalTable& table, std::string_view name) {
    if (!name.ends_with("_minor")) return false;
    const StandardColumn* column = standard_of(table, name.substr(0, name.size() - 6));
    return column != nullptr && column->kind == ColumnKind::money;
}

std::string empty_view_sql(const LogicalTable& table, sql::Dialect dialect) {
    std::vector<std::string> items;
    for (const StandardColumn& column : table.columns) {
        items.push_back(
            fmt::format("CAST(NULL AS {}) AS {}", type_in(dialect, column.kind), sql::quote_name(column.name))
        );
        if (column.kind == ColumnKind::money)
            items.push_back(fmt::format("CAST(NULL AS BIGINT) AS {}_minor", column.name));
    }
    return fmt::format("SELECT {} WHERE false", fmt::join(items, ", "));
}

}  // namespace

std::string_view sql_type(ColumnKind kind) {
    switch (kind) {
        case ColumnKind::text:
        case ColumnKind::id: return "VARCHAR";
        case ColumnKind::integer: return "INTEGER";
        case ColumnKind::real:
        case ColumnKind::money: return "DOUBLE";
        case ColumnKind::boolean: return "BOOLEAN";
        case ColumnKind::time: return "TIMESTAMP";
    }
    return "VARCHAR";
}

TypedSql typed_sql(const StandardColumn& column, const SourceColumn& source, const ViewOptions& options) {
    const std::string x = sql::quote_name(source.name);
    const Family from = family_of(source.type);
    switch (column.kind) {
        case ColumnKind::text:
        case ColumnKind::id: return text_sql(column, x, from);
        case ColumnKind::integer: return integer_sql(column, x, from, options.dialect);
        case ColumnKind::real: return real_sql(x, from, options.dialect);
        case ColumnKind::money: return money_sql(x, from, options);
        case ColumnKind::boolean: return boolean_sql(x, from, options.dialect);
        case ColumnKind::time: return time_sql(x, from);
    }
    return refuse("");
}

const StandardColumn* standard_of(const LogicalTable& table, std::string_view source_name) {
    for (const StandardColumn& column : table.columns) {
        if (equal_ignoring_case(column.name, source_name)) return &column;
    }
    return nullptr;
}

const SourceColumn* source_of(std::span<const SourceColumn> columns, std::string_view standard_name) {
    for (const SourceColumn& column : columns) {
        if (equal_ignoring_case(column.name, standard_name)) return &column;
    }
    return nullptr;
}

Result<std::string> view_sql(
    const LogicalTable& table, std::span<const SourceColumn> columns, std::string_view from, const ViewOptions& options
) {
    if (columns.empty()) return empty_view_sql(table, options.dialect);
    ViewBody body(table, options);
    for (const StandardColumn& column : table.columns) {
        const SourceColumn* source = source_of(columns, column.name);
        if (source != nullptr) body.remember(column.name, typed_sql(column, *source, options).sql);
    }
    for (const StandardColumn& column : table.columns) {
        BOON_CHECK(body.add_standard(column, source_of(columns, column.name)));
    }
    for (const SourceColumn& column : columns) {
        const bool ours = column.standard || is_minor_name(table, column.name);
        if (!ours) body.add_extra(column);
    }
    return body.finish(from, columns);
}

}  // namespace boon::warehouse
