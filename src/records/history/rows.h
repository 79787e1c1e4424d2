// The ledger's rows: one day's tables, statement by statement.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "records/history/days.h"
#include "records/history/record.h"

namespace boon::history {

// What an outcome must fit.
struct Shown {
    Timestamp decided_at;
    std::vector<OfferId> offers;
};

// In a customer's list, newest first: what comes after this. Without an id: all of `day`.
struct Place {
    Day day = kLastDay;
    Timestamp decided_at = {};
    std::string decision_id = {};
};
// `DAY.MICROS.ID`; `invalid` for what is no such text. Empty text is the beginning.
Result<Place> parse_cursor(std::string_view cursor);
std::string to_cursor(const Place& place);

// How many rows were inserted: 0 when the key is there already.
Result<std::int64_t> insert_decision(db::Connection& connection, Day day, const DecisionRecord& decision);
Result<std::int64_t> insert_outcome(db::Connection& connection, Day day, const Outcome& outcome);

Result<std::optional<DecisionRecord>> select_decision(db::Connection& connection, Day day, std::string_view id);
Result<std::optional<Shown>> select_shown(db::Connection& connection, Day day, std::string_view id);
// `offers` sorted.
Result<std::int64_t> count_showing(
    db::Connection& connection, Day day, std::span<const OfferId> offers, Timestamp since
);
Result<std::vector<Outcome>> select_outcomes(db::Connection& connection, Day day, std::string_view decision_id);
Result<std::vector<DecisionRecord>> select_customer(
    db::Connection& connection, std::string_view customer_id, const Place& after, std::size_t limit
);

// Whether the decision showed that offer, and the times can be.
Status check_outcome(const Outcome& outcome, const Shown& shown);

}  // namespace boon::history
