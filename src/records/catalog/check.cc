// What reading an offer cannot see: whether its parts agree with each other and with the names there are.
#include <algorithm>
#include <cmath>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/rules/rule.h"
#include "records/catalog/offer.h"

namespace boon::catalog {

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// Collects mistakes as reading a record does, so that a request shows all of them at once.
class Mistakes {
public:
    void add(std::string_view field, std::string detail) { at(json::pointer_to("", field), std::move(detail)); }
    void at(std::string pointer, std::string detail) { fields_.push_back({std::move(pointer), std::move(detail)}); }
    [[nodiscard]] Status status() && {
        if (fields_.empty()) return {};
        Error error{ErrorCode::invalid, fields_.size() == 1 ? "one field is wrong" : ""};
        if (error.message.empty()) error.message = fmt::format("{} fields are wrong", fields_.size());
        error.fields = std::move(fields_);
        return std::unexpected(std::move(error));
    }

private:
    std::vector<FieldError> fields_;
};

void check_names(Offer& offer, const Names& names, Mistakes& mistakes) {
    if (offer.lifecycle_stage == "churn_risk") offer.lifecycle_stage = "churn";
    if (offer.lifecycle_stage && !contains(names.stages, *offer.lifecycle_stage)) {
        mistakes.add(
            "lifecycle_stage",
            fmt::format("`{}` is no stage; the stages are {}", *offer.lifecycle_stage, fmt::join(names.stages, ", "))
        );
    }
    if (offer.target_segment == "all") offer.target_segment.reset();
    if (!target_of(offer.target_segment, names)) {
        mistakes.add(
            "target_segment",
            fmt::format(
                "`{}` is no segment; use {}, at_risk, new, all, rfm:SEGMENT or the name of a published audience",
                *offer.target_segment, fmt::join(names.value_segments, ", ")
            )
        );
    }
}

// PostgreSQL keeps no text with a NUL in it.
bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

// Every text of the record and of its parts, names of members included.
template <class T>
void check_texts(const T& /*is no text*/, const std::string& /*pointer*/, Mistakes& /*mistakes*/) {}
void check_texts(const std::string& text, const std::string& pointer, Mistakes& mistakes) {
    if (has_nul(text)) mistakes.at(pointer, "has a NUL in it");
}
template <DescribedRecord T>
void check_texts(const T& record, const std::string& pointer, Mistakes& mistakes);
template <class T>
void check_texts(const std::optional<T>& value, const std::string& pointer, Mistakes& mistakes) {
    if (value) check_texts(*value, pointer, mistakes);
}
template <class T>
void check_texts(const std::vector<T>& values, const std::string& pointer, Mistakes& mistakes) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        check_texts(values[i], json::pointer_to(pointer, std::to_string(i)), mistakes);
    }
}
template <class T>
void check_texts(const std::map<std::string, T>& values, const std::string& pointer, Mistakes& mistakes) {
    for (const auto& [name, value] : values) {
        check_texts(name, json::pointer_to(pointer, name), mistakes);
        check_texts(value, json::pointer_to(pointer, name), mistakes);
    }
}
template <DescribedRecord T>
void check_texts(const T& record, const std::string& pointer, Mistakes& mistakes) {
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) {
        check_texts(record.*described.pointer, json::pointer_to(pointer, described.name), mistakes);
    });
}

void check_known(
    std::string_view field, const std::vector<std::string>& used, const std::vector<std::string>& known,
    Mistakes& mistakes
) {
    if (known.empty()) return;
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (contains(known, used[i])) continue;
        mistakes.at(
            fmt::format("/{}/{}", field, i),
            fmt::format("`{}` is not known; there are {}", used[i], fmt::join(known, ", "))
        );
    }
}

void check_lists(const Offer& offer, Mistakes& mistakes) {
    const auto check = [&](std::string_view field, const std::vector<std::string>& values) {
        if (values.size() > kMaxNames) {
            return mistakes.add(field, fmt::format("has {} names; at most {} fit", values.size(), kMaxNames));
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i].empty()) mistakes.add(field, "has an empty name");
            if (std::find(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i), values[i]) !=
                values.begin() + static_cast<std::ptrdiff_t>(i)) {
                mistakes.add(field, fmt::format("names `{}` twice", values[i]));
            }
        }
    };
    check("channels", offer.channels);
    check("placements", offer.placements);
    check("tags", offer.tags);
}

// An empty text says no more than none.
void clear_empty(std::optional<std::string>& text) {
    if (text && text->empty()) text.reset();
}

