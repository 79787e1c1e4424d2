#include "platform/db/sqlite.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>
#include <sqlite3.h>

namespace boon::db {

namespace {

constexpr std::size_t kStatementsKept = 256;
constexpr std::string_view kMemory = ":memory:";

class SqliteRow final : public Row {
public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

    [[nodiscard]] int columns() const override { return sqlite3_column_count(statement_); }
    [[nodiscard]] std::string_view name(int column) const override { return sqlite3_column_name(statement_, column); }
    [[nodiscard]] bool is_null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
    [[nodiscard]] double real(int column) const override { return sqlite3_column_double(statement_, column); }
    [[nodiscard]] std::string_view text(int column) const override {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        if (bytes == nullptr) return {};
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    [[nodiscard]] Bytes blob(int column) const override {
        const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
        if (bytes == nullptr) return {};
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }

private:
    sqlite3_stmt* statement_;
};

// Resets the statement whatever happens, so that it holds no lock and can be used again.
class Reset {
public:
    explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
    ~Reset() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;

private:
    sqlite3_stmt* statement_;
};

int bind_one(sqlite3_stmt* statement, int index, const Param& param) {
    struct Binder {
        sqlite3_stmt* statement;
        int index;
        int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, index); }
        int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
        int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
        int operator()(std::string_view text) const {
            const char* data = text.data() == nullptr ? "" : text.data();
            return sqlite3_bind_text64(statement, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
        }
        int operator()(Bytes bytes) const {
            if (bytes.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
            return sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_STATIC);
        }
    };
    return std::visit(Binder{statement, index}, param.value());
}

// What a result code means for the caller. `path` names the database in the message.
Error explain(int extended_code, std::string_view path, std::string_view doing, std::string_view engine_says) {
    const auto unavailable = [&](std::string_view why, std::string hint) {
        return Error{ErrorCode::unavailable, fmt::format("could not {} \"{}\": {}", doing, path, why), std::move(hint)};
    };
    const std::string plain = fmt::format("could not {} \"{}\": {}", doing, path, engine_says);
    if (extended_code == SQLITE_CONSTRAINT_CHECK || extended_code == SQLITE_CONSTRAINT_NOTNULL) {
        return {ErrorCode::invalid, plain};
    }
    switch (extended_code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return unavailable("it is locked by another process", "stop the other program that has it open, or wait");
        case SQLITE_FULL:
            return unavailable("the disk is full", "free space on that disk; what was written before is safe");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return unavailable(
                fmt::format("it is damaged or not a database ({})", engine_says), "restore it from a backup"
            );
        case SQLITE_READONLY:
        case SQLITE_PERM: return unavailable("it is read-only", "let boon's user write to the file and to its folder");
        case SQLITE_CANTOPEN:
            return unavailable(
                "the file cannot be opened", "check that its folder exists and that boon's user may write there"
            );
        case SQLITE_IOERR:
        case SQLITE_PROTOCOL:
            return unavailable(
                fmt::format("the disk reports an error ({})", engine_says), "check the disk, then start boon again"
            );
        case SQLITE_NOMEM: return unavailable("there is not enough memory", "");
        case SQLITE_CONSTRAINT: return {ErrorCode::conflict, plain};
        case SQLITE_TOOBIG:
        case SQLITE_MISMATCH: return {ErrorCode::invalid, plain};
        default: return {ErrorCode::internal, plain};
    }
}

}  // namespace

Result<std::unique_ptr<Connection>> SqliteConnection::open(const Options& options) {
    // Nobody asks how much memory SQLite has, and counting it takes a lock of the whole process for each allocation.
    // Refused when another library has begun to use SQLite before: then it counts on.
    [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    std::unique_ptr<SqliteConnection> connection(new SqliteConnection(options.path));
    const std::filesystem::path parent = std::filesystem::path(options.path).parent_path();
    std::error_code ignored;
    if (!parent.empty() && !std::filesystem::is_directory(parent, ignored)) {
        return fail(
            ErrorCode::unavailable,
            fmt::format("could not open \"{}\": the folder \"{}\" does not exist", options.path, parent.string()),
            "make the folder, or run `boon init`"
        );
    }
    BOON_CHECK(connection->configure(options));
    return connection;
}

Status SqliteConnection::configure(const Options& options) {
    // One thread at a time uses a connection (the contract), so SQLite need not lock for itself.
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (options.access == Access::read_write ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr) != SQLITE_OK) return failure("open");
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, static_cast<int>(options.busy_timeout.count()));
    constexpr const char* kSettings =
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;"
        "pragma journal_size_limit = 67108864; pragma trusted_schema = off;";
    if (sqlite3_exec(handle_, kSettings, nullptr, nullptr, nullptr) != SQLITE_OK) return failure("open");
    if (options.access == Access::read_only &&
        sqlite3_exec(handle_, "pragma query_only = on", nullptr, nullptr, nullptr) != SQLITE_OK) {
        return failure("open");
    }
    if (options.access == Access::read_write && path_ != kMemory) empty_log_aside();
    return {};
}

