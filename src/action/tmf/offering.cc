#include "action/tmf/offering.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "action/tmf/resource.h"
#include "platform/base/id.h"

namespace boon::tmf {

namespace {

using catalog::Offer;
using catalog::OfferStatus;

constexpr std::size_t kLongestCategory = 50;
constexpr std::size_t kLongestChannel = 50;

std::string plain_word(std::string_view text) {
    std::string word;
    for (const char c : text) {
        if (c == ' ' || c == '_' || c == '-') continue;
        word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return word;
}

struct Word {
    std::string_view word;
    OfferStatus status;
};
constexpr std::array kWords = {
    Word{"active", OfferStatus::live},      Word{"launched", OfferStatus::live}, Word{"live", OfferStatus::live},
    Word{"suspended", OfferStatus::paused}, Word{"paused", OfferStatus::paused}, Word{"retired", OfferStatus::retired},
    Word{"obsolete", OfferStatus::retired},
};

const json::Object* part(const json::Object& object, std::string_view member) {
    const json::Value* value = object.if_contains(member);
    return value == nullptr ? nullptr : value->if_object();
}

const json::Array* list(const json::Object& object, std::string_view member) {
    const json::Value* value = object.if_contains(member);
    return value == nullptr ? nullptr : value->if_array();
}

std::string_view reference_name(const json::Value& reference) {
    const json::Object* object = reference.if_object();
    if (object == nullptr) return {};
    const std::string_view name = text_of(*object, "name");
    return name.empty() ? text_of(*object, "id") : name;
}

json::Value instant(const json::Object& offering, std::string_view member) {
    const json::Object* period = part(offering, "validFor");
    const auto at =
        period == nullptr ? Result<Timestamp>(fail(ErrorCode::invalid, "")) : parse_timestamp(text_of(*period, member));
    return at ? json::Value(to_string(*at)) : json::Value(nullptr);
}

std::string category_said(const json::Object& offering) {
    const json::Array* categories = list(offering, "category");
    if (categories == nullptr || categories->empty()) return {};
    const std::string_view name = reference_name(categories->front());
    return characters_in(name) <= kLongestCategory ? std::string(name) : std::string();
}

json::Array channels_said(const json::Object& offering) {
    json::Array names;
    const json::Array* channels = list(offering, "channel");
    if (channels == nullptr) return names;
    for (const json::Value& channel : *channels) {
        const std::string_view name = reference_name(channel);
        if (!name.empty() && characters_in(name) <= kLongestChannel) names.emplace_back(name);
    }
    return names;
}

json::Array references(const std::vector<std::string>& names, std::string_view type) {
    json::Array all;
    for (const std::string& name : names) {
        all.push_back(json::Object{{"id", name}, {"name", name}, {"@referredType", type}});
    }
    return all;
}

void set_instant(json::Object& offering, std::string_view member, const std::optional<Timestamp>& at) {
    json::Object period;
    if (const json::Object* there = part(offering, "validFor")) period = *there;
    if (at) {
        period[member] = to_string(*at);
    } else {
        period.erase(member);
    }
    if (period.empty()) {
        offering.erase("validFor");
    } else {
        offering["validFor"] = std::move(period);
    }
}

void set_list(json::Object& offering, std::string_view member, json::Array items) {
    if (items.empty()) {
        offering.erase(member);
    } else {
        offering[member] = std::move(items);
    }
}

void set_price(json::Object& offering, const Offer& offer, const json::Context& context) {
    json::Array prices;
    if (offer.price) {
        const json::Object amount{
            {"unit", context.currency.code()}, {"value", context.currency.to_double(*offer.price)}
        };
        prices.push_back(json::Object{
            {"name", "Price"}, {"priceType", "oneTime"}, {"price", json::Object{{"taxIncludedAmount", amount}}}
        });
    }
    set_list(offering, "productOfferingPrice", std::move(prices));
}

// One row per member that both know: how the offering is made to say what the offer has.
struct Mapped {
    std::string_view field;      // of the offer
    std::string_view attribute;  // of the offering, as a JSON Pointer
    void (*set)(json::Object& offering, const Offer& offer, const json::Context& context);
};
constexpr std::array kMapped = {
    Mapped{"name", "/name", [](json::Object& o, const Offer& offer, const json::Context&) { o["name"] = offer.name; }},
    Mapped{
        "description", "/description",
        [](json::Object& o, const Offer& offer, const json::Context&) {
            if (offer.description.empty()) {
                o.erase("description");
            } else {
                o["description"] = offer.description;
            }
        }
    },
    Mapped{
        "status", "/lifecycleStatus",
        [](json::Object& o, const Offer& offer, const json::Context&) {
            o["lifecycleStatus"] = lifecycle_of(offer.status);
        }
    },
    Mapped{
        "is_active", "/isSellable",
        [](json::Object& o, const Offer& offer, const json::Context&) { o["isSellable"] = offer.is_active; }
    },
    Mapped{
        "valid_from", "/validFor/startDateTime",
        [](json::Object& o, const Offer& offer, const json::Context&) {
            set_instant(o, "startDateTime", offer.valid_from);
        }
    },
    Mapped{
        "valid_until", "/validFor/endDateTime",
        [](json::Object& o, const Offer& offer, const json::Context&) {
            set_instant(o, "endDateTime", offer.valid_until);
        }
    },
    Mapped{
        "category", "/category/0/name",
        [](json::Object& o, const Offer& offer, const json::Context&) {
            const std::vector<std::string> names(offer.category.empty() ? 0 : 1, offer.category);
            set_list(o, "category", references(names, "Category"));
        }
    },
    Mapped{
        "channels", "/channel",
        [](json::Object& o, const Offer& offer, const json::Context&) {
            set_list(o, "channel", references(offer.channels, "Channel"));
        }
    },
    Mapped{"price", "/productOfferingPrice", set_price},
};

}  // namespace

OfferStatus status_of(std::string_view lifecycle_status) {
    const std::string word = plain_word(lifecycle_status);
    const auto found = std::ranges::find(kWords, std::string_view(word), &Word::word);
    return found == kWords.end() ? OfferStatus::draft : found->status;
}

std::string_view lifecycle_of(OfferStatus status) {
    switch (status) {
        case OfferStatus::draft: return kFirstState;
        case OfferStatus::live: return "Active";
        case OfferStatus::paused: return "Suspended";
        case OfferStatus::retired: return "Retired";
    }
    return kFirstState;
}

json::Object fields_said(const json::Object& offering, std::optional<double> price) {
    return {
        {"name", text_of(offering, "name")},
        {"description", text_of(offering, "description")},
        {"status", enum_name(status_of(text_of(offering, "lifecycleStatus")))},
        {"is_active", flag_of(offering, "isSellable", true)},
        {"valid_from", instant(offering, "startDateTime")},
        {"valid_until", instant(offering, "endDateTime")},
        {"category", category_said(offering)},
        {"channels", channels_said(offering)},
        {"price", price ? json::Value(*price) : json::Value(nullptr)}
    };
}

json::Object fields_of(const Offer& offer, const json::Context& context) {
    const auto instant_of = [](const std::optional<Timestamp>& at) {
        return at ? json::Value(to_string(*at)) : json::Value(nullptr);
    };
    json::Array channels;
    for (const std::string& channel : offer.channels) channels.emplace_back(channel);
    return {
        {"name", offer.name},
        {"description", offer.description},
        {"status", enum_name(offer.status)},
        {"is_active", offer.is_active},
        {"valid_from", instant_of(offer.valid_from)},
        {"valid_until", instant_of(offer.valid_until)},
        {"category", offer.category},
        {"channels", channels},
        {"price", offer.price ? json::Value(context.currency.to_double(*offer.price)) : json::Value(nullptr)}
    };
}

json::Object offering_of(const OfferingParts& parts) {
    json::Object offering{{"id", std::to_string(parts.offer.offer_id)}};
    for (const auto& member : parts.extra) offering[member.key()] = member.value();
    const json::Object said = fields_said(parts.extra, parts.extra_price);
    const json::Object is = fields_of(parts.offer, parts.context);
    for (const Mapped& mapped : kMapped) {
        if (said.at(mapped.field) != is.at(mapped.field)) mapped.set(offering, parts.offer, parts.context);
    }
    return offering;
}

Error in_offering(Error error) {
    for (FieldError& mistake : error.fields) {
        const auto mapped = std::ranges::find_if(kMapped, [&](const Mapped& row) {
            const std::string field = fmt::format("/{}", row.field);
            return mistake.pointer == field || mistake.pointer.starts_with(field + '/');
        });
        if (mapped != kMapped.end()) mistake.pointer = mapped->attribute;
    }
    return error;
}

}  // namespace boon::tmf
