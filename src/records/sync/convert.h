// One field's value: from a record, by its rule, into what the offer's field takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/money.h"
#include "records/sync/mapping.h"

namespace boon::sync {

struct Target {
    std::string_view field;  // `name`, `attributes.difficulty`, `content.en.title`
    FieldType type;
    std::size_t max_length = 0;  // characters, of a text or of each name
};

// As JSON that the offer's field reads, null for nothing. The error's message completes `/field …`.
Result<json::Value> convert(
    const Target& target, const FieldRule& rule, const json::Value& body, const Currency& currency,
    std::vector<std::string>& notes
);

// A time as the rule says it is written.
Result<Timestamp> read_time(const json::Value& value, TimeForm form);

}  // namespace boon::sync
