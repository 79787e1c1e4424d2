#include "records/catalog/filter.h"

#include <memory>

#include <fmt/format.h>

#include "records/catalog/fold.h"

namespace boon::catalog {

namespace {

std::string marks(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ", ?";
    return out;
}

}  // namespace

void Where::add(std::string_view condition) {
    sql_ += fmt::format("{}{}", sql_.empty() ? " where " : " and ", condition);
}

void Where::push_text(std::string text) {
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    params.push_back(std::string_view(*texts_.back()));
}

void Where::any_of(std::string_view column, const std::vector<std::string>& values) {
    if (values.empty()) return;
    add(fmt::format("{} in ({})", column, marks(values.size())));
    for (const std::string& value : values) push_text(value);
}

// Lists of names are kept as JSON; a name in its quotes stands there only as itself.
void Where::names_one(std::string_view column, const std::vector<std::string>& values, bool empty_names_all) {
    if (values.empty()) return;
    std::string condition = empty_names_all ? fmt::format("{} = '[]'", column) : "";
    for (const std::string& value : values) {
        condition += fmt::format("{}{}({}, ?) > 0", condition.empty() ? "" : " or ", find_, column);
        push_text(json::to_text(json::Value(value)));
    }
    add("(" + condition + ")");
}

void Where::search(std::string_view words) {
    const std::string text = folded(words);
    constexpr std::string_view kSpace = " \t\r\n";
    for (auto at = text.find_first_not_of(kSpace); at != std::string::npos;) {
        const auto end = text.find_first_of(kSpace, at);
        // What another program wrote may lack the column until the next start.
        add(fmt::format("{}(coalesce(search_text, lower(name)), ?) > 0", find_));
        push_text(text.substr(at, end - at));
        at = end == std::string::npos ? end : text.find_first_not_of(kSpace, end);
    }
}

Where::Where(const Filter& filter, db::Engine engine) : find_(engine == db::Engine::postgres ? "strpos" : "instr") {
    if (!filter.ids.empty()) {
        add(fmt::format("offer_id in ({})", marks(filter.ids.size())));
        for (const OfferId id : filter.ids) params.push_back(id);
    }
    std::vector<std::string> status;
    for (const OfferStatus one : filter.status) status.emplace_back(enum_name(one));
    any_of("status", status);
    if (filter.is_active) {
        add("is_active = ?");
        params.push_back(*filter.is_active);
    }
    any_of("category", filter.category);
    any_of("lifecycle_stage", filter.lifecycle_stage);
    any_of("target_segment", filter.target_segment);
    any_of("external_system", filter.external_system);
    any_of("exclusion_group", filter.exclusion_group);
    names_one("tags", filter.tag, false);
    names_one("channels", filter.channel, true);
    names_one("placements", filter.placement, true);
    if (filter.valid_at) {
        add("(valid_from is null or valid_from <= ?) and (valid_until is null or valid_until > ?)");
        params.push_back(*filter.valid_at);
        params.push_back(*filter.valid_at);
    }
    search(filter.q);
}

}  // namespace boon::catalog
