// The kind `salesforce`: SOQL over Salesforce's REST API, logged in by OAuth client credentials. The first crawl is
// full; those after it ask what changed since the newest SystemModstamp seen, and get deletions with it (queryAll).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "records/sync/mapping.h"
#include "records/sync/upstream.h"

namespace boon::sync {

struct SalesforceOptions {
    std::string client_id;
    std::string version = "v62.0";
    std::string object = "Product2";
    std::vector<std::string> fields = {"Name", "Description", "ProductCode", "Family", "IsActive"};
    bool prices = true;
    std::int32_t overlap_s = 300;
    std::int32_t timeout_s = 60;
    std::int32_t deadline_s = 3600;
};
BOOST_DESCRIBE_STRUCT(
    SalesforceOptions, (), (client_id, version, object, fields, prices, overlap_s, timeout_s, deadline_s)
)

Status check_salesforce_options(const json::Value& options);
const Mapping& salesforce_mapping();

// Secret: `client_secret`. `base_url`: the organisation's My Domain, https://NAME.my.salesforce.com.
Result<std::unique_ptr<Source>> make_salesforce_source(const SourceConfig& config, const World& world);

}  // namespace boon::sync

template <>
inline constexpr auto boon::kFields<boon::sync::SalesforceOptions> = std::array{
    boon::Field{
        .name = "client_id",
        .doc = "the consumer key of the connected app; with the secret client_secret",
        .required = true,
        .max_length = 255
    },
    boon::Field{.name = "version", .doc = "of the REST API", .required = false, .max_length = 10},
    boon::Field{.name = "object", .doc = "what an offer is there", .max_length = 80},
    boon::Field{.name = "fields", .doc = "what is asked of each", .max_length = 80},
    boon::Field{.name = "prices", .doc = "with the price in the standard price book (of Product2)"},
    boon::Field{
        .name = "overlap_s",
        .doc = "how far before the last change seen an incremental crawl begins: changes appear when they are "
               "committed, with the time at which they began",
        .min = 0,
        .max = 86'400
    },
    boon::Field{.name = "timeout_s", .doc = "how long one exchange may take", .min = 1, .max = 600},
    boon::Field{.name = "deadline_s", .doc = "how long a whole crawl may take", .min = 1, .max = 86'400},
};