void check_rule(const Offer& offer, const Names& names, Mistakes& mistakes) {
    if (!offer.eligibility_rule) return;
    const json::Value& rule = *offer.eligibility_rule;
    if (!rule.is_object() && !rule.is_bool()) {
        mistakes.add("eligibility_rule", "must be a JsonLogic rule, an object such as {\">\":[{\"var\":\"age\"},18]}");
        return;
    }
    // Before features were computed for the first time, any name may be that of one.
    static const rules::Schema kAnything({{.name = "", .type = rules::Type::any, .family = true}});
    const rules::Schema& known = names.rule_variables.variables().empty() ? kAnything : names.rule_variables;
    const auto compiled = rules::Rule::compile(rule, known, rules::Mode::strict);
    if (compiled) return;
    for (const FieldError& field : compiled.error().fields) {
        mistakes.at("/eligibility_rule" + field.pointer, field.detail);
    }
    if (compiled.error().fields.empty()) mistakes.add("eligibility_rule", compiled.error().message);
}

void check_caps(const Offer& offer, Mistakes& mistakes) {
    if (offer.caps.size() > kMaxCaps) {
        mistakes.add("caps", fmt::format("are {}; an offer has at most {}", offer.caps.size(), kMaxCaps));
    }
    for (std::size_t i = 0; i < offer.caps.size(); ++i) {
        const Cap& cap = offer.caps[i];
        const auto before = std::span(offer.caps).first(i);
        const auto same = std::ranges::find_if(before, [&](const Cap& other) {
            return cap.name.empty() ? other == cap : other.name == cap.name;
        });
        if (same != before.end()) {
            mistakes.at(
                fmt::format("/caps/{}", i),
                cap.name.empty() ? "is there twice" : fmt::format("names `{}` twice", cap.name)
            );
        }
    }
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_letter_or_digit(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

// The form of a language tag (RFC 5646): a part of two to eight letters, then parts of one to eight letters and digits.
bool is_language(std::string_view tag) {
    bool is_first = true;
    for (const auto part : std::views::split(tag, '-')) {
        const std::size_t least = is_first ? 2 : 1;
        const auto length = static_cast<std::size_t>(std::ranges::distance(part));
        if (length < least || length > 8) return false;
        if (!std::ranges::all_of(part, is_first ? is_letter : is_letter_or_digit)) return false;
        is_first = false;
    }
    return !is_first;
}

void check_content(const Offer& offer, Mistakes& mistakes) {
    for (const auto& [language, content] : offer.content) {
        const std::string pointer = json::pointer_to("/content", language);
        if (!is_language(language)) mistakes.at(pointer, "is no language; use a tag such as en or de-CH");
        for (const auto& [channel, words] : content.channels) {
            if (channel.empty()) mistakes.at(json::pointer_to(pointer + "/channels", channel), "is no channel's name");
        }
    }
}

}  // namespace

Status complete(Offer& offer, const Names& names) {
    Mistakes mistakes;
    const bool has_name = offer.name.find_first_not_of(" \t\r\n") != std::string::npos;
    if (!has_name) mistakes.add("name", "must not be empty");
    clear_empty(offer.external_offer_id);
    clear_empty(offer.exclusion_group);
    if (offer.external_system.empty()) offer.external_system = "manual";
    check_texts(offer, "", mistakes);
    check_names(offer, names, mistakes);
    check_lists(offer, mistakes);
    check_known("channels", offer.channels, names.channels, mistakes);
    check_known("placements", offer.placements, names.placements, mistakes);
    check_rule(offer, names, mistakes);
    check_caps(offer, mistakes);
    check_content(offer, mistakes);
    if (offer.min_customer_value && offer.max_customer_value && *offer.min_customer_value > *offer.max_customer_value) {
        mistakes.add("min_customer_value", "is more than max_customer_value");
    }
    if (offer.valid_from && offer.valid_until && *offer.valid_from >= *offer.valid_until) {
        mistakes.add("valid_until", "is not after valid_from");
    }
    if (offer.currency.empty()) offer.currency = names.currency.code();
    if (offer.currency != names.currency.code()) {
        mistakes.add(
            "currency", fmt::format("is {}, but the programme's currency is {}", offer.currency, names.currency.code())
        );
    }
    for (const auto& [name, value] : offer.attributes) {
        if (name.empty() || !std::isfinite(value)) mistakes.add("attributes", "needs a name and a number for each");
    }
    return std::move(mistakes).status();
}

}  // namespace boon::catalog
