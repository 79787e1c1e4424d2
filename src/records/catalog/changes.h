// What differs between two versions of a record, member by member.
#pragma once

#include <string>
#include <vector>

#include "platform/base/describe.h"
#include "platform/base/json.h"

namespace boon::catalog {

struct FieldChange {
    std::string pointer;  // of the member (RFC 6901)
    json::Value before;   // null: it was not there
    json::Value after;    // null: it is not there any more

    bool operator==(const FieldChange&) const = default;
};
BOOST_DESCRIBE_STRUCT(FieldChange, (), (pointer, before, after))

// Objects are compared member by member, all else as a whole; in the order of `after`, then what only `before` had.
std::vector<FieldChange> changes_between(const json::Value& before, const json::Value& after);

}  // namespace boon::catalog
