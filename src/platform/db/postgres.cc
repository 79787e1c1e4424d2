#include "platform/db/postgres.h"

#include <algorithm>
#include <array>
#include <random>
#include <thread>

#include <fmt/core.h>
#include <libpq-fe.h>

#include "platform/db/placeholders.h"
#include "platform/db/postgres_wire.h"

namespace boon::db {

namespace {

constexpr std::size_t kStatementsKept = 256;
constexpr int kConnectTries = 3;
constexpr const char* kBegin = "begin";
constexpr const char* kSavepoint = "savepoint unit";
constexpr const char* kRelease = "release unit";

// 50–100 ms, then 100–200 ms: replicas that lost their server together do not all come back at once.
std::chrono::milliseconds pause_before_try(int attempt) {
    std::random_device random;
    std::uniform_int_distribution<int> milliseconds(50 << attempt >> 1, 50 << attempt);
    return std::chrono::milliseconds(milliseconds(random));
}

bool is_plan_outdated(std::string_view sql_state) { return sql_state == "0A000" || sql_state == "26000"; }

}  // namespace

void PostgresConnection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

PostgresConnection::~PostgresConnection() = default;

Result<std::unique_ptr<Connection>> PostgresConnection::open(const Options& options) {
    for (int attempt = 1;; ++attempt) {
        auto connection = connect(options);
        if (connection) return *std::move(connection);
        if (attempt == kConnectTries) return std::unexpected(std::move(connection).error());
        std::this_thread::sleep_for(pause_before_try(attempt));
    }
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::connect(const Options& options) {
    // The URL comes second, so that it can say otherwise.
    constexpr std::array kNames = {"connect_timeout", "tcp_user_timeout",          "dbname",
                                   "client_encoding", "fallback_application_name", static_cast<const char*>(nullptr)};
    const std::array values = {"5", "10000", options.url.c_str(), "UTF8", "boon", static_cast<const char*>(nullptr)};
    std::unique_ptr<PostgresConnection> connection(new PostgresConnection);
    connection->handle_.reset(PQconnectdbParams(kNames.data(), values.data(), 1));
    PGconn* const handle = connection->handle_.get();
    if (handle == nullptr) return fail(ErrorCode::unavailable, "there is not enough memory");
    if (PQstatus(handle) != CONNECTION_OK) {
        return std::unexpected(explain_postgres("", "could not connect to PostgreSQL", PQerrorMessage(handle)));
    }
    const char* const host = PQhost(handle);
    connection->label_ = fmt::format("could not use \"{}\" on {}", PQdb(handle), host == nullptr ? "localhost" : host);
    PQsetNoticeProcessor(handle, [](void*, const char*) {}, nullptr);
    const std::string settings = fmt::format(
        "set synchronous_commit = on; set bytea_output = hex; set extra_float_digits = 1; set timezone = 'UTC';"
        "set standard_conforming_strings = on; set lock_timeout = {}; set default_transaction_read_only = {}",
        options.lock_timeout.count(), options.access == Access::read_only ? "on" : "off"
    );
    BOON_CHECK(connection->simple(settings.c_str()));
    return connection;
}

Result<std::int64_t> PostgresConnection::execute(std::string_view sql, const Params& params) {
    return run(sql, params, nullptr);
}

Status PostgresConnection::query(std::string_view sql, const Params& params, const OnRow& on_row) {
    BOON_CHECK(run(sql, params, &on_row));
    return {};
}

Result<std::int64_t> PostgresConnection::run(std::string_view sql, const Params& params, const OnRow* on_row) {
    if (reading_rows_) {
        return fail(ErrorCode::internal, "a statement was started while the rows of another were being read");
    }
    const WireParams wire(params);
    for (bool again = false;; again = true) {
        BOON_TRY(const std::string name, prepare(sql, wire));
        auto rows = exchange(
            [&] {
                return PQsendQueryPrepared(
                    handle_.get(), name.c_str(), wire.count(), wire.values(), wire.lengths(), wire.formats(), 0
                );
            },
            on_row
        );
        if (rows || !is_plan_outdated(sql_state_)) return rows;
        // The tables changed since it was prepared. Nothing was answered yet, so it can be prepared and run once more;
        // within a transaction only after that has been rolled back.
        std::erase_if(statements_, [&](const auto& entry) { return entry.second.name == name; });
        if (again || in_transaction()) {
            remedy_ = Remedy::retry;
            return rows;
        }
    }
}

Result<std::string> PostgresConnection::prepare(std::string_view sql, const WireParams& params) {
    std::string key = params.signature();
    key += ' ';
    key += sql;
    const auto found = statements_.find(key);
    if (found != statements_.end()) {
        found->second.last_used = ++uses_;
        return found->second.name;
    }
    const Numbered numbered = number_placeholders(sql);
    if (numbered.placeholders != params.count()) {
        return fail(
            ErrorCode::internal,
            fmt::format("the statement has {} placeholders and got {} values", numbered.placeholders, params.count())
        );
    }
    if (statements_.size() >= kStatementsKept) forget_oldest();
    std::string name = fmt::format("s{}", ++uses_);
    const PostgresResult result(
        PQprepare(handle_.get(), name.c_str(), numbered.sql.c_str(), params.count(), params.types())
    );
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) return failure(result.get());
    statements_.emplace(std::move(key), Statement{name, uses_});
    return name;
}

void PostgresConnection::forget_oldest() {
    const auto oldest =
        std::ranges::min_element(statements_, {}, [](const auto& entry) { return entry.second.last_used; });
    static_cast<void>(simple(("deallocate " + oldest->second.name).c_str()));
    statements_.erase(oldest);
}

Result<std::int64_t> PostgresConnection::exchange(const Send& send, const OnRow* on_row) {
    PGconn* const handle = handle_.get();
    sql_state_.clear();
    remedy_ = Remedy::none;
    const std::vector<const char*> before = std::exchange(later_, {});
    bool sent = before.empty() || PQenterPipelineMode(handle) == 1;
    for (const char* statement : before) {
        sent = sent && PQsendQueryParams(handle, statement, 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
    }
    sent = sent && send() == 1;
    if (!before.empty()) sent = sent && PQpipelineSync(handle) == 1;
    if (!sent) return failure(nullptr);

    const Status prepared = receive_later(before.size());
    auto rows = receive(on_row);
    if (!before.empty()) {
        const PostgresResult synced(PQgetResult(handle));
        PQexitPipelineMode(handle);
    }
    if (!prepared) return std::unexpected(prepared.error());
    return rows;
}

Status PostgresConnection::receive_later(std::size_t count) {
    Status status;
    for (std::size_t i = 0; i < count; ++i) {
        while (const PostgresResult result{PQgetResult(handle_.get())}) {
            if (PQresultStatus(result.get()) != PGRES_COMMAND_OK && status) status = failure(result.get());
        }
    }
    return status;
}

// One of the results of a statement: a row, the number of rows changed, or why not. After the first error rows are
// passed over.
void PostgresConnection::take(PGresult* result, const OnRow* on_row, Result<std::int64_t>& rows) {
    const ExecStatusType status = PQresultStatus(result);
    if (!rows || status == PGRES_TUPLES_OK) return;
    if (status == PGRES_SINGLE_TUPLE) {
        if (Status taken = (*on_row)(PostgresRow(result)); !taken) rows = std::unexpected(std::move(taken).error());
    } else if (status == PGRES_COMMAND_OK) {
        const std::string_view count = PQcmdTuples(result);
        if (!count.empty()) rows = std::stoll(std::string(count));
    } else {
        rows = failure(result);
    }
}

// Reads to the end whatever happens, so that the connection can be used again.
Result<std::int64_t> PostgresConnection::receive(const OnRow* on_row) {
    if (on_row != nullptr) PQsetSingleRowMode(handle_.get());
    Result<std::int64_t> rows = 0;
    reading_rows_ = true;
    while (const PostgresResult result{PQgetResult(handle_.get())}) {
        take(result.get(), on_row, rows);
    }
    reading_rows_ = false;
    return rows;
}

Status PostgresConnection::run_script(std::string_view sql) {
    for (const char* statement : std::exchange(later_, {})) BOON_CHECK(simple(statement));
    return simple(std::string(sql).c_str());
}

Status PostgresConnection::simple(const char* sql) {
    const PostgresResult result(PQexec(handle_.get(), sql));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return {};
    return failure(result.get());
}

Status PostgresConnection::begin_write() {
    later_ = {kBegin};
    return {};
}

Status PostgresConnection::commit() {
    if (!began()) {
        later_.clear();
        return {};
    }
    if (PQtransactionStatus(handle_.get()) == PQTRANS_INERROR) {
        rollback();
        return fail(ErrorCode::internal, "a transaction with a failed statement was to be committed");
    }
    const auto committed = exchange(
        [&] { return PQsendQueryParams(handle_.get(), "commit", 0, nullptr, nullptr, nullptr, nullptr, 0); }, nullptr
    );
    if (committed) return {};
    if (PQstatus(handle_.get()) == CONNECTION_OK) return std::unexpected(committed.error());
    return fail(
        ErrorCode::unavailable,
        fmt::format("{}; it is not known whether the last changes were stored", committed.error().message),
        "send them again with the same idempotency key"
    );
}

void PostgresConnection::rollback() {
    later_.clear();
    if (began()) static_cast<void>(simple("rollback"));
}

// Whether the server has a transaction open.
bool PostgresConnection::began() const {
    const PGTransactionStatusType status = PQtransactionStatus(handle_.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool PostgresConnection::in_transaction() const {
    return PQstatus(handle_.get()) == CONNECTION_OK && (began() || !later_.empty());
}

Status PostgresConnection::begin_unit() {
    later_.push_back(kSavepoint);
    return {};
}

Status PostgresConnection::keep_unit() {
    if (!later_.empty() && later_.back() == kSavepoint) {
        later_.pop_back();
        return {};
    }
    if (PQtransactionStatus(handle_.get()) == PQTRANS_INERROR) {
        return fail(ErrorCode::internal, "a statement of the unit of work failed, and its error was not returned");
    }
    later_.push_back(kRelease);
    return {};
}

Status PostgresConnection::undo_unit() {
    if (!later_.empty() && later_.back() == kSavepoint) {
        later_.pop_back();
        return {};
    }
    // The release of a unit within this one may still wait; its savepoint has the same name.
    for (const char* statement : std::exchange(later_, {})) BOON_CHECK(simple(statement));
    const Remedy remedy = remedy_;
    Status undone = simple("rollback to unit; release unit");
    remedy_ = remedy;
    return undone;
}

bool PostgresConnection::alive() {
    // Reads what has arrived, without waiting: first the server's farewell, if it had time for one, then the end.
    const bool open = PQconsumeInput(handle_.get()) == 1 && PQconsumeInput(handle_.get()) == 1;
    return open && PQstatus(handle_.get()) == CONNECTION_OK;
}

std::unexpected<Error> PostgresConnection::failure(const pg_result* result) {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* says = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    sql_state_ = state == nullptr ? "" : state;
    remedy_ = sql_state_ == "40001" || sql_state_ == "40P01" ? Remedy::retry : Remedy::none;
    return std::unexpected(explain_postgres(sql_state_, label_, says == nullptr ? PQerrorMessage(handle_.get()) : says)
    );
}

}  // namespace boon::db
