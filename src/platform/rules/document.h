// What rules read of a JSON document.
#pragma once

#include <string_view>

#include "platform/base/json.h"
#include "platform/rules/value.h"

namespace boon::rules {

// Follows a path (`a.b.0`) through objects and arrays; null where it leads to nothing. The empty path is all of `data`.
const json::Value* follow(const json::Value* data, std::string_view path);

// A member of a document as a value: of a time, text that is read as one. Missing for arrays, objects and null.
Value value_of(const json::Value& member, Type type);

// A document as values, for strict rules: a variable is a member of that name, or else a path (`a.b`, `list.0`). Times
// are text there. The document must outlive it.
class DocumentValues : public Values {
public:
    explicit DocumentValues(const json::Value& document) : document_(document) {}

    [[nodiscard]] Value at(const Reference& reference) const override;
    [[nodiscard]] json::Value list_at(const Reference& reference) const override;

private:
    [[nodiscard]] const json::Value* find(std::string_view name) const;

    const json::Value& document_;
};

}  // namespace boon::rules
