// Lists as TMF630 (REST design guidelines, part 1) describes them: equality filters on attributes, fields, a page.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/http/uri.h"

namespace boon::tmf {

// No answer holds more resources, whatever was asked for.
inline constexpr std::size_t kMostListed = 10'000;

struct ListQuery {
    std::size_t offset = 0;
    std::optional<std::size_t> limit = {};
    std::vector<std::string> fields = {};  // empty: all
    // Attribute (`name`, or `category.id` for a part) and the value it must have, as text; all of them must hold.
    std::vector<std::pair<std::string, std::string>> filters = {};
};
// From a request's query string: `offset`, `limit`, `fields`, and any other name as a filter. `invalid` for an offset
// or limit that is no number, and for `sort`, which is not offered.
Result<ListQuery> list_query(const http::Query& query);

// The value as a filter's text: text without its quotes, everything else as JSON writes it.
std::string filter_text(const json::Value& value);

// What a filter's value asks for: itself, since a value may hold commas, and what its commas separate.
std::vector<std::string_view> alternatives(std::string_view wanted);

// Whether the attribute at `path` has the value, or one of the values that commas separate; in a list, whether any of
// its items has. An absent attribute has none.
bool matches(const json::Value& resource, std::string_view path, std::string_view wanted);

// Keeps `id`, `href`, `@type` and the fields.
json::Object pick(const json::Object& resource, const std::vector<std::string>& fields);

struct Page {
    std::vector<json::Object> items;
    std::size_t total = 0;  // that match, on this page or not
};

// Collects a page from resources that come one by one, in their order.
class Lister {
public:
    explicit Lister(const ListQuery& query) : query_(query) {}

    void add(json::Object resource);

    Page take() { return std::move(page_); }

private:
    const ListQuery& query_;
    Page page_;
};

}  // namespace boon::tmf
