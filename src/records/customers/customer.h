// Who a customer is, as the system says that keeps customers (TMF629). Behaviour is in the warehouse.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"

namespace boon::customers {

// How to reach a customer: `email`, `phone`, `fax`, `social` or `postal`.
struct ContactPoint {
    std::string kind;
    std::string value;  // as it was given; a postal address on one line
    bool preferred = false;

    bool operator==(const ContactPoint&) const = default;
};
BOOST_DESCRIBE_STRUCT(ContactPoint, (), (kind, value, preferred))

struct Customer {
    std::string customer_id;
    std::string external_system;  // the source it came from
    std::string name;
    std::string status;                             // in the words of where it came from
    std::map<std::string, json::Value> attributes;  // its characteristics by name
    bool is_active = true;                          // false: its source no longer has it
    std::vector<ContactPoint> contact_points;
    Timestamp created_at;
    Timestamp updated_at;  // when something of it last became different

    bool operator==(const Customer&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Customer, (),
    (customer_id, external_system, name, status, attributes, is_active, contact_points, created_at, updated_at)
)

// The id of a Customer of TMF629 v4, whatever else it says. `invalid` for none, or one that boon does not take
// (check_customer_id).
Result<std::string> id_from_tmf629(const json::Value& body);

// The Customer. `invalid`, with what is wrong, when it has no id that boon takes (check_customer_id), or is
// not of that form. Times and the source are the caller's to set.
Result<Customer> from_tmf629(const json::Value& body);

}  // namespace boon::customers
