#include "platform/db/database.h"

#include <string_view>

#include <fmt/core.h>

#include "platform/db/finished.h"
#include "platform/db/postgres.h"
#include "platform/db/sqlite.h"

namespace boon::db {

namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kMemory = ":memory:";

Pool::Open sqlite_opener(const Database::Options& options, Access access) {
    SqliteConnection::Options wanted{
        .path = options.url.substr(kSqlite.size()), .access = access, .busy_timeout = options.patience
    };
    return [wanted] { return SqliteConnection::open(wanted); };
}

Pool::Open postgres_opener(const Database::Options& options, Access access) {
    PostgresConnection::Options wanted{.url = options.url, .access = access, .lock_timeout = options.patience};
    return [wanted] { return PostgresConnection::open(wanted); };
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
    std::unique_ptr<Database> database;
    if (options.url.starts_with(kSqlite) && options.url.size() > kSqlite.size()) {
        const bool in_memory = options.url.substr(kSqlite.size()) == kMemory;
        database.reset(new Database(
            Engine::sqlite, options, in_memory ? nullptr : sqlite_opener(options, Access::read_only),
            sqlite_opener(options, Access::read_write)
        ));
    } else if (options.url.starts_with("postgresql://") || options.url.starts_with("postgres://")) {
        database.reset(new Database(
            Engine::postgres, options, postgres_opener(options, Access::read_only),
            postgres_opener(options, Access::read_write)
        ));
    } else {
        return fail(
            // What follows :// may hold a password.
            ErrorCode::invalid,
            fmt::format("\"{}\" is not the URL of a database", options.url.substr(0, options.url.find("://"))),
            "write sqlite:PATH or postgresql://USER@HOST/DATABASE"
        );
    }
    // The writer's connection first: it makes the file.
    Pool& first = database->writers_ ? *database->writers_ : *database->readers_;
    BOON_CHECK(first.borrow());
    return database;
}

Database::Database(Engine engine, const Options& options, Pool::Open open_reader, Pool::Open open_writer)
    : engine_(engine) {
    if (open_reader == nullptr) {
        readers_ = std::make_unique<Pool>(std::move(open_writer), 1, options.patience);
    } else {
        readers_ = std::make_unique<Pool>(std::move(open_reader), options.readers, options.patience);
        writers_ = std::make_unique<Pool>(std::move(open_writer), 1, options.patience);
    }
    writer_ = std::make_unique<Writer>(writers_ ? *writers_ : *readers_);
}

void Database::write_async(Lane lane, Writer::Work work, Writer::Done done, Failing failing) {
    if (Joint* const joint = Joint::here(*writer_)) return done(joint->write(work));
    writer_->enqueue(lane, std::move(work), std::move(done), failing);
}

void Database::once_written(std::function<void()> then) {
    if (Joint* const joint = Joint::here(*writer_)) return joint->once_written(std::move(then));
    then();
}

Status Database::write_and_wait(Lane lane, Writer::Work work) {
    BOON_ASSERT(!writer_->is_current_thread());
    if (Joint* const joint = Joint::here(*writer_)) return joint->write(work);
    Status status;
    Finished finished;
    writer_->enqueue(lane, std::move(work), [&](Status outcome) {
        status = std::move(outcome);
        finished.signal();
    });
    finished.wait();
    return status;
}

}  // namespace boon::db
