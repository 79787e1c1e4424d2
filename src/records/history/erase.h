// Takes an erased customer out of what history keeps. Events go. Decisions and outcomes stay for what they say of
// offers, but are nobody's any more: without the customer, the features, the explanations and the company's own ids,
// under new ids that nobody else has seen.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "platform/base/error.h"
#include "platform/db/database.h"
#include "records/history/days.h"

namespace boon::history {

// The customer of a decision that is nobody's any more.
inline constexpr std::string_view kNobody;

// Within the caller's write(); how many events.
Result<std::int64_t> erase_events(db::Connection& connection, std::string_view customer_id);

// In steps that let decisions through, each durable; how many decisions. What was interrupted is gone on with when it
// is called again. A decision that is recorded meanwhile may be left.
Result<std::int64_t> erase_decisions(db::Database& database, std::string_view customer_id);

// Within the caller's read().
Result<bool> has_decisions(db::Connection& connection, std::string_view customer_id);

// Who has decisions, day by day: reads all days whole. Within the caller's read().
using OnCustomer = std::function<void(std::string_view customer_id)>;
Status each_decided_customer(db::Connection& connection, const OnCustomer& on_customer);

}  // namespace boon::history
