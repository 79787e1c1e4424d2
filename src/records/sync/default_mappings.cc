// What records of each kind mean unless a source says otherwise: data, in the form of mapping.h. Upstreams know a
// price; what an offer is worth when it converts is for the mapping, or people, to say.
#include <string_view>

#include "records/sync/dataverse.h"
#include "records/sync/hubspot.h"
#include "records/sync/salesforce.h"
#include "records/sync/xiva.h"

namespace boon::sync {

namespace {

// TMF620 v5. Active and Launched are the two words of its life cycle that mean that an offering can be sold; an
// upstream that does not say sells all it has.
constexpr std::string_view kXiva = R"({"fields": {
    "name": {"from": ["/name"]},
    "description": {"from": ["/description"]},
    "category": {"from": ["/category/0/name", "/category/0/id"]},
    "price": {"from": ["/productOfferingPrice/0/price/value"], "currency": "/productOfferingPrice/0/price/unit"},
    "valid_from": {"from": ["/validFor/startDateTime"]},
    "valid_until": {"from": ["/validFor/endDateTime"]},
    "is_active": {"from": ["/lifecycleStatus"], "constant": true,
                  "values": {"Active": true, "Launched": true}, "otherwise": false}}})";

constexpr std::string_view kSalesforce = R"({"fields": {
    "name": {"from": ["/Name"]},
    "description": {"from": ["/Description"]},
    "category": {"from": ["/Family"]},
    "price": {"from": ["/PricebookEntries/records/0/UnitPrice"]},
    "is_active": {"from": ["/IsActive"], "constant": true}}})";

constexpr std::string_view kHubspot = R"({"fields": {
    "name": {"from": ["/properties/name"]},
    "description": {"from": ["/properties/description"]},
    "category": {"from": ["/properties/hs_product_type"]},
    "price": {"from": ["/properties/price"]},
    "is_active": {"constant": true}}})";

// statecode of a product: 0 active, 1 retired, 2 draft, 3 under revision.
constexpr std::string_view kDataverse = R"({"fields": {
    "name": {"from": ["/name"]},
    "description": {"from": ["/description"]},
    "price": {"from": ["/price"]},
    "valid_from": {"from": ["/validfromdate"]},
    "valid_until": {"from": ["/validtodate"]},
    "is_active": {"from": ["/statecode"], "constant": true, "values": {"0": true}, "otherwise": false}}})";

Mapping from_text(std::string_view text) {
    auto mapping = json::read_text<Mapping>(text);
    BOON_ASSERT(mapping.has_value());
    return *std::move(mapping);
}

}  // namespace

const Mapping& xiva_mapping() {
    static const Mapping mapping = from_text(kXiva);
    return mapping;
}

const Mapping& salesforce_mapping() {
    static const Mapping mapping = from_text(kSalesforce);
    return mapping;
}

const Mapping& hubspot_mapping() {
    static const Mapping mapping = from_text(kHubspot);
    return mapping;
}

const Mapping& dataverse_mapping() {
    static const Mapping mapping = from_text(kDataverse);
    return mapping;
}

}  // namespace boon::sync
