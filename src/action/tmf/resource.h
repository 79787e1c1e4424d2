// The kinds of resources of TMF620: one row of a table each.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/base/json.h"
#include "platform/base/timestamp.h"

namespace boon::tmf {

inline constexpr std::string_view kBasePath = "/tmf-api/productCatalogManagement/v4/";

// In the order in which they refer to each other: those before are there when the later ones come.
enum class Kind {
    catalog,
    category,
    product_specification,
    product_offering_price,
    product_offering,
    import_job,
    export_job
};

struct Resource {
    Kind kind;
    std::string_view path;        // `productOffering`
    std::string_view definition;  // `ProductOffering`
    bool is_catalogue;            // is told of to listeners, imported and exported; jobs are not
};
std::span<const Resource> resources();
const Resource& resource_of(Kind kind);
std::optional<Kind> kind_of_path(std::string_view path);
std::optional<Kind> kind_of_definition(std::string_view definition);

// The specification of offerings that name none (migration 0041).
inline constexpr std::string_view kDefaultSpecification = "boon-offer";

// What the specification wants of every resource of its kind, where the sender left it out: lifecycleStatus, isBundle,
// isRoot, priceType, version, @type, … . `body` conforms to its definition.
void complete(Kind kind, json::Object& body);

// Where the first state of a lifecycle is not given.
inline constexpr std::string_view kFirstState = "In study";

// The states of a job.
inline constexpr std::string_view kNotStarted = "Not Started";
inline constexpr std::string_view kRunning = "Running";
inline constexpr std::string_view kSucceeded = "Succeeded";
inline constexpr std::string_view kFailed = "Failed";

// The resource's entity tag: the same for the same attributes in any order, another for any other.
std::string etag_of(const json::Object& resource);

// A member's text; empty when it is absent or no text.
std::string_view text_of(const json::Object& object, std::string_view member);
bool flag_of(const json::Object& object, std::string_view member, bool otherwise);

}  // namespace boon::tmf