void SqliteConnection::empty_log_aside() {
    checkpoints_ = std::make_unique<SqliteCheckpoints>(path_);
    const auto note = [](void* checkpoints, sqlite3*, const char*, int pages) {
        static_cast<SqliteCheckpoints*>(checkpoints)->note_commit(pages);
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_, note, checkpoints_.get());
}

SqliteConnection::~SqliteConnection() {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement.handle);
    checkpoints_.reset();
    sqlite3_close(handle_);
}

Result<sqlite3_stmt*> SqliteConnection::prepare(std::string_view sql) {
    if (reading_rows_) {
        return fail(ErrorCode::internal, "a statement was started while the rows of another were being read");
    }
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        if (statements_.size() >= kStatementsKept) forget_oldest();
        sqlite3_stmt* handle = nullptr;
        const char* rest = nullptr;
        const int code = sqlite3_prepare_v3(
            handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &handle, &rest
        );
        if (code != SQLITE_OK) return failure("use");
        if (handle == nullptr) return fail(ErrorCode::internal, "the statement is empty");
        found = statements_.emplace(std::string(sql), Statement{handle}).first;
    }
    found->second.last_used = ++uses_;
    return found->second.handle;
}

void SqliteConnection::forget_oldest() {
    const auto oldest =
        std::ranges::min_element(statements_, {}, [](const auto& entry) { return entry.second.last_used; });
    sqlite3_finalize(oldest->second.handle);
    statements_.erase(oldest);
}

Status SqliteConnection::bind(sqlite3_stmt* statement, const Params& params) {
    const auto wanted = static_cast<std::size_t>(sqlite3_bind_parameter_count(statement));
    if (wanted != params.size()) {
        return fail(
            ErrorCode::internal,
            fmt::format("the statement has {} placeholders and got {} values", wanted, params.size())
        );
    }
    int index = 0;
    for (const Param& param : params) {
        if (bind_one(statement, ++index, param) != SQLITE_OK) return failure("use");
    }
    return {};
}

Status SqliteConnection::step_all(sqlite3_stmt* statement, const OnRow* on_row) {
    int code = SQLITE_ROW;
    const SqliteRow row(statement);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (on_row != nullptr) BOON_CHECK((*on_row)(row));
    }
    if (code != SQLITE_DONE) return failure(sqlite3_stmt_readonly(statement) != 0 ? "read" : "write to");
    return {};
}

Result<std::int64_t> SqliteConnection::execute(std::string_view sql, const Params& params) {
    BOON_TRY(sqlite3_stmt* const statement, prepare(sql));
    const Reset reset(statement);
    BOON_CHECK(bind(statement, params));
    // sqlite3_changes() keeps the count of the last change when this statement changes nothing (DDL, a savepoint).
    const std::int64_t before = sqlite3_total_changes64(handle_);
    BOON_CHECK(step_all(statement, nullptr));
    return sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
}

Status SqliteConnection::query(std::string_view sql, const Params& params, const OnRow& on_row) {
    BOON_TRY(sqlite3_stmt* const statement, prepare(sql));
    const Reset reset(statement);
    BOON_CHECK(bind(statement, params));
    reading_rows_ = true;
    Status status = step_all(statement, &on_row);
    reading_rows_ = false;
    return status;
}

Status SqliteConnection::run_script(std::string_view sql) {
    if (sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failure("use");
    return {};
}

Status SqliteConnection::run(std::string_view sql) {
    BOON_CHECK(execute(sql));
    return {};
}

Status SqliteConnection::begin_write() {
    if (checkpoints_ != nullptr) {
        const int code = checkpoints_->finish(handle_);
        if (code != SQLITE_OK) return std::unexpected(explain(code, path_, "write to", sqlite3_errstr(code)));
    }
    return run("begin immediate");
}

Status SqliteConnection::commit() { return run("commit"); }

Status SqliteConnection::begin_unit() { return run("savepoint unit"); }

Status SqliteConnection::keep_unit() { return run("release unit"); }

Status SqliteConnection::undo_unit() {
    BOON_CHECK(run("rollback to unit"));
    return run("release unit");
}

void SqliteConnection::rollback() {
    // SQLite itself rolls back on some errors (full disk, I/O); there is nothing left to undo then.
    if (in_transaction()) static_cast<void>(execute("rollback"));
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Remedy SqliteConnection::remedy() const {
    if (checkpoints_ != nullptr && checkpoints_->has_failed()) return Remedy::restart;
    return (sqlite3_errcode(handle_) & 0xff) == SQLITE_IOERR ? Remedy::restart : Remedy::none;
}

std::unexpected<Error> SqliteConnection::failure(std::string_view doing) const {
    if (handle_ == nullptr) return std::unexpected(explain(SQLITE_NOMEM, path_, doing, ""));
    return std::unexpected(explain(sqlite3_extended_errcode(handle_), path_, doing, sqlite3_errmsg(handle_)));
}

}  // namespace boon::db
