// All that is known of some customers: what the company had when the base was last computed, and what was posted.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "program/app/live_features.h"
#include "records/features/online.h"
#include "records/features/read_pasts.h"

namespace boon::app {

class App;

Result<features::Online> online_of(const LiveFeatures& live);
// How far the company's own rows count; measured now when that was not needed as the base was computed.
Result<warehouse::OwnTables> own_tables(App& app, const LiveFeatures& live);
// One scan of the warehouse, however many customers.
Result<features::PastsByCustomer> pasts_of(
    App& app, const features::Online& online, const warehouse::OwnTables& own,
    std::span<const std::string_view> customers
);

// One customer's features at an instant, in the order of the profiles' columns: of what had become known by then,
// whenever boon got it. `failed_precondition` before the base was computed.
Result<std::vector<float>> features_at(App& app, std::string_view customer_id, Timestamp at);

}  // namespace boon::app
