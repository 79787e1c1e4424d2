#include "records/catalog/reading.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::catalog {

namespace {

bool is_within(std::string_view pointer, std::string_view other) {
    return pointer.starts_with(other) && (pointer.size() == other.size() || pointer[other.size()] == '/');
}

// What could not be read was left as it was before; that says nothing of the offer that is meant.
bool is_told(const std::vector<FieldError>& mistakes, const FieldError& more) {
    return std::ranges::any_of(mistakes, [&](const FieldError& known) {
        return is_within(known.pointer, more.pointer) || is_within(more.pointer, known.pointer);
    });
}

}  // namespace

Result<Offer> read_offer(const json::Value& value, const json::Context& context, const Names& names) {
    Offer offer;
    auto read = json::read_over(value, offer, context);
    if (read) return offer;
    Error error = std::move(read).error();
    const auto unread = error.fields;
    if (auto whole = complete(offer, names); !whole && value.is_object()) {
        for (FieldError& field : whole.error().fields) {
            if (!is_told(unread, field)) error.fields.push_back(std::move(field));
        }
    }
    if (error.fields.size() > 1) error.message = fmt::format("{} fields are wrong", error.fields.size());
    return std::unexpected(std::move(error));
}

}  // namespace boon::catalog
