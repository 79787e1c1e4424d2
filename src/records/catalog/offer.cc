#include "records/catalog/offer.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace boon::catalog {

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

template <class T>
void overlay(T& target, const std::optional<T>& words) {
    if (words) target = *words;
}

float amount(std::optional<Money> money, const Currency& currency) {
    return money ? static_cast<float>(currency.to_double(*money)) : std::numeric_limits<float>::quiet_NaN();
}

// Nothing when the name is none of an offer's features.
std::optional<float> offer_feature(const Offer& offer, std::string_view name, const Currency& currency) {
    constexpr std::string_view kAttribute = "offer.attr.";
    constexpr std::string_view kCategory = "offer.category=";
    constexpr std::string_view kId = "offer.id=";
    if (name == "offer.value") return amount(offer.value, currency);
    if (name == "offer.redemption_cost") return amount(offer.redemption_cost, currency);
    if (name == "offer.contact_cost") return amount(offer.contact_cost, currency);
    if (name.starts_with(kAttribute)) {
        const auto found = offer.attributes.find(std::string(name.substr(kAttribute.size())));
        if (found == offer.attributes.end()) return std::numeric_limits<float>::quiet_NaN();
        return static_cast<float>(found->second);
    }
    if (name.starts_with(kCategory)) return name.substr(kCategory.size()) == offer.category ? 1.0F : 0.0F;
    if (name.starts_with(kId)) return name.substr(kId.size()) == std::to_string(offer.offer_id) ? 1.0F : 0.0F;
    return std::nullopt;
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
        .channels = {},
        .placements = {},
        .rule_variables = {},
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
    std::vector<float> row;
    row.reserve(names.size());
    for (const std::string& name : names) {
        const auto number = offer_feature(offer, name, currency);
        if (!number) {
            return fail(
                ErrorCode::invalid, fmt::format("`{}` is no feature of an offer", name),
                "offer features are offer.value, offer.redemption_cost, offer.contact_cost, offer.attr.NAME, "
                "offer.category=NAME and offer.id=N"
            );
        }
        row.push_back(*number);
    }
    return row;
}

}  // namespace boon::catalog
