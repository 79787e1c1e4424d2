#include "platform/storage/migrations.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "platform/storage/digest.h"

namespace boon::storage {

namespace {

struct Applied {
    std::string name;
    std::string checksum;
    Timestamp at;
};
using AppliedByNumber = std::map<std::int64_t, Applied>;

std::string label(std::int64_t number, std::string_view name) { return fmt::format("{:04}_{}", number, name); }

Result<AppliedByNumber> read_applied(db::Connection& connection) {
    const std::string_view tables = connection.engine() == db::Engine::sqlite
                                        ? "select name from sqlite_master where type = 'table' and name = ?"
                                        : "select tablename from pg_tables where schemaname = current_schema() and "
                                          "tablename = ?";
    bool exists = false;
    BOON_CHECK(connection.query(tables, {"schema_migrations"}, [&](const db::Row&) -> Status {
        exists = true;
        return {};
    }));
    AppliedByNumber applied;
    if (!exists) return applied;
    BOON_CHECK(connection.query(
        "select number, name, checksum, applied_at from schema_migrations", {},
        [&](const db::Row& row) -> Status {
            applied[row.integer(0)] = {std::string(row.text(1)), std::string(row.text(2)), Timestamp{row.integer(3)}};
            return {};
        }
    ));
    return applied;
}

Status check_applied(const AppliedByNumber& applied, std::span<const Migration> known) {
    for (const auto& [number, record] : applied) {
        const auto found = std::ranges::find(known, number, &Migration::number);
        if (found == known.end()) {
            return fail(
                ErrorCode::failed_precondition,
                fmt::format(
                    "the database has the migration {}, which this boon does not know", label(number, record.name)
                ),
                "it was opened by a newer boon: run that one"
            );
        }
        if (record.checksum != to_hex(sha256(found->text))) {
            return fail(
                ErrorCode::failed_precondition,
                fmt::format("the migration {} is not the one that was applied", label(number, found->name)),
                "a migration is never edited; run the boon that the database was made with"
            );
        }
    }
    return {};
}

// One migration and its record, as one unit of work. Whether it was needed is looked at again here: another process
// may have been faster.
Result<bool> apply(db::Connection& connection, const Migration& migration, Timestamp now) {
    // SQLite's write lock is taken already; on PostgreSQL this makes the second process wait for the first.
    if (connection.engine() == db::Engine::postgres) {
        BOON_CHECK(connection.execute("select pg_advisory_xact_lock(726066901)"));
    }
    BOON_TRY(const AppliedByNumber applied, read_applied(connection));
    if (applied.contains(migration.number)) return false;
    BOON_TRY(const std::string sql, sql_for(migration, connection.engine()));
    BOON_CHECK(connection.run_script(sql));
    BOON_CHECK(connection.execute(
        "insert into schema_migrations (number, name, checksum, applied_at) values (?, ?, ?, ?)",
        {migration.number, migration.name, to_hex(sha256(migration.text)), now}
    ));
    return true;
}

}  // namespace

Result<std::string> sql_for(const Migration& migration, db::Engine engine) {
    enum class Block { both, sqlite, postgres };
    Block block = Block::both;
    const Block own = engine == db::Engine::sqlite ? Block::sqlite : Block::postgres;
    std::string sql;
    std::string_view rest = migration.text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end);
        const std::string_view trimmed = line.substr(0, line.find_last_not_of(" \r\n") + 1);
        if (trimmed == "-- sqlite:") {
            block = Block::sqlite;
        } else if (trimmed == "-- postgres:") {
            block = Block::postgres;
        } else if (trimmed == "-- end") {
            block = Block::both;
        } else if (block == Block::both || block == own) {
            sql += line;
        }
    }
    if (block != Block::both) {
        return fail(
            ErrorCode::internal,
            fmt::format("the migration {} lacks an `-- end`", label(migration.number, migration.name))
        );
    }
    return sql;
}

Result<std::vector<MigrationState>> migration_status(db::Database& database, std::span<const Migration> known) {
    BOON_TRY(const AppliedByNumber applied, database.read(read_applied));
    BOON_CHECK(check_applied(applied, known));
    std::vector<MigrationState> states;
    for (const Migration& migration : known) {
        const auto found = applied.find(migration.number);
        states.push_back({migration.number, std::string(migration.name), {}});
        if (found != applied.end()) states.back().applied_at = found->second.at;
    }
    return states;
}

Result<std::vector<MigrationState>> migrate(db::Database& database, Timestamp now, std::span<const Migration> known) {
    BOON_TRY(const std::vector<MigrationState> states, migration_status(database, known));
    std::vector<MigrationState> done;
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (states[i].applied_at) continue;
        const auto applied =
            database.write([&](db::Connection& connection) { return apply(connection, known[i], now); });
        if (!applied) return in_context("could not apply " + label(known[i].number, known[i].name), applied.error());
        if (*applied) done.push_back({known[i].number, std::string(known[i].name), now});
    }
    return done;
}

Status check_schema(db::Database& database, std::span<const Migration> known) {
    BOON_TRY(const std::vector<MigrationState> states, migration_status(database, known));
    const auto missing = std::ranges::find_if(states, [](const MigrationState& state) { return !state.applied_at; });
    if (missing == states.end()) return {};
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("the database lacks the migration {}", label(missing->number, missing->name)), "run `boon migrate`"
    );
}

}  // namespace boon::storage
