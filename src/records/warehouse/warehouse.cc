#include "records/warehouse/warehouse.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "records/warehouse/check.h"
#include "records/warehouse/engine.h"
#include "records/warehouse/views.h"

namespace boon::warehouse {

class Warehouse::Impl {
public:
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { duckdb_close(&database); }

    duckdb_database database = nullptr;
    std::vector<ConfiguredTable> tables;  // all logical tables; those not configured have no columns
};

namespace {

// Settings in the one order that works: after the last, nothing can be set.
std::vector<std::string> settings_sql(const Options& options) {
    std::vector<std::string> sql;
    if (!options.memory_limit.empty())
        sql.push_back(fmt::format("SET memory_limit = {}", sql::quote_text(options.memory_limit)));
    if (options.threads > 0) sql.push_back(fmt::format("SET threads = {}", options.threads));
    sql.push_back(fmt::format("SET temp_directory = {}", sql::quote_text(options.temp_directory)));
    sql.emplace_back("SET autoinstall_known_extensions = false");
    sql.emplace_back("SET autoload_known_extensions = false");
    sql.emplace_back("SET GLOBAL TimeZone = 'UTC'");
    return sql;
}

std::vector<std::string> lock_sql(const Options& options) {
    std::vector<std::string> folders;
    folders.reserve(options.allowed_directories.size());
    for (const std::string& folder : options.allowed_directories) folders.push_back(sql::quote_text(folder));
    return {
        fmt::format("SET allowed_directories = [{}]", fmt::join(folders, ", ")),
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    };
}

Status run_all(Session& session, const std::vector<std::string>& statements, std::string_view doing) {
    for (const std::string& sql : statements) {
        if (auto ran = session.execute(sql); !ran) return in_context(doing, ran.error());
    }
    return {};
}

Status attach(Session& session, const Attached& attached) {
    const std::string doing = fmt::format("warehouse file \"{}\"", attached.path);
    std::error_code ignored;
    if (!std::filesystem::exists(attached.path, ignored)) {
        return fail(ErrorCode::not_found, doing + ": there is no such file", "check the path of the DuckDB file");
    }
    auto ran = session.execute(
        fmt::format("ATTACH {} AS {} (READ_ONLY)", sql::quote_text(attached.path), sql::quote_name(attached.name))
    );
    if (!ran) return in_context(doing, ran.error());
    return {};
}

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
Status define_table(Session& session, ConfiguredTable& configured, const Options& options) {
    const LogicalTable& table = *configured.table;
    const auto source = options.tables.find(std::string(table.name));
    if (source != options.tables.end()) {
        BOON_CHECK(check_one_select(session.impl(), source->second.select));
        BOON_CHECK(session.execute(fmt::format(
            "CREATE OR REPLACE VIEW boon_source.{} AS SELECT * FROM (\n{}\n)", table.name,
            without_semicolon(source->second.select)
        )));
        BOON_TRY(configured.columns, read_columns(session, table));
    }
    BOON_TRY(
        const std::string sql,
        view_sql(table, configured.columns, fmt::format("boon_source.{}", table.name), options.currency_exponent)
    );
    BOON_CHECK(session.execute(fmt::format("CREATE OR REPLACE VIEW boon_own.{} AS {}", table.name, sql)));
    // What was posted may join it later (posted.h).
    return session.execute(fmt::format("CREATE OR REPLACE VIEW boon.{0} AS SELECT * FROM boon_own.{0}", table.name));
}

Status check_names(const Options& options) {
    for (const auto& [name, source] : options.tables) {
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

Warehouse::Warehouse(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Warehouse::~Warehouse() = default;

Result<std::unique_ptr<Warehouse>> Warehouse::open(const Options& options) {
    BOON_CHECK(check_names(options));
    auto impl = std::make_unique<Impl>();
    char* message = nullptr;
    const char* path = options.path.empty() ? nullptr : options.path.c_str();
    if (duckdb_open_ext(path, &impl->database, nullptr, &message) != DuckDBSuccess) {
        const std::string text = message == nullptr ? "it cannot be opened" : message;
        duckdb_free(message);
        return in_context(fmt::format("warehouse file \"{}\"", options.path), failure_of_text(text).error());
    }
    BOON_TRY(auto connected, Session::Impl::connect(impl->database));
    Session session(std::move(connected));
    BOON_CHECK(run_all(session, settings_sql(options), "warehouse settings"));
    for (const Attached& attached : options.attached) BOON_CHECK(attach(session, attached));
    BOON_CHECK(run_all(session, lock_sql(options), "warehouse settings"));
    BOON_CHECK(run_all(
        session,
        {"CREATE SCHEMA IF NOT EXISTS boon_source", "CREATE SCHEMA IF NOT EXISTS boon_own",
         "CREATE SCHEMA IF NOT EXISTS boon"},
        "warehouse"
    ));
    std::vector<Error> errors;
    for (const LogicalTable& table : logical_tables()) {
        ConfiguredTable& configured = impl->tables.emplace_back(ConfiguredTable{&table});
        if (auto defined = define_table(session, configured, options); !defined) {
            errors.push_back(in_context(fmt::format("warehouse table \"{}\"", table.name), defined.error()).error());
        }
    }
    BOON_CHECK(all_of(std::move(errors)));
    return std::unique_ptr<Warehouse>(new Warehouse(std::move(impl)));
}

Result<Report> Warehouse::check(Timestamp now) {
    BOON_TRY(Session one, session());
    return check_tables(one, impl_->tables, now);
}

bool Warehouse::has(std::string_view table) const { return !source_columns(table).empty(); }

const std::vector<SourceColumn>& Warehouse::source_columns(std::string_view table) const {
    const auto found = std::find_if(impl_->tables.begin(), impl_->tables.end(), [&](const ConfiguredTable& each) {
        return each.table->name == table;
    });
    BOON_ASSERT(found != impl_->tables.end());
    return found->columns;
}

Result<Session> Warehouse::session() {
    BOON_TRY(auto connected, Session::Impl::connect(impl_->database));
    return Session(std::move(connected));
}

Status Warehouse::execute(std::string_view sql) {
    BOON_TRY(Session one, session());
    return one.execute(sql);
}

Result<Frame> Warehouse::query(std::string_view sql) {
    BOON_TRY(Session one, session());
    return one.query(sql);
}

Status Warehouse::for_each_chunk(std::string_view sql, const std::function<Status(const Chunk&)>& on_chunk) {
    BOON_TRY(Session one, session());
    return one.for_each_chunk(sql, on_chunk);
}

}  // namespace boon::warehouse
