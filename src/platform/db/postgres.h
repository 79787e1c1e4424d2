// PostgreSQL behind Connection, through libpq. `synchronous_commit` is forced on, so that a commit is on disk. What
// need not be waited for (begin, savepoint, release) is sent together with the next statement, so that a unit of one
// statement costs one round trip.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/connection.h"

struct pg_conn;
struct pg_result;

namespace boon::db {

class WireParams;

class PostgresConnection final : public Connection {
public:
    struct Options {
        std::string url;  // as libpq takes it
        Access access = Access::read_write;
        std::chrono::milliseconds lock_timeout{5000};
    };
    // A server that does not answer is tried three times, with a pause that grows and is random in part.
    static Result<std::unique_ptr<Connection>> open(const Options& options);

    ~PostgresConnection() override;

    [[nodiscard]] Engine engine() const override { return Engine::postgres; }
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
    [[nodiscard]] Remedy remedy() const override { return remedy_; }
    [[nodiscard]] bool alive() override;

private:
    struct Statement {
        std::string name;
        std::uint64_t last_used = 0;
    };
    struct Close {
        void operator()(pg_conn* connection) const;
    };
    using Send = std::function<int()>;

    PostgresConnection() = default;

    static Result<std::unique_ptr<PostgresConnection>> connect(const Options& options);
    Result<std::int64_t> run(std::string_view sql, const Params& params, const OnRow* on_row);
    Result<std::string> prepare(std::string_view sql, const WireParams& params);
    void forget_oldest();
    // Sends what waits in later_ and then, by `send`, the statement whose answer is wanted; rows changed.
    Result<std::int64_t> exchange(const Send& send, const OnRow* on_row);
    Status receive_later(std::size_t count);
    Result<std::int64_t> receive(const OnRow* on_row);
    Status simple(const char* sql);
    [[nodiscard]] bool began() const;
    void take(pg_result* result, const OnRow* on_row, Result<std::int64_t>& rows);
    std::unexpected<Error> failure(const pg_result* result);

    std::unique_ptr<pg_conn, Close> handle_;
    std::string label_;
    std::unordered_map<std::string, Statement> statements_;
    std::uint64_t uses_ = 0;
    std::vector<const char*> later_;  // to be sent before the next statement
    Remedy remedy_ = Remedy::none;
    std::string sql_state_;  // of the last error
    bool reading_rows_ = false;
};

}  // namespace boon::db
