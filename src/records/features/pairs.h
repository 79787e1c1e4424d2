// What passed between one customer and one offer before an instant, and between the customer and offers of the same
// category: further columns for a model that scores (customer, offer). Rows count as in batch_sql.h. The category of an
// interaction is the offer's as it was when it happened; that of the offer asked about, as it is at the instant.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/id.h"
#include "platform/base/timestamp.h"
#include "records/features/compute.h"
#include "records/warehouse/warehouse.h"

namespace boon::features {

// The columns, in order, as a model's artefact names them. Counts are of all time; days are missing when it never was,
// the category's counts when the offer has none.
inline constexpr std::array<std::string_view, 10> kPairFeatures = {
    "pair.sent",
    "pair.viewed",
    "pair.clicked",
    "pair.converted",
    "pair.days_since_sent",
    "pair.days_since_viewed",
    "pair.days_since_converted",
    "pair.category_sent",
    "pair.category_viewed",
    "pair.category_converted",
};
// Noun phrases for explanations, in the same order: "times this offer was sent".
std::span<const std::string_view> pair_words();

// One customer's past with one offer, while it was of one category.
struct PairHistory {
    OfferId offer_id = 0;
    std::string category;  // empty: it had none
    std::int64_t sent = 0;
    std::int64_t viewed = 0;
    std::int64_t clicked = 0;
    std::int64_t converted = 0;
    std::optional<Timestamp> last_sent;
    std::optional<Timestamp> last_viewed;
    std::optional<Timestamp> last_converted;
    bool operator==(const PairHistory&) const = default;
};

// All pairs with any interaction before the instant; `sink` gets each customer's once, all together.
Status compute_pairs(
    warehouse::Warehouse& warehouse, Timestamp as_of, const ComputeOptions& options,
    const std::function<Status(std::string_view customer_id, std::span<const PairHistory>)>& sink
);

// The pair's columns from the customer's histories, for serving: `category` is the offer's now, empty for none; `out`
// has kPairFeatures.size() places. What compute_pair_rows gives for that instant, bit for bit.
void pair_vector(
    std::span<const PairHistory> of_customer, OfferId offer, std::string_view category, Timestamp as_of,
    std::span<float> out
);

// Point in time, for training: `rows` is a SELECT of row_id (unique), customer_id, offer_id and as_of (UTC).
Result<Matrix> compute_pair_rows(
    warehouse::Warehouse& warehouse, std::string_view rows, const ComputeOptions& options = {}
);

}  // namespace boon::features
