// The kind `dataverse`: a table of Microsoft Dataverse (Dynamics 365) over its Web API, with change tracking. The
// first crawl is full and ends with a delta link; those after it follow that link, deletions included. A delta link
// that has expired leads to a full crawl.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "records/sync/mapping.h"
#include "records/sync/upstream.h"

namespace boon::sync {

struct DataverseOptions {
    std::string client_id;
    std::string tenant_id;
    std::string authority = "https://login.microsoftonline.com";
    std::string version = "v9.2";
    std::string table = "products";
    std::string key = "productid";
    std::vector<std::string> columns = {"name",      "productnumber", "description", "price",
                                        "statecode", "validfromdate", "validtodate"};
    std::int32_t page_size = 500;
    std::int32_t timeout_s = 60;
    std::int32_t deadline_s = 3600;
};
BOOST_DESCRIBE_STRUCT(
    DataverseOptions, (),
    (client_id, tenant_id, authority, version, table, key, columns, page_size, timeout_s, deadline_s)
)

Status check_dataverse_options(const json::Value& options);
const Mapping& dataverse_mapping();

// Secret: `client_secret`. `base_url`: the environment, https://NAME.crm.dynamics.com.
Result<std::unique_ptr<Source>> make_dataverse_source(const SourceConfig& config, const World& world);

}  // namespace boon::sync

template <>
inline constexpr auto boon::kFields<boon::sync::DataverseOptions> = std::array{
    boon::Field{
        .name = "client_id",
        .doc = "the app registration; with the secret client_secret",
        .required = true,
        .max_length = 100
    },
    boon::Field{.name = "tenant_id", .doc = "of the directory", .required = true, .max_length = 100},
    boon::Field{.name = "authority", .doc = "where tokens come from", .max_length = 200},
    boon::Field{.name = "version", .doc = "of the Web API", .max_length = 10},
    boon::Field{
        .name = "table", .doc = "the entity set that an offer is in; its changes must be tracked", .max_length = 100
    },
    boon::Field{.name = "key", .doc = "the table's primary key", .max_length = 100},
    boon::Field{.name = "columns", .doc = "what is asked of each", .max_length = 100},
    boon::Field{.name = "page_size", .doc = "rows asked for at once", .min = 1, .max = 5000},
    boon::Field{.name = "timeout_s", .doc = "how long one exchange may take", .min = 1, .max = 600},
    boon::Field{.name = "deadline_s", .doc = "how long a whole crawl may take", .min = 1, .max = 86'400},
};
