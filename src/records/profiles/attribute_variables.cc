#include "records/profiles/attribute_variables.h"

namespace boon::profiles {

namespace {

rules::Type type_of(AttributeKind kind) {
    switch (kind) {
        case AttributeKind::text: return rules::Type::text;
        case AttributeKind::number: return rules::Type::number;
        case AttributeKind::boolean: return rules::Type::boolean;
        case AttributeKind::time: return rules::Type::time;
    }
    return rules::Type::any;
}

struct ToValue {
    rules::Value operator()(std::monostate) const { return {}; }
    rules::Value operator()(std::string_view text) const { return rules::Value::of_text(text); }
    rules::Value operator()(double number) const { return rules::Value::of_number(number); }
    rules::Value operator()(bool truth) const { return rules::Value::of_boolean(truth); }
    rules::Value operator()(Timestamp time) const { return rules::Value::of_time(time); }
};

}  // namespace

std::string attribute_variable(const AttributeColumn& column) { return "attributes." + column.name; }

void add_attributes(rules::Schema& schema, const AttributeColumns& columns) {
    for (const AttributeColumn& column : columns) {
        schema.add({
            .name = attribute_variable(column),
            .type = type_of(column.kind),
            .doc = column.name + ", as the customer's record has it",
        });
    }
}

rules::Value attribute_value(const AttributeRow& customer, const AttributeColumns& fitted, std::size_t column) {
    if (customer.set == nullptr || column >= fitted.size()) return {};
    const AttributeColumns& there = *customer.set->columns();
    // Most often the very same object.
    if (&there != &fitted && there != fitted) return {};
    return std::visit(ToValue{}, customer.set->at(customer.row, column));
}

}  // namespace boon::profiles
