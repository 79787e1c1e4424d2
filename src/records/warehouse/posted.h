// What was posted to boon, read beside the company's own rows: boon.transactions, .interactions and .payments become
// both, boon.customers also those who are known by what was posted alone. boon_own.TABLE stays the company's.
//
// Nothing counts twice:
//   - of the company's rows those count that it knew before the table's watermark, which is just after the latest
//     known_at it has at this moment;
//   - a posted transaction or interaction whose id the company's rows have, too, is left to them; where the company's
//     rows have no ids, posted rows count from the watermark on;
//   - what says something about one payment_id is one bill: due and amount as first known, paid when the first says so.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "records/warehouse/session.h"
#include "records/warehouse/warehouse.h"

namespace boon::warehouse {

// Rows in the order of these columns:
//   transactions   transaction_id, customer_id, occurred_at, known_at, type, amount, amount_minor, category, channel,
//                  product_id, quantity
//   interactions   interaction_id, customer_id, offer_id, kind, occurred_at, known_at, channel, placement, campaign_id
//   payments       payment_id, customer_id, due_at, paid_at, amount, amount_minor, automatic, known_at
struct PostedTables {
    Appender transactions;
    Appender interactions;
    Appender payments;
};

// The company's own rows of a table as they were joined.
struct OwnRows {
    std::int64_t rows = 0;
    bool have_ids = true;
    std::optional<Timestamp> watermark;  // nothing without rows

    // From when on posted rows count beside own ones that have no ids; nothing: all count.
    [[nodiscard]] std::optional<Timestamp> posted_from() const { return have_ids ? std::nullopt : watermark; }
};
BOOST_DESCRIBE_STRUCT(OwnRows, (), (rows, have_ids, watermark))
using OwnTables = std::map<std::string, OwnRows, std::less<>>;

// The company's rows at this moment, nothing joined.
Result<OwnTables> measure_own(Warehouse& warehouse);
// Replaces what was joined before. One at a time; queries that run see what was there when they began.
Result<OwnTables> join_posted(Warehouse& warehouse, const std::function<Status(PostedTables&)>& fill);

}  // namespace boon::warehouse
