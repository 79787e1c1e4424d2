#include "records/sync/mapping.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/nearest.h"
#include "records/catalog/offer.h"
#include "records/sync/convert.h"
#include "records/sync/path.h"

namespace boon::sync {

namespace {

constexpr std::string_view kAttributes = "attributes.";
constexpr std::string_view kContent = "content.";

constexpr std::array kFields = {
    MappableField{"name", FieldType::text},
    MappableField{"description", FieldType::text},
    MappableField{"category", FieldType::text},
    MappableField{"is_active", FieldType::flag},
    MappableField{"price", FieldType::money},
    MappableField{"value", FieldType::money},
    MappableField{"redemption_cost", FieldType::money},
    MappableField{"valid_from", FieldType::time},
    MappableField{"valid_until", FieldType::time},
    MappableField{"channels", FieldType::names},
    MappableField{"tags", FieldType::names},
    MappableField{"lifecycle_stage", FieldType::text},
    MappableField{"target_segment", FieldType::text},
    MappableField{"min_customer_value", FieldType::money},
    MappableField{"max_customer_value", FieldType::money},
    MappableField{"attributes.NAME", FieldType::number},
    MappableField{"content.LANGUAGE.PART", FieldType::text},
};

// `content.en.title` → `title`; empty for any other name.
std::string_view content_part(std::string_view field) {
    if (!field.starts_with(kContent)) return {};
    field.remove_prefix(kContent.size());
    const auto dot = field.find('.');
    if (dot == std::string_view::npos || dot == 0) return {};
    return field.substr(dot + 1);
}

std::optional<Target> target_of(std::string_view field) {
    if (field.starts_with(kAttributes) && field.size() > kAttributes.size()) {
        return Target{field, FieldType::number, 0};
    }
    if (const auto part = content_part(field); !part.empty()) {
        const Field* limits = field_of<catalog::OfferContent>(part);
        if (limits == nullptr) return std::nullopt;
        return Target{field, FieldType::text, limits->max_length};
    }
    const auto found = std::ranges::find(kFields, field, &MappableField::name);
    if (found == kFields.end() || field.find('.') != std::string_view::npos) return std::nullopt;
    const Field* limits = field_of<catalog::Offer>(field);
    return Target{field, found->type, limits == nullptr ? 0 : limits->max_length};
}

std::string why_not_mappable(std::string_view field) {
    bool of_offer = false;
    boost::mp11::mp_for_each<MembersOf<catalog::Offer>>([&](auto described) {
        of_offer = of_offer || field == described.name;
    });
    if (of_offer) return "is boon's own: a sync never writes it";
    std::vector<std::string_view> known;
    for (const MappableField& mappable : kFields) known.push_back(mappable.name);
    const auto nearest = nearest_of(field, known);
    if (!nearest.empty()) return fmt::format("is no field of an offer; did you mean {}?", nearest);
    return fmt::format("is no field of an offer; a source may fill {}", fmt::join(known, ", "));
}

void check_rule(const std::string& pointer, const FieldRule& rule, std::vector<FieldError>& mistakes) {
    if (rule.from.empty() && rule.constant.is_null()) {
        mistakes.push_back({pointer, "takes nothing: name a path in `from`, or a `constant`"});
    }
    for (std::size_t i = 0; i < rule.from.size(); ++i) {
        if (is_path(rule.from[i])) continue;
        mistakes.push_back(
            {fmt::format("{}/from/{}", pointer, i),
             fmt::format("`{}` is no path; it begins with a slash, such as /name", rule.from[i])}
        );
    }
    if (rule.currency && !is_path(*rule.currency)) {
        mistakes.push_back({pointer + "/currency", fmt::format("`{}` is no path", *rule.currency)});
    }
    if (rule.split && rule.split->empty()) mistakes.push_back({pointer + "/split", "must not be empty"});
}

}  // namespace

std::span<const MappableField> mappable_fields() { return kFields; }

Status check_mapping(const Mapping& mapping) {
    Error error{ErrorCode::invalid, "the mapping is wrong"};
    for (const auto& [field, rule] : mapping.fields) {
        const std::string pointer = json::pointer_to("/fields", field);
        if (!target_of(field)) {
            error.fields.push_back({pointer, why_not_mappable(field)});
            continue;
        }
        check_rule(pointer, rule, error.fields);
    }
    return error.fields.empty() ? Status() : std::unexpected(std::move(error));
}

Result<Mapping> merged(const Mapping& base, const MappingChange& change) {
    Mapping mapping = base;
    Error error{ErrorCode::invalid, "the mapping is wrong"};
    for (const auto& [field, rule] : change.fields) {
        if (rule) {
            mapping.fields[field] = *rule;
        } else if (mapping.fields.erase(field) == 0 && !target_of(field)) {
            error.fields.push_back({json::pointer_to("/fields", field), why_not_mappable(field)});
        }
    }
    if (auto checked = check_mapping(mapping); !checked) {
        for (FieldError& mistake : checked.error().fields) error.fields.push_back(std::move(mistake));
    }
    if (!error.fields.empty()) return std::unexpected(std::move(error));
    return mapping;
}

Result<MappedRecord> map_record(const Mapping& mapping, const json::Value& body, const Currency& currency) {
    MappedRecord record;
    Error error{ErrorCode::invalid, "the record cannot be mapped"};
    for (const auto& [field, rule] : mapping.fields) {
        const auto target = target_of(field);
        BOON_ASSERT(target);  // check_mapping() was asked
        auto value = convert(*target, rule, body, currency, record.notes);
        if (value) {
            record.fields[field] = *std::move(value);
        } else {
            error.fields.push_back({json::pointer_to("", field), std::move(value).error().message});
        }
    }
    const auto* name = record.fields.if_contains("name");
    if (name != nullptr && (name->is_null() || name->get_string().empty())) {
        error.fields.push_back(
            {"/name", fmt::format("is missing (looked for at {})", fmt::join(mapping.fields.at("name").from, ", "))}
        );
    }
    if (!error.fields.empty()) return std::unexpected(std::move(error));
    return record;
}

}  // namespace boon::sync
