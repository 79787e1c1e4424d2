// SQLite behind Connection. A file is opened in WAL mode with synchronous=FULL and foreign keys on; a lock of another
// process is waited for. Who writes leaves the emptying of its log to SqliteCheckpoints.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "platform/db/sqlite_checkpoints.h"

struct sqlite3;
struct sqlite3_stmt;

namespace boon::db {

class SqliteConnection final : public Connection {
public:
    struct Options {
        std::string path;  // a file, made when it does not exist (read_write); `:memory:` for a private one in memory
        Access access = Access::read_write;
        std::chrono::milliseconds busy_timeout{5000};
    };
    static Result<std::unique_ptr<Connection>> open(const Options& options);

    ~SqliteConnection() override;

    [[nodiscard]] Engine engine() const override { return Engine::sqlite; }
    Result<std::int64_t> execute(std::string_view sql, const Params& params = {}) override;
    Status query(std::string_view sql, const Params& params, const OnRow& on_row) override;
    Status run_script(std::string_view sql) override;
    Status begin_write() override;
    Status commit() override;
    void rollback() override;
    [[nodiscard]] bool in_transaction() const override;
    Status begin_unit() override;
    Status keep_unit() override;
    Status undo_unit() override;
    [[nodiscard]] Remedy remedy() const override;
    [[nodiscard]] bool alive() override { return true; }

private:
    struct Statement {
        sqlite3_stmt* handle = nullptr;
        std::uint64_t last_used = 0;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    // As execute(), for statements whose count does not matter.
    Status run(std::string_view sql);
    explicit SqliteConnection(std::string path) : path_(std::move(path)) {}

    Status configure(const Options& options);
    void empty_log_aside();
    Result<sqlite3_stmt*> prepare(std::string_view sql);
    void forget_oldest();
    Status bind(sqlite3_stmt* statement, const Params& params);
    Status step_all(sqlite3_stmt* statement, const OnRow* on_row);
    [[nodiscard]] std::unexpected<Error> failure(std::string_view doing) const;

    std::string path_;
    sqlite3* handle_ = nullptr;
    std::unique_ptr<SqliteCheckpoints> checkpoints_;  // of one that writes to a file
    std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
    std::uint64_t uses_ = 0;
    bool reading_rows_ = false;
};

}  // namespace boon::db
