// Attributes as rules name and read them: `attributes.plan`. The same for audiences, offers and the lifecycle.
#pragma once

#include <cstddef>
#include <string>

#include "platform/rules/schema.h"
#include "platform/rules/value.h"
#include "records/profiles/attributes.h"

namespace boon::profiles {

// `attributes.NAME`.
std::string attribute_variable(const AttributeColumn& column);

// All of them, in their order, behind the variables that are there.
void add_attributes(rules::Schema& schema, const AttributeColumns& columns);

// Missing also where the customer's attributes are not (any more) those that the rule was compiled against. Text is
// borrowed from the attributes. Allocates nothing.
rules::Value attribute_value(const AttributeRow& customer, const AttributeColumns& fitted, std::size_t column);

}  // namespace boon::profiles
