// The schema's history: migrations/NNNN_name.sql, embedded in the binary, applied in order of their numbers, each in
// one transaction with its record (number, name, SHA-256 of its text) in schema_migrations.
//
// A migration is SQL that both engines read; where they differ, lines between `-- sqlite:` or `-- postgres:` and the
// next such line or `-- end` are for that engine alone. One that is merged is never edited; the previous release must
// run on the new schema.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::storage {

struct Migration {
    std::int64_t number;
    std::string_view name;
    std::string_view text;
};

// What this binary brings, ascending.
std::span<const Migration> known_migrations();

// The SQL that `engine` runs; `internal` for a block that is not closed or not known.
Result<std::string> sql_for(const Migration& migration, db::Engine engine);

struct MigrationState {
    std::int64_t number = 0;
    std::string name;
    std::optional<Timestamp> applied_at;  // empty: would be applied now
};

// What is applied and what is not yet; changes nothing, so it also is the dry run. `failed_precondition` when the
// database has migrations that this boon does not know, or one whose text was another when it was applied.
Result<std::vector<MigrationState>> migration_status(
    db::Database& database, std::span<const Migration> known = known_migrations()
);

// Applies what is missing; returns what it applied. Safe to run from two processes at once. An error leaves the
// migrations before it applied, and nothing of the one that failed.
Result<std::vector<MigrationState>> migrate(
    db::Database& database, Timestamp now, std::span<const Migration> known = known_migrations()
);

// Whether the schema is exactly what this boon needs; `failed_precondition` with what to do otherwise.
Status check_schema(db::Database& database, std::span<const Migration> known = known_migrations());

}  // namespace boon::storage
