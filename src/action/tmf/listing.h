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

// The longest page that can be asked for. A list that is not paged is whole.
inline constexpr std::size_t kLongestPage = 10'000;

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

// How many of the resources an answer holds, after those that it leaves out.
std::size_t room_of(const ListQuery& query);

// What a filter's value asks for: itself and, of an attribute whose values hold no commas (ids, lifecycleStatus,
// eventType), each of what commas separate.
std::vector<std::string_view> alternatives(std::string_view path, std::string_view wanted);

// Whether the attribute at `path` has the value, or one of its alternatives; in a list, whether any of its items has.
// An absent attribute has none.
bool matches(const json::Value& resource, std::string_view path, std::string_view wanted);

// Keeps `id`, `href`, `@type` and the fields.
json::Object pick(const json::Object& resource, const std::vector<std::string>& fields);

struct Listed {
    std::size_t items = 0;
    std::size_t total = 0;  // that match, in the answer or not
};
using OnItem = std::function<void(json::Object&& item)>;

// Picks from resources that come one by one, in their order, those that the query asks for, and hands them on.
class Lister {
public:
    Lister(const ListQuery& query, const OnItem& on_item) : query_(query), on_item_(on_item) {}

    void add(json::Object resource);

    [[nodiscard]] const Listed& listed() const { return listed_; }

private:
    const ListQuery& query_;
    const OnItem& on_item_;
    Listed listed_;
};

}  // namespace boon::tmf
