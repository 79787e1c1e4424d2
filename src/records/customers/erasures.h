// Who was erased. Of an erased customer nothing is kept but a mark: a hash of the id under a key that is not in the
// database, so that nobody reads out of it who that was, but whoever brings the customer again (an event, a sync, the
// warehouse) is told.
//
// The key and the marks are in a file, and the marks in the database, too. A backup of the database that is restored
// does not bring anybody back: the file knows who was erased since, and without the file nothing opens.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "platform/storage/secrets.h"

namespace boon::customers {

// Of rows in the change feed that tell of an erasure; the key is the mark.
inline constexpr std::string_view kErasedChange = "erased";

// Thread-safe.
class Erasures {
public:
    // Makes the file where neither it nor the database knows of one. What one of the two lacks it gets from the other;
    // marks that the database lacked are unfinished() then. `failed_precondition` without the file that belongs to the
    // database. `database` must outlive it.
    static Result<std::unique_ptr<Erasures>> open(db::Database& database, std::filesystem::path file, Timestamp now);

    [[nodiscard]] std::string mark_of(std::string_view customer_id) const;
    [[nodiscard]] bool has(std::string_view customer_id) const;

    // First of all of an erasure: in the file, on disk when this returns.
    Status note(const std::string& mark);
    // Takes over what other processes noted in the database.
    Status follow();

private:
    using Marks = std::unordered_set<std::string>;

    Erasures(db::Database& database, std::filesystem::path file, const storage::SecretKey& key, Marks marks)
        : database_(database), file_(std::move(file)), key_(key), marks_(std::move(marks)) {}
    Status belong(Timestamp now);
    Status bring(Timestamp now);

    db::Database& database_;
    std::filesystem::path file_;
    storage::SecretKey key_;
    mutable std::mutex mutex_;
    Marks marks_;  // under mutex_, as is writing the file
};

// Within the caller's write(): the mark, as unfinished, and a row of the change feed.
Status begin_erasure(db::Connection& connection, const std::string& mark, Timestamp now);
// Nothing is left. False when that was so before.
Result<bool> finish_erasure(db::Connection& connection, const std::string& mark, Timestamp now);

// Of whom something may be left.
Result<std::vector<std::string>> unfinished_erasures(db::Connection& connection);
// Who was erased at `since` or later.
Result<std::vector<std::string>> erasures_since(db::Connection& connection, Timestamp since);

// The file is lost, and so is the knowledge of whom a restored backup brings back: the next open() makes another.
Status forget_erasures_file(db::Database& database);

}  // namespace boon::customers
