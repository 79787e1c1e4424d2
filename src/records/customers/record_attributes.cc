#include "records/customers/record_attributes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "platform/base/json.h"
#include "records/customers/warehouse_attributes.h"

namespace boon::customers {

namespace {

using profiles::AttributeKind;
using profiles::AttributeValue;

constexpr std::string_view kRecords = "select customer_id, status, is_active, attributes from customers";

std::string lower_case(std::string_view name) {
    std::string text(name);
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// Null, a list and an object are none.
std::optional<AttributeKind> kind_of(const json::Value& value) {
    if (value.is_string()) return AttributeKind::text;
    if (value.is_number()) return AttributeKind::number;
    if (value.is_bool()) return AttributeKind::boolean;
    return std::nullopt;
}

// Each characteristic that has a kind, by its name in small letters. The characteristics go before the members of the
// record that have the same name.
template <class Use>
Status for_each_attribute(const db::Row& row, Use&& use) {
    BOON_TRY(const auto body, json::parse(row.text(3)));
    const json::Object* characteristics = body.if_object();
    std::set<std::string, std::less<>> names;
    if (characteristics != nullptr) {
        for (const auto& member : *characteristics) {
            const std::string name = lower_case({member.key().data(), member.key().size()});
            if (kind_of(member.value()) && names.insert(name).second) use(name, member.value());
        }
    }
    if (!names.contains("status") && !row.text(1).empty()) use("status", json::Value(row.text(1)));
    if (!names.contains("is_active")) use("is_active", json::Value(row.integer(2) != 0));
    return {};
}

// What the values of one characteristic are like.
struct Seen {
    std::set<AttributeKind> kinds;
    std::set<std::string, std::less<>> words;  // at most one more than there may be
    std::int64_t customers = 0;

    void add(const json::Value& value) {
        ++customers;
        kinds.insert(*kind_of(value));
        if (value.is_string() && words.size() <= kMostWords) words.emplace(value.get_string());
    }
    // Nothing for what is no attribute.
    [[nodiscard]] std::optional<AttributeKind> kind() const {
        if (kinds.size() != 1) return std::nullopt;
        if (*kinds.begin() != AttributeKind::text) return *kinds.begin();
        return are_few(std::ssize(words), customers) ? std::optional(AttributeKind::text) : std::nullopt;
    }
};

AttributeValue value_as(AttributeKind kind, const json::Value& value) {
    if (kind == AttributeKind::time) {
        if (!value.is_string()) return {};
        const auto time = parse_timestamp(value.get_string());
        return time ? AttributeValue(*time) : AttributeValue();
    }
    if (kind_of(value) != kind) return {};
    switch (kind) {
        case AttributeKind::text: return std::string_view(value.get_string());
        case AttributeKind::number: return value.to_number<double>();
        case AttributeKind::boolean: return value.get_bool();
        case AttributeKind::time: break;
    }
    return {};
}

}  // namespace

Result<profiles::AttributeColumns> with_characteristics(
    db::Connection& connection, const profiles::AttributeColumns& columns
) {
    std::map<std::string, Seen, std::less<>> seen;
    const auto look = [&](std::string_view name, const json::Value& value) {
        auto known = seen.find(name);
        if (known == seen.end()) known = seen.emplace(name, Seen()).first;
        known->second.add(value);
    };
    BOON_CHECK(connection.query(kRecords, {}, [&](const db::Row& row) { return for_each_attribute(row, look); }));
    auto all = columns;
    for (const auto& [name, values] : seen) {
        const bool is_known = std::ranges::find(columns, name, &profiles::AttributeColumn::name) != columns.end();
        const auto kind = values.kind();
        if (!is_known && kind && all.size() < kMostAttributes) all.push_back({name, *kind});
    }
    return all;
}

Status read_characteristics(
    db::Connection& connection, const profiles::Image& image, const profiles::AttributeColumns& columns,
    profiles::AttributesBuilder& builder
) {
    return connection.query(kRecords, {}, [&](const db::Row& row) -> Status {
        const auto place = image.row_of(row.text(0));
        if (!place) return {};
        return for_each_attribute(row, [&](std::string_view name, const json::Value& value) {
            const auto column = std::ranges::find(columns, name, &profiles::AttributeColumn::name);
            if (column == columns.end()) return;
            const auto at = static_cast<std::size_t>(column - columns.begin());
            builder.set(*place, at, value_as(column->kind, value));
        });
    });
}

}  // namespace boon::customers
