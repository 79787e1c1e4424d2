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
    void add(std::string_view field, std::string detail) {
        fields_.push_back({json::pointer_to("", field), std::move(detail)});
    }
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
