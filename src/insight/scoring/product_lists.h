// Every customer's ranked products in the operational database: filled by a run, read customer by customer.
// Thread-safe, but for one fill at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::scoring {

// Numbers are those of the version's Products.
struct RankedProduct {
    std::uint32_t product = 0;
    float score = 0;
    float times = 0;  // days on which the customer bought it before
    bool operator==(const RankedProduct&) const = default;
};

struct CustomerProducts {
    std::string customer_id;
    std::vector<RankedProduct> repeats_allowed;  // best first
    std::vector<RankedProduct> new_items;
};

struct KeptProducts {
    std::string version;  // that ranked them
    Timestamp as_of;      // the purchases
    CustomerProducts lists;
};

class ProductLists {
public:
    explicit ProductLists(db::Database& database) : database_(database) {}

    // Durable on return; a customer's list before is replaced.
    Status put(std::string_view version, Timestamp as_of, const std::vector<CustomerProducts>& customers);
    // Drops what was ranked as of an earlier instant, or by another version: those customers have no purchases now.
    Status drop_others(std::string_view version, Timestamp as_of);
    // Nothing for a customer without a list.
    Result<std::optional<KeptProducts>> find(std::string_view customer_id);

private:
    db::Database& database_;
};

}  // namespace boon::scoring
