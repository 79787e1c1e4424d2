// What the resources of TMF620 are made of, read from tmf620.schema (embedded), and bodies brought into that form.
// Lenient in, strict out: what a sender evidently means is turned into what the specification says, the rest is refused
// with its place, so that whatever is stored can be served as it is.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"

namespace boon::tmf {

enum class Type { text, time, boolean, whole, number, anything, object };

struct Attribute {
    std::string_view name;
    Type type = Type::text;
    std::string_view definition = {};  // of an object
    bool list = false;
    bool required = false;
};

struct Definition {
    std::string_view name;
    std::vector<Attribute> attributes;

    [[nodiscard]] const Attribute* find(std::string_view attribute) const;
};

// All of them, in the order of the file; made at the first call. Thread-safe.
std::span<const Definition> definitions();
// Asserts that there is one of that name.
const Definition& definition_of(std::string_view name);

// Brings `body` into the definition's form, or says what is wrong with it, every mistake with its JSON Pointer:
// null members go; one object becomes a list of one where a list belongs; numbers, true and false become text and the
// other way round; a reference without an id gets the last segment of its href, else its name; times are kept as sent
// when they are RFC 3339. Members that the definition does not have stay (extensions).
Status conform(json::Object& body, const Definition& definition);

// The definition as JSON Schema, one level deep: parts that have a definition of their own are objects.
json::Object json_schema(const Definition& definition);

}  // namespace boon::tmf
