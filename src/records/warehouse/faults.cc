#include "records/warehouse/faults.h"

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "records/warehouse/views.h"

namespace boon::warehouse {

namespace {

std::string source_alias(const SourceColumn& column) { return sql::quote_name("source:" + column.name); }

std::string timestamp_sql(Timestamp at) { return fmt::format("make_timestamp({})", at.micros); }

std::string_view noun(ColumnKind kind) {
    switch (kind) {
        case ColumnKind::text:
        case ColumnKind::id: return "text";
        case ColumnKind::integer: return "a whole number";
        case ColumnKind::real: return "a number";
        case ColumnKind::money: return "an amount";
        case ColumnKind::boolean: return "true or false";
        case ColumnKind::time: return "a time";
    }
    return "";
}

std::string_view cast_hint(ColumnKind kind) {
    switch (kind) {
        case ColumnKind::time:
            return "correct the source, or say how to read it: try_strptime(x, '%d.%m.%Y'); empty text: nullif(x, '')";
        case ColumnKind::integer:
        case ColumnKind::real:
        case ColumnKind::money:
            return "correct the source, or convert it in the SELECT: replace(x, ',', '.'); empty text: nullif(x, '')";
        case ColumnKind::text:
        case ColumnKind::id:
        case ColumnKind::boolean: return "correct the source, or convert it in the SELECT with CASE";
    }
    return "";
}

class Faults {
public:
    Faults(const ConfiguredTable& table, Timestamp now) : table_(table), now_(now) {}

    void of_column(const StandardColumn& column, const SourceColumn& source) {
        const std::string x = sql::quote_name(column.name);
        cast(column, source);
        if (column.required) {
            add(Severity::error, column.name, is_empty(column, source), "have none",
                "leave such rows out in the SELECT, or correct the source");
        }
        if (column.limit == Limit::not_negative) {
            add(Severity::error, column.name, x + " < 0", "are negative",
                "correct the source, or use abs() in the SELECT");
        }
        if (!column.choices.empty()) choices(column);
        if (column.name == "customer_id") {
            add(Severity::error, column.name, "\"customer_id\" = '' OR strlen(\"customer_id\") > 64",
                "are empty or longer than 64 bytes", "use an id of 1 to 64 bytes");
        }
    }

    void of_times() {
        for (const std::string_view column :
             {std::string_view(table_.table->happened), std::string_view("known_at"), std::string_view("joined_at")}) {
            if (!has(column)) continue;
            add(Severity::warning, column, fmt::format("{} > {}", sql::quote_name(column), timestamp_sql(now_)),
                "are in the future", "check the time zone and the clock of the source");
        }
        order("known_at", table_.table->happened, "are known before they happened");
        order("closed_at", "joined_at", "are before joined_at");
        order("ended_at", "started_at", "are before started_at");
        order("valid_until", "valid_from", "are before valid_from");
    }

    void of_amounts() {
        if (!has("type") || !has("amount")) return;
        add(Severity::warning, "amount", "\"type\" = 'return' AND \"amount\" > 0", "are returns above zero",
            "returns are negative: use -amount in the SELECT");
        add(Severity::warning, "amount", "\"type\" <> 'return' AND \"amount\" < 0", "are below zero and no return",
            "call them 'return', or correct the sign");
    }

    std::vector<Fault> take() { return std::move(faults_); }

private:
    [[nodiscard]] bool has(std::string_view column) const {
        return !column.empty() && standard_of(*table_.table, column) != nullptr &&
               source_of(table_.columns, column) != nullptr;
    }

    void add(
        Severity severity, std::string_view column, std::string condition, std::string_view words, std::string_view hint
    ) {
        faults_.push_back(
            {.condition = std::move(condition),
             .value = sql::quote_name(column),
             .severity = severity,
             .column = std::string(column),
             .words = std::string(words),
             .hint = std::string(hint)}
        );
    }

    static bool is_floating(const SourceColumn& source) { return source.type == "FLOAT" || source.type == "DOUBLE"; }

    // What cannot be cast is there, though it is NULL here.
    static std::string is_empty(const StandardColumn& column, const SourceColumn& source) {
        const std::string x = sql::quote_name(column.name);
        if (typed_sql(column, source, {.currency_exponent = 0}).try_sql.empty()) return x + " IS NULL";
        const std::string raw = source_alias(source);
        return fmt::format(
            "{} IS NULL AND ({} IS NULL{})", x, raw, is_floating(source) ? fmt::format(" OR isnan({})", raw) : ""
        );
    }

    void cast(const StandardColumn& column, const SourceColumn& source) {
        if (typed_sql(column, source, {.currency_exponent = 0}).try_sql.empty()) return;
        const std::string x = source_alias(source);
        const bool floating = is_floating(source);
        faults_.push_back(
            {.condition = fmt::format(
                 "{} IS NOT NULL AND {} IS NULL{}", x, sql::quote_name(column.name),
                 floating ? fmt::format(" AND NOT isnan({})", x) : ""
             ),
             .value = x,
             .severity = Severity::error,
             .column = std::string(column.name),
             .words = fmt::format("are not {}", noun(column.kind)),
             .hint = std::string(cast_hint(column.kind)),
             .stops_queries = true}
        );
    }

    void choices(const StandardColumn& column) {
        std::string words;
        for (char c : column.choices) words += c == '|' ? std::string("', '") : std::string(1, c);
        add(column.required ? Severity::error : Severity::warning, column.name,
            fmt::format("{} NOT IN ('{}')", sql::quote_name(column.name), words), "are a word boon does not know",
            fmt::format("use '{}'; translate in the SELECT with CASE", words));
    }

    void order(std::string_view later, std::string_view earlier, std::string_view words) {
        if (!has(later) || !has(earlier)) return;
        add(Severity::warning, later, fmt::format("{} < {}", sql::quote_name(later), sql::quote_name(earlier)), words,
            "check the source");
    }

    const ConfiguredTable& table_;
    Timestamp now_;
    std::vector<Fault> faults_;
};

}  // namespace

std::string tolerant_sql(const ConfiguredTable& table) {
    std::vector<std::string> items;
    for (const SourceColumn& source : table.columns) {
        items.push_back(fmt::format("{} AS {}", sql::quote_name(source.name), source_alias(source)));
        const StandardColumn* column = standard_of(*table.table, source.name);
        if (column == nullptr) continue;
        TypedSql typed = typed_sql(*column, source, {.currency_exponent = 0});
        std::string sql = typed.try_sql.empty() ? std::move(typed.sql) : std::move(typed.try_sql);
        // What is empty here though the view has a default is not missing.
        if (column->otherwise.starts_with('\'')) sql = fmt::format("COALESCE({}, {})", sql, column->otherwise);
        items.push_back(fmt::format("{} AS {}", sql, sql::quote_name(column->name)));
    }
    return fmt::format("SELECT {} FROM boon_source.{}", fmt::join(items, ", "), table.table->name);
}

std::vector<Fault> row_faults(const ConfiguredTable& table, Timestamp now) {
    Faults faults(table, now);
    for (const StandardColumn& column : table.table->columns) {
        if (const SourceColumn* source = source_of(table.columns, column.name)) faults.of_column(column, *source);
    }
    faults.of_times();
    faults.of_amounts();
    return faults.take();
}

}  // namespace boon::warehouse
