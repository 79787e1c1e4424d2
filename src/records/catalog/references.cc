#include <algorithm>

#include "platform/db/record.h"
#include "platform/rules/rule.h"
#include "records/catalog/catalogue.h"

namespace boon::catalog {

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// Whether the text stands anywhere in the rule as a value of its own.
bool has_text(const json::Value& rule, std::string_view text) {
    if (const auto* own = rule.if_string()) return *own == text;
    if (const auto* array = rule.if_array()) {
        return std::ranges::any_of(*array, [&](const json::Value& item) { return has_text(item, text); });
    }
    if (const auto* object = rule.if_object()) {
        return std::ranges::any_of(*object, [&](const auto& member) { return has_text(member.value(), text); });
    }
    return false;
}

// What the kind's names are compared with in rules; empty: nothing.
std::string_view variable_of(NameKind kind) {
    switch (kind) {
        case NameKind::stage: return "stage";
        case NameKind::value_segment: return "value_segment";
        case NameKind::rfm_segment: return "rfm_segment";
        case NameKind::channel: return "channel";
        case NameKind::placement: return "placement";
        case NameKind::audience:
        case NameKind::variable:
        case NameKind::exclusion_group:
        case NameKind::tag: return "";
    }
    return "";
}

Targeting targeting_of(NameKind kind) {
    switch (kind) {
        case NameKind::stage: return Targeting::stage;
        case NameKind::value_segment: return Targeting::value_segment;
        case NameKind::rfm_segment: return Targeting::rfm_segment;
        case NameKind::audience: return Targeting::audience;
        case NameKind::variable:
        case NameKind::exclusion_group:
        case NameKind::channel:
        case NameKind::placement:
        case NameKind::tag: return Targeting::any;
    }
    return Targeting::any;
}

// The members of one offer that speak of one name.
class Finder {
public:
    Finder(NameKind kind, std::string_view name, const Names& names) : kind_(kind), name_(name), names_(names) {}

    std::vector<Reference> find(const Offer& offer) const {
        std::vector<std::string> pointers;
        if (kind_ == NameKind::stage && offer.lifecycle_stage == name_) pointers.emplace_back("/lifecycle_stage");
        if (kind_ == NameKind::exclusion_group && offer.exclusion_group == name_) {
            pointers.emplace_back("/exclusion_group");
        }
        if (targets(offer)) pointers.emplace_back("/target_segment");
        if (kind_ == NameKind::channel) add_channel(offer, pointers);
        if (kind_ == NameKind::placement && contains(offer.placements, name_)) pointers.emplace_back("/placements");
        if (kind_ == NameKind::tag && contains(offer.tags, name_)) pointers.emplace_back("/tags");
        if (rules_on(offer)) pointers.emplace_back("/eligibility_rule");
        std::vector<Reference> references;
        for (std::string& pointer : pointers) references.push_back({offer.offer_id, offer.name, std::move(pointer)});
        return references;
    }

private:
    [[nodiscard]] bool targets(const Offer& offer) const {
        if (kind_ == NameKind::audience) return offer.target_segment == name_;
        const auto target = target_of(offer.target_segment, names_);
        return target && target->by != Targeting::any && target->by == targeting_of(kind_) &&
               contains(target->names, name_);
    }

    void add_channel(const Offer& offer, std::vector<std::string>& pointers) const {
        if (contains(offer.channels, name_)) pointers.emplace_back("/channels");
        for (const auto& [language, content] : offer.content) {
            if (!content.channels.contains(std::string(name_))) continue;
            pointers.push_back(json::pointer_to(json::pointer_to("/content", language) + "/channels", name_));
        }
    }

    [[nodiscard]] bool rules_on(const Offer& offer) const {
        if (!offer.eligibility_rule) return false;
        const auto variables = rules::variables_of(*offer.eligibility_rule);
        if (kind_ == NameKind::variable) return contains(variables, name_);
        const std::string_view compared = variable_of(kind_);
        return !compared.empty() && contains(variables, compared) && has_text(*offer.eligibility_rule, name_);
    }

    NameKind kind_;
    std::string_view name_;
    const Names& names_;
};

}  // namespace

Result<std::vector<Reference>> Catalogue::references(NameKind kind, std::string_view name) {
    return database_.read([&](db::Connection& connection) { return references(connection, kind, name); });
}

Result<std::vector<Reference>> Catalogue::references(db::Connection& connection, NameKind kind, std::string_view name)
    const {
    const auto known = names();
    const Finder finder(kind, name, *known);
    std::vector<Reference> references;
    BOON_CHECK(db::for_each<Offer>(
        connection, "select * from current_offers where status <> 'retired' order by offer_id", {},
        [&](Offer&& offer) -> Status {
            for (Reference& reference : finder.find(offer)) references.push_back(std::move(reference));
            return {};
        }
    ));
    return references;
}

}  // namespace boon::catalog
