#include "records/sync/explain.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "records/catalog/upstream.h"

namespace boon::sync {

namespace {

std::string from_words(const FieldRule& rule) {
    std::string words = fmt::format("{}", fmt::join(rule.from, rule.join ? " + " : ", else "));
    if (!rule.constant.is_null()) {
        words += fmt::format("{}{}", words.empty() ? "always " : ", else ", json::to_text(rule.constant));
    }
    if (rule.currency) words += fmt::format(" (currency at {})", *rule.currency);
    if (rule.split) words += fmt::format(" (split at `{}`)", *rule.split);
    if (rule.time != TimeForm::text) words += fmt::format(" ({})", enum_name(rule.time));
    if (rule.too_long == TooLong::cut) words += " (cut when too long)";
    return words;
}

std::string value_words(const FieldRule& rule) {
    std::string words;
    for (const auto& [upstream, here] : rule.values) {
        words += fmt::format("{}{} is {}", words.empty() ? "" : ", ", upstream, json::to_text(here));
    }
    if (rule.otherwise) {
        words += fmt::format("{}anything else is {}", words.empty() ? "" : ", ", json::to_text(*rule.otherwise));
    } else if (!rule.values.empty()) {
        constexpr std::array kWords = {"is rejected", "stays as it is", "is as if it were not there"};
        words += fmt::format(", anything else {}", kWords[static_cast<std::size_t>(rule.unlisted)]);
    }
    return words;
}

bool can_be_mapped(std::string_view field) {
    return std::ranges::any_of(mappable_fields(), [&](const MappableField& mappable) {
        return mappable.name == field || mappable.name.starts_with(std::string(field) + ".");
    });
}

// What tells a record from others: written once, when it becomes an offer, whatever the mapping says.
std::string identity_words(std::string_view field, std::string_view source) {
    if (field == "external_offer_id") return "the record's id";
    if (field == "external_system") return fmt::format("always {}", json::to_text(json::Value(source)));
    if (field == "offer_id") return "given once: the next free one";
    return {};
}

std::vector<ExplainedField> fields_of(std::string_view source, const Mapping& mapping) {
    std::vector<ExplainedField> fields;
    for (const auto& [field, rule] : mapping.fields) {
        fields.push_back(
            {.field = field,
             .owner = Owner::upstream,
             .from = from_words(rule),
             .values = value_words(rule),
             .can_be_mapped = true}
        );
    }
    boost::mp11::mp_for_each<MembersOf<catalog::Offer>>([&](auto described) {
        const std::string_view name = described.name;
        const Field* field = field_of<catalog::Offer>(name);
        const bool bookkeeping = field != nullptr && field->read_only;
        if (bookkeeping || mapping.fields.contains(std::string(name))) return;
        const bool of_the_record = name.starts_with("external_");
        fields.push_back(
            {.field = std::string(name),
             .owner = of_the_record ? Owner::upstream : Owner::boon,
             .from = identity_words(name, source),
             .can_be_mapped = can_be_mapped(name)}
        );
    });
    return fields;
}

}  // namespace

MappingExplanation explain(
    const std::string& source, const Mapping& mapping, const Result<UpstreamRecord>& sample, const catalog::Names& names
) {
    MappingExplanation explanation{.source = source, .fields = fields_of(source, mapping)};
    if (!sample) {
        explanation.problem = to_text(sample.error());
        return explanation;
    }
    explanation.sample = sample->body;
    const auto mapped = map_record(mapping, sample->body, names.currency);
    if (!mapped) {
        explanation.problem = to_text(mapped.error());
        return explanation;
    }
    for (ExplainedField& field : explanation.fields) {
        const json::Value* value = mapped->fields.if_contains(field.field);
        if (value != nullptr) field.sample = *value;
        if (field.field == "external_offer_id") field.sample = sample->external_id;
    }
    catalog::Offer offer;
    offer.external_system = source;
    offer.external_offer_id = sample->external_id;
    const auto made = catalog::with_upstream(offer, mapped->fields, names);
    if (made) {
        // What was just written reads back.
        explanation.offer = *json::parse(json::write(*made, {.currency = names.currency}));
    } else {
        explanation.problem = to_text(made.error());
    }
    return explanation;
}

Result<UpstreamRecord> first_record(Source& source) {
    std::optional<UpstreamRecord> first;
    const auto crawled = source.crawl({}, [&](std::vector<UpstreamRecord>&& page, std::int64_t) -> Status {
        for (UpstreamRecord& record : page) {
            if (!record.deleted && !first) first = std::move(record);
        }
        if (!first) return {};
        return fail(ErrorCode::conflict, "one record is enough");
    });
    if (first) return *std::move(first);
    if (!crawled) return std::unexpected(crawled.error());
    return fail(ErrorCode::not_found, "the upstream has no record", "is its address, and its filter, right?");
}

}  // namespace boon::sync
