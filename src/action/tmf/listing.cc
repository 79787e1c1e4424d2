#include "action/tmf/listing.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>

#include <fmt/format.h>

namespace boon::tmf {

namespace {

Result<std::size_t> read_count(std::string_view name, std::string_view text) {
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc() && end == text.data() + text.size()) return number;
    Error error{ErrorCode::invalid, "a query parameter is wrong"};
    error.fields.push_back({fmt::format("?{}", name), "must be a whole number from 0"});
    return std::unexpected(std::move(error));
}

template <class Text>
void split_into(std::vector<Text>& parts, std::string_view text) {
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        if (comma > 0) parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
}

// Whether values of the attribute are words, which hold no commas.
bool is_of_words(std::string_view path) {
    const std::string_view name = path.substr(path.rfind('.') + 1);
    return name == "id" || name == "lifecycleStatus" || name == "eventType";
}

bool has_one_of(const json::Value& resource, std::string_view path, std::span<const std::string_view> wanted) {
    if (const json::Array* items = resource.if_array()) {
        return std::ranges::any_of(*items, [&](const json::Value& item) { return has_one_of(item, path, wanted); });
    }
    if (path.empty()) return std::ranges::find(wanted, filter_text(resource)) != wanted.end();
    const json::Object* object = resource.if_object();
    if (object == nullptr) return false;
    // A name may hold dots itself: the longest that is there goes first.
    if (const json::Value* whole = object->if_contains(path)) return has_one_of(*whole, "", wanted);
    const auto dot = path.find('.');
    if (dot == std::string_view::npos) return false;
    const json::Value* part = object->if_contains(path.substr(0, dot));
    return part != nullptr && has_one_of(*part, path.substr(dot + 1), wanted);
}

}  // namespace

Result<ListQuery> list_query(const http::Query& query) {
    ListQuery wanted;
    for (const auto& [name, value] : query.items()) {
        if (name == "offset") {
            BOON_TRY(wanted.offset, read_count(name, value));
        } else if (name == "limit") {
            BOON_TRY(wanted.limit, read_count(name, value));
        } else if (name == "fields") {
            split_into(wanted.fields, value);
            if (wanted.fields.empty()) wanted.fields.emplace_back("none");
        } else if (name == "sort") {
            return fail(
                ErrorCode::invalid, "sorting is not offered", "leave sort out: lists come in order of creation"
            );
        } else {
            wanted.filters.emplace_back(name, value);
        }
    }
    return wanted;
}

std::size_t room_of(const ListQuery& query) {
    return query.limit ? std::min(*query.limit, kLongestPage) : std::numeric_limits<std::size_t>::max();
}

std::vector<std::string_view> alternatives(std::string_view path, std::string_view wanted) {
    std::vector<std::string_view> all{wanted};
    if (is_of_words(path) && wanted.find(',') != std::string_view::npos) split_into(all, wanted);
    return all;
}

std::string filter_text(const json::Value& value) {
    return value.is_string() ? std::string(std::string_view(value.get_string())) : json::to_text(value);
}

bool matches(const json::Value& resource, std::string_view path, std::string_view wanted) {
    return has_one_of(resource, path, alternatives(path, wanted));
}

json::Object pick(const json::Object& resource, const std::vector<std::string>& fields) {
    if (fields.empty()) return resource;
    json::Object picked;
    for (const auto& member : resource) {
        const std::string_view name = member.key();
        const bool always = name == "id" || name == "href" || name == "@type";
        if (always || std::ranges::find(fields, name) != fields.end()) picked[name] = member.value();
    }
    return picked;
}

void Lister::add(json::Object resource) {
    const json::Value value(std::move(resource));
    const bool wanted = std::ranges::all_of(query_.filters, [&](const auto& filter) {
        return matches(value, filter.first, filter.second);
    });
    if (!wanted) return;
    if (listed_.total >= query_.offset && listed_.items < room_of(query_)) {
        on_item_(pick(value.get_object(), query_.fields));
        ++listed_.items;
    }
    ++listed_.total;
}

}  // namespace boon::tmf
