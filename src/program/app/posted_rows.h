// What was posted (records/history/events.h) as rows that features are computed from: of one customer after the other
// (records/features/online.h), and beside the company's own rows (records/warehouse/posted.h).
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/money.h"
#include "records/features/online.h"
#include "records/history/event_reading.h"
#include "records/warehouse/posted.h"

namespace boon::app {

// Rows by customer, and the texts that they refer to.
class PostedRows {
public:
    explicit PostedRows(const Currency& currency) : currency_(currency) {}

    // An event was accepted: what cannot be read of it is `internal`.
    Status add(const history::Event& event);
    // In the order in which they came to count; empty for a customer without any.
    [[nodiscard]] std::vector<features::PostedRow> of(std::string_view customer_id) const;

private:
    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
    void name(features::PostedRow& row, std::string_view column, std::optional<std::string> text);

    Currency currency_;
    std::deque<std::string> texts_;
    std::map<std::string, std::vector<features::PostedRow>, std::less<>> rows_;
};

Status append_posted(warehouse::PostedTables& to, const history::Event& event, const Currency& currency);

// Whether anything was posted.
Result<bool> has_events(db::Database& database);

// What the base is computed from, and up to which event that goes.
struct JoinedEvents {
    warehouse::OwnTables own;  // empty: nothing was ever posted, and nothing was joined
    history::EventPlace place;

    [[nodiscard]] bool any() const { return !own.empty(); }
};
// Joins what was posted to the warehouse, once anything was.
Result<JoinedEvents> join_events(db::Database& database, warehouse::Warehouse& warehouse, const Currency& currency);

}  // namespace boon::app
