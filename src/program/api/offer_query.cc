#include "program/api/offer_query.h"

#include <array>
#include <charconv>

#include "platform/base/id.h"

namespace boon::api {

namespace {

constexpr std::array kFilters = {
    Parameter{"q", "words that all stand in name, description, category, tags or external id; case and accents aside"},
    Parameter{"ids", "offer ids"},
    Parameter{"status", "draft, live, paused, retired"},
    Parameter{"is_active", "true or false"},
    Parameter{"category", ""},
    Parameter{"lifecycle_stage", ""},
    Parameter{"target_segment", ""},
    Parameter{"external_system", ""},
    Parameter{"exclusion_group", ""},
    Parameter{"tag", ""},
    Parameter{"channel", "offers that it may show, those for all channels included"},
    Parameter{"placement", "offers that it may show, those for all placements included"},
    Parameter{"valid_at", "an instant within the offers' validity"},
};

std::unexpected<Error> wrong(std::string_view name, std::string detail) {
    Error error{ErrorCode::invalid, "a query parameter is wrong"};
    error.fields.push_back({"?" + std::string(name), std::move(detail)});
    return std::unexpected(std::move(error));
}

// `a,b` and repeated parameters alike; empty parts are skipped.
std::vector<std::string> values_of(const http::Query& query, std::string_view name) {
    std::vector<std::string> values;
    for (std::string_view text : query.all(name)) {
        while (!text.empty()) {
            const auto comma = text.find(',');
            if (comma != 0) values.emplace_back(text.substr(0, comma));
            text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        }
    }
    return values;
}

Result<std::vector<OfferId>> ids_of(const http::Query& query) {
    std::vector<OfferId> ids;
    for (const std::string& text : values_of(query, "ids")) {
        OfferId id = -1;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (problem != std::errc() || end != text.data() + text.size() || id < 0) {
            return wrong("ids", "must be whole numbers from 0, separated by commas");
        }
        ids.push_back(id);
    }
    if (ids.size() > 500) return wrong("ids", "has more than 500 values");
    return ids;
}

Result<std::vector<catalog::OfferStatus>> status_of(const http::Query& query) {
    std::vector<catalog::OfferStatus> status;
    for (const std::string& text : values_of(query, "status")) {
        const auto one = enum_from<catalog::OfferStatus>(text);
        if (!one) return wrong("status", "must be one or more of " + enum_choices<catalog::OfferStatus>());
        status.push_back(*one);
    }
    return status;
}

}  // namespace

std::vector<Parameter> offer_filter_parameters() { return {kFilters.begin(), kFilters.end()}; }

std::vector<std::string_view> with_offer_filters(std::span<const std::string_view> further) {
    std::vector<std::string_view> names(further.begin(), further.end());
    for (const Parameter& filter : kFilters) names.push_back(filter.name);
    return names;
}

Result<std::optional<bool>> flag_parameter(const http::Query& query, std::string_view name) {
    const auto text = query.find(name);
    if (!text) return std::optional<bool>();
    if (*text == "true") return true;
    if (*text == "false") return false;
    return wrong(name, "must be true or false");
}

Result<catalog::Filter> offer_filter(const http::Query& query) {
    catalog::Filter filter;
    filter.q = query.find("q").value_or("");
    if (characters_in(filter.q) > 200) return wrong("q", "is longer than 200 characters");
    BOON_TRY(filter.ids, ids_of(query));
    BOON_TRY(filter.status, status_of(query));
    BOON_TRY(filter.is_active, flag_parameter(query, "is_active"));
    filter.category = values_of(query, "category");
    filter.lifecycle_stage = values_of(query, "lifecycle_stage");
    filter.target_segment = values_of(query, "target_segment");
    filter.external_system = values_of(query, "external_system");
    filter.exclusion_group = values_of(query, "exclusion_group");
    filter.tag = values_of(query, "tag");
    filter.channel = values_of(query, "channel");
    filter.placement = values_of(query, "placement");
    if (const auto text = query.find("valid_at")) {
        const auto at = parse_timestamp(*text);
        if (!at) return wrong("valid_at", at.error().message + "; " + at.error().hint);
        filter.valid_at = *at;
    }
    return filter;
}

catalog::Author author_of(const Call& call) { return {.name = call.principal.name, .at = call.now}; }

}  // namespace boon::api
