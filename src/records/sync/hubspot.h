// The kind `hubspot`: CRM objects (products by default) over HubSpot's API, with the token of a private app. A full
// crawl lists them; an incremental one searches for what was modified since, and lists what was archived.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "records/sync/mapping.h"
#include "records/sync/upstream.h"

namespace boon::sync {

struct HubspotOptions {
    std::string path = "crm/v3/objects";
    std::string object = "products";
    std::vector<std::string> properties = {"name", "description", "price", "hs_sku", "hs_product_type"};
    std::int32_t overlap_s = 300;
    std::int32_t search_window = 10'000;
    std::int32_t timeout_s = 30;
    std::int32_t deadline_s = 3600;
};
BOOST_DESCRIBE_STRUCT(HubspotOptions, (), (path, object, properties, overlap_s, search_window, timeout_s, deadline_s))

Status check_hubspot_options(const json::Value& options);
const Mapping& hubspot_mapping();

// Secret: `token`. `base_url`: https://api.hubapi.com.
Result<std::unique_ptr<Source>> make_hubspot_source(const SourceConfig& config, const World& world);

}  // namespace boon::sync

template <>
inline constexpr auto boon::kFields<boon::sync::HubspotOptions> = std::array{
    boon::Field{
        .name = "path", .doc = "crm/v3/objects, or the newer dated one, crm/objects/2026-03", .max_length = 100
    },
    boon::Field{.name = "object", .doc = "what an offer is there: its type's name or id", .max_length = 100},
    boon::Field{.name = "properties", .doc = "what is asked of each", .max_length = 100},
    boon::Field{
        .name = "overlap_s",
        .doc = "how far before the last change seen an incremental crawl begins: the search finds changes late",
        .min = 0,
        .max = 86'400
    },
    boon::Field{.name = "search_window", .doc = "how many results one search may give in all", .min = 2, .max = 10'000},
    boon::Field{.name = "timeout_s", .doc = "how long one exchange may take", .min = 1, .max = 600},
    boon::Field{.name = "deadline_s", .doc = "how long a whole crawl may take", .min = 1, .max = 86'400},
};
