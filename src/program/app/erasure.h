// Erases a customer from all that boon keeps: see docs/adr/0076-erasures.md and docs/privacy.md. Whatever comes about
// the customer afterwards is not taken (records/customers/erasures.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/config/config.h"
#include "platform/db/database.h"
#include "records/customers/erasures.h"

namespace boon::app {

// A table that has something about single customers, and the column that says whom.
struct PersonalTable {
    std::string_view table;
    std::string_view customer;
};
// All but the ledger's days, and what names customers in passing (the change feed, messages, jobs).
std::span<const PersonalTable> personal_tables();

// What an erasure works on.
struct ErasureScope {
    db::Database& database;
    customers::Erasures& erasures;
    std::filesystem::path scores;  // the folder of the scores' file
    // Makes this process forget who was erased, before the ledger is gone through.
    std::function<Status()> follow = [] { return Status(); };
};

struct Erasure {
    std::string mark;  // stands for the customer from now on, in the audit log
    Timestamp erased_at;
    std::int64_t rows = 0;  // that were removed, events among them
    std::int64_t events = 0;
    std::int64_t decisions = 0;  // that are nobody's now
};
BOOST_DESCRIBE_STRUCT(Erasure, (), (mark, erased_at, rows, events, decisions))

struct ErasedBy {
    std::string who;
    Timestamp at;
};

// Durable when it returns. Interrupted anywhere, it is repeated as a whole, or gone on with at the next start
// (finish_erasures). Again, it finds nothing. `not_found` for whom nothing is kept of and who was never erased.
Result<Erasure> erase_customer(const ErasureScope& scope, std::string_view customer_id, const ErasedBy& by);

// Goes on with what was interrupted, and erases whom a restored backup brought back. Looks at every id there is when
// there is such a mark; how many customers it found.
Result<std::int64_t> finish_erasures(const ErasureScope& scope, Timestamp now);
// The same for who was erased at `since` or later: of what was being written meanwhile.
Result<std::int64_t> repeat_erasures(const ErasureScope& scope, Timestamp since, Timestamp now);

// Where the instance keeps who was erased.
std::filesystem::path erasures_file(const config::Config& config);

// What stands for `customers/CUSTOMER` in the audit log.
std::string audit_name(const customers::Erasures& erasures, std::string_view customer_id);

}  // namespace boon::app
