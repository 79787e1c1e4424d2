#include "records/catalog/offer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

void check_lists(const Offer& offer, Mistakes& mistakes) {
    const auto check = [&](std::string_view field, const std::vector<std::string>& values) {
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

// The form of a language tag: RFC 5646's letters and digits, in parts of one to eight.
bool is_language(std::string_view tag) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    std::size_t length = 0;
    bool first = true;
    for (const char c : tag) {
        if (c == '-') {
            if (length == 0 || (first && length < 2)) return false;
            first = false;
            length = 0;
        } else if (!is_letter(c) && (first || c < '0' || c > '9')) {
            return false;
        } else if (++length > 8) {
            return false;
        }
    }
    return length > (first ? 1U : 0U);
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

template <class T>
void overlay(T& target, const std::optional<T>& words) {
    if (words) target = *words;
}

float amount(std::optional<Money> money, const Currency& currency) {
    return money ? static_cast<float>(currency.to_double(*money)) : std::numeric_limits<float>::quiet_NaN();
}

}  // namespace

Names Names::defaults() {
    return {
        .stages = {"acquisition", "onboarding", "growth", "retention", "win_back", "churn"},
        .value_segments = {"high_value", "medium_value", "low_value"},
        .rfm_segments =
            {"champions", "loyal", "potential_loyalist", "new", "promising", "needs_attention", "about_to_sleep",
             "cant_lose", "at_risk", "hibernating", "lost"},
        .audiences = {},
        .currency = {},
    };
}

std::optional<Target> target_of(const std::optional<std::string>& target_segment, const Names& names) {
    if (!target_segment || *target_segment == "all") return Target{};
    const std::string& name = *target_segment;
    if (contains(names.value_segments, name)) return Target{Targeting::value_segment, {name}};
    if (name == "at_risk") return Target{Targeting::stage, {"churn"}};
    if (name == "new") return Target{Targeting::stage, {"acquisition", "onboarding"}};
    if (name.starts_with("rfm:")) {
        const std::string segment = name.substr(4);
        if (!contains(names.rfm_segments, segment)) return std::nullopt;
        return Target{Targeting::rfm_segment, {segment}};
    }
    if (contains(names.audiences, name)) return Target{Targeting::audience, {name}};
    return std::nullopt;
}

Status complete(Offer& offer, const Names& names) {
    Mistakes mistakes;
    if (offer.name.empty()) mistakes.add("name", "must not be empty");
    check_names(offer, names, mistakes);
    check_lists(offer, mistakes);
    check_caps(offer, mistakes);
    check_content(offer, mistakes);
    if (offer.exclusion_group && offer.exclusion_group->empty()) offer.exclusion_group.reset();
    if (offer.eligibility_rule && !offer.eligibility_rule->is_object() && !offer.eligibility_rule->is_bool()) {
        mistakes.add("eligibility_rule", "must be a JsonLogic rule, an object such as {\">\":[{\"var\":\"age\"},18]}");
    }
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

std::optional<OfferContent> content_for(const Offer& offer, std::string_view language, std::string_view channel) {
    auto found = offer.content.find(std::string(language));
    while (found == offer.content.end()) {
        const auto last = language.rfind('-');
        if (last == std::string_view::npos) return std::nullopt;
        language = language.substr(0, last);
        found = offer.content.find(std::string(language));
    }
    OfferContent content = found->second;
    if (const auto own = content.channels.find(std::string(channel)); own != content.channels.end()) {
        const ChannelContent words = own->second;
        overlay(content.title, words.title);
        overlay(content.text, words.text);
        overlay(content.call_to_action, words.call_to_action);
        overlay(content.image_url, words.image_url);
        overlay(content.link_url, words.link_url);
    }
    content.channels.clear();
    return content;
}

bool may_become(OfferStatus from, OfferStatus to) {
    if (from == to) return true;
    switch (from) {
        case OfferStatus::draft: return to == OfferStatus::live || to == OfferStatus::retired;
        case OfferStatus::live: return to == OfferStatus::paused || to == OfferStatus::retired;
        case OfferStatus::paused: return to == OfferStatus::live || to == OfferStatus::retired;
        case OfferStatus::retired: return false;
    }
    return false;
}

Result<std::vector<float>> offer_features(
    const Offer& offer, std::span<const std::string> names, const Currency& currency
) {
    constexpr std::string_view kAttribute = "offer.attr.";
    constexpr std::string_view kCategory = "offer.category=";
    constexpr std::string_view kId = "offer.id=";
    std::vector<float> row;
    row.reserve(names.size());
    for (const std::string& name : names) {
        const std::string_view view = name;
        if (view == "offer.value") {
            row.push_back(amount(offer.value, currency));
        } else if (view == "offer.redemption_cost") {
            row.push_back(amount(offer.redemption_cost, currency));
        } else if (view == "offer.contact_cost") {
            row.push_back(amount(offer.contact_cost, currency));
        } else if (view.starts_with(kAttribute)) {
            const auto found = offer.attributes.find(std::string(view.substr(kAttribute.size())));
            row.push_back(
                found == offer.attributes.end() ? std::numeric_limits<float>::quiet_NaN()
                                                : static_cast<float>(found->second)
            );
        } else if (view.starts_with(kCategory)) {
            row.push_back(view.substr(kCategory.size()) == offer.category ? 1.0F : 0.0F);
        } else if (view.starts_with(kId)) {
            row.push_back(view.substr(kId.size()) == std::to_string(offer.offer_id) ? 1.0F : 0.0F);
        } else {
            return fail(
                ErrorCode::invalid, fmt::format("`{}` is no feature of an offer", name),
                "offer features are offer.value, offer.redemption_cost, offer.contact_cost, offer.attr.NAME, "
                "offer.category=NAME and offer.id=N"
            );
        }
    }
    return row;
}

}  // namespace boon::catalog
