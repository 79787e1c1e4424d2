// What a record's members mean: which field of an offer is taken from where. A mapping is data; each kind of source
// has a default one, and a source's own mapping says what is different there.
//
//     {"fields": {
//         "name":      {"from": ["/name", "/title"]},
//         "is_active": {"from": ["/lifecycleStatus"], "values": {"Active": true}, "otherwise": false},
//         "price":     {"from": ["/price/[priceType=recurring]/value"], "currency": "/price/0/unit"},
//         "tags":      {"from": ["/category/*/name"]},
//         "category":  {"constant": "points"},
//         "attributes.difficulty": {"from": ["/level"]}}}
//
// Only what upstream may own can be mapped. What is boon's own (weight, caps, rules, …) is refused by name: a sync
// never writes it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/money.h"
#include "platform/base/record.h"

namespace boon::sync {

// How a time is written upstream. text: RFC 3339, also with an offset without colon (+0000) or none (then UTC).
enum class TimeForm { text, epoch_s, epoch_ms, day_month_year, month_day_year };
BOOST_DESCRIBE_ENUM(TimeForm, text, epoch_s, epoch_ms, day_month_year, month_day_year)

// What becomes of a value that `values` does not list, when there is no `otherwise`: the record is rejected, the value
// is kept as it is, or the field is as if the record did not have it.
enum class Unlisted { reject, keep, clear };
BOOST_DESCRIBE_ENUM(Unlisted, reject, keep, clear)

// What becomes of a text that is longer than the field takes.
enum class TooLong { reject, cut };
BOOST_DESCRIBE_ENUM(TooLong, reject, cut)

// Where one field comes from. A path is a JSON Pointer whose steps may also be `*` (every element of a list) and
// `[member=value]` (the first element whose member is that text).
struct FieldRule {
    std::vector<std::string> from;              // the first that exists and is not null
    std::optional<std::string> join;            // takes all that exist, with this text between them
    std::optional<std::string> split;           // of a list of names that stands in one text: what is between them
    json::Value constant = nullptr;             // when nothing of `from` exists; null: the field is empty then
    std::map<std::string, json::Value> values;  // text upstream → value here; empty: as it is
    std::optional<json::Value> otherwise;       // for a value that is not listed
    Unlisted unlisted = Unlisted::reject;
    TimeForm time = TimeForm::text;
    std::optional<std::string> currency;  // path of an amount's currency; another than the programme's is rejected
    TooLong too_long = TooLong::reject;

    bool operator==(const FieldRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    FieldRule, (), (from, join, split, constant, values, otherwise, unlisted, time, currency, too_long)
)

struct Mapping {
    std::map<std::string, FieldRule> fields;  // by field of the offer

    bool operator==(const Mapping&) const = default;
};
BOOST_DESCRIBE_STRUCT(Mapping, (), (fields))

// What a source says differently than its kind's default; null takes a field away from upstream.
struct MappingChange {
    std::map<std::string, std::optional<FieldRule>> fields;
};
BOOST_DESCRIBE_STRUCT(MappingChange, (), (fields))

// Every mistake with its pointer (`/fields/weight`): a field that is boon's own or no field at all, a path that is not
// one, a rule with nothing to take.
Status check_mapping(const Mapping& mapping);
// The default with the changes over it, checked.
Result<Mapping> merged(const Mapping& base, const MappingChange& change);

// What an upstream record says of its offer.
struct MappedRecord {
    json::Object fields;             // by mapped field (`name`, `attributes.difficulty`); null: the record has nothing
    std::vector<std::string> notes;  // what was changed on the way, in words (a text that was cut)
};
// An `invalid` error names every field that cannot be made, and from where.
Result<MappedRecord> map_record(const Mapping& mapping, const json::Value& body, const Currency& currency);

// What upstream may own, in the order that people read it.
enum class FieldType { text, flag, money, time, names, number };
struct MappableField {
    std::string_view name;
    FieldType type;
};
// `attributes.NAME` and `content.LANGUAGE.PART` stand for every such name.
std::span<const MappableField> mappable_fields();

}  // namespace boon::sync

template <>
inline constexpr auto boon::kFields<boon::sync::FieldRule> = std::array{
    boon::Field{.name = "from", .doc = "JSON Pointers; the first that exists and is not null"},
    boon::Field{.name = "join", .doc = "takes all that exist, with this text between them"},
    boon::Field{.name = "split", .doc = "of a list that stands in one text: what is between its names"},
    boon::Field{.name = "constant", .doc = "the value when nothing of `from` exists"},
    boon::Field{.name = "values", .doc = "text upstream to value here"},
    boon::Field{.name = "otherwise", .doc = "the value here for what `values` does not list"},
    boon::Field{.name = "unlisted", .doc = "what becomes of a value that is not listed: reject, keep or clear"},
    boon::Field{.name = "time", .doc = "how the time is written upstream"},
    boon::Field{.name = "currency", .doc = "where the amount's currency stands"},
    boon::Field{.name = "too_long", .doc = "a text that does not fit: reject the record, or cut it and say so"},
};
