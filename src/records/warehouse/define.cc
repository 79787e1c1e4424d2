#include "records/warehouse/define.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/sql/literal.h"
#include "records/warehouse/engine.h"
#include "records/warehouse/views.h"

namespace boon::warehouse {

namespace {

// A configured text becomes part of our SQL, so it must be one SELECT and nothing else.
Status check_one_select(Session::Impl& session, const std::string& select) {
    duckdb_extracted_statements statements = nullptr;
    const idx_t count = duckdb_extract_statements(session.connection(), select.c_str(), &statements);
    Statement statement;
    std::string message;
    bool is_select = false;
    if (count == 0) {
        const char* text = duckdb_extract_statements_error(statements);
        message = text == nullptr ? "" : text;
    } else if (count == 1) {
        if (duckdb_prepare_extracted_statement(session.connection(), statements, 0, &statement.handle) !=
            DuckDBSuccess) {
            const char* text = duckdb_prepare_error(statement.handle);
            message = text == nullptr ? "" : text;
        } else {
            is_select = duckdb_prepared_statement_type(statement.handle) == DUCKDB_STATEMENT_TYPE_SELECT;
        }
    }
    duckdb_destroy_extracted(&statements);
    if (!message.empty()) return failure_of_text(message);
    if (!is_select) {
        return fail(ErrorCode::invalid, "it must be one SELECT", "begin it with SELECT, and have no second statement");
    }
    return {};
}

std::string without_semicolon(std::string select) {
    while (!select.empty() && (select.back() == ';' || select.back() == ' ' || select.back() == '\n'))
        select.pop_back();
    return select;
}

Result<std::vector<SourceColumn>> read_columns(Session& session, const LogicalTable& table) {
    BOON_TRY(
        const Frame frame,
        session.query(fmt::format("SELECT column_name, column_type FROM (DESCRIBE boon_source.{})", table.name))
    );
    std::vector<SourceColumn> columns;
    for (std::size_t row = 0; row < frame.rows(); ++row) {
        const std::string& name = frame.columns[0].text(row);
        columns.push_back({name, frame.columns[1].text(row), standard_of(table, name) != nullptr});
    }
    return columns;
}

// The source as it is under boon_source, the standard form under boon_own, and what all else reads under boon.
Status define_table(
    Session& session, ConfiguredTable& configured, const std::map<std::string, TableSource>& tables,
    int currency_exponent
) {
    const LogicalTable& table = *configured.table;
    const auto source = tables.find(std::string(table.name));
    if (source != tables.end()) {
        configured.current_state = source->second.current_state;
        BOON_CHECK(check_one_select(session.impl(), source->second.select));
        BOON_CHECK(session.execute(fmt::format(
            "CREATE OR REPLACE VIEW boon_source.{} AS SELECT * FROM (\n{}\n)", table.name,
            without_semicolon(source->second.select)
        )));
        BOON_TRY(configured.columns, read_columns(session, table));
    }
    BOON_TRY(
        const std::string sql, view_sql(
                                   table, configured.columns, fmt::format("boon_source.{}", table.name),
                                   {.currency_exponent = currency_exponent}
                               )
    );
    BOON_CHECK(session.execute(fmt::format("CREATE OR REPLACE VIEW boon_own.{} AS {}", table.name, sql)));
    // What was posted may join it later (posted.h).
    return session.execute(fmt::format("CREATE OR REPLACE VIEW boon.{0} AS SELECT * FROM boon_own.{0}", table.name));
}

// When a row of an event's table happened: the time that it must have. Empty for a table whose rows may be of nothing
// that happened (churn).
std::string_view time_of(const LogicalTable& table) {
    const auto found = std::ranges::find_if(table.columns, [](const StandardColumn& column) {
        return column.required && column.kind == ColumnKind::time;
    });
    return found == table.columns.end() ? std::string_view() : found->name;
}

// Where no table lists the customers: everybody who has an event, there since the first of them.
Status define_customers_of_events(Session& session, const ConfiguredTables& tables, int currency_exponent) {
    std::vector<std::string> events;
    for (const ConfiguredTable& configured : tables) {
        const std::string_view time = time_of(*configured.table);
        if (!configured.table->of_customers || configured.columns.empty() || time.empty()) continue;
        events.push_back(fmt::format(
            "SELECT customer_id, least({}, known_at) AS there_from FROM boon_own.{}", time, configured.table->name
        ));
    }
    if (events.empty()) return {};
    const std::vector<SourceColumn> columns = {{"customer_id", "VARCHAR", true}, {"joined_at", "TIMESTAMP", true}};
    const std::string from = fmt::format(
        "(SELECT customer_id, min(there_from) AS joined_at FROM ({}) WHERE customer_id IS NOT NULL GROUP BY "
        "customer_id)",
        fmt::join(events, " UNION ALL ")
    );
    BOON_TRY(
        const std::string sql,
        view_sql(*find_table("customers"), columns, from, {.currency_exponent = currency_exponent})
    );
    return session.execute("CREATE OR REPLACE VIEW boon_own.customers AS " + sql);
}

// One error says it all; of several, the first leads and all are listed.
Status all_of(std::vector<Error> errors) {
    if (errors.empty()) return {};
    Error first = errors.front();
    if (errors.size() > 1) {
        for (const Error& error : errors) first.fields.push_back({"", error.message});
        first.message = fmt::format("{} warehouse tables cannot be read", errors.size());
    }
    return std::unexpected(std::move(first));
}

}  // namespace

Status check_table_names(const std::map<std::string, TableSource>& tables) {
    for (const auto& [name, source] : tables) {
        if (find_table(name) != nullptr) continue;
        std::vector<std::string_view> names;
        for (const LogicalTable& table : logical_tables()) names.push_back(table.name);
        return fail(
            ErrorCode::invalid, fmt::format("warehouse table \"{}\": boon has no such table", name),
            fmt::format("use one of {}", fmt::join(names, ", "))
        );
    }
    return {};
}

Result<ConfiguredTables> define_tables(
    Session& session, const std::map<std::string, TableSource>& tables, int currency_exponent
) {
    BOON_CHECK(
        session.execute("CREATE SCHEMA IF NOT EXISTS boon_source; CREATE SCHEMA IF NOT EXISTS boon_own; CREATE SCHEMA "
                        "IF NOT EXISTS boon")
    );
    ConfiguredTables defined;
    std::vector<Error> errors;
    for (const LogicalTable& table : logical_tables()) {
        ConfiguredTable& configured = defined.emplace_back(ConfiguredTable{&table});
        if (auto made = define_table(session, configured, tables, currency_exponent); !made) {
            errors.push_back(in_context(fmt::format("warehouse table \"{}\"", table.name), made.error()).error());
        }
    }
    BOON_CHECK(all_of(std::move(errors)));
    if (!tables.contains("customers")) BOON_CHECK(define_customers_of_events(session, defined, currency_exponent));
    return defined;
}

}  // namespace boon::warehouse
