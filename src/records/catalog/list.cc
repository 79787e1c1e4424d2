#include <fmt/format.h>

#include "platform/db/record.h"
#include "records/catalog/catalogue.h"

namespace boon::catalog {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// Opaque to clients: the sort key and id of the page's last offer, as JSON, in hexadecimal.
std::string encode_cursor(const json::Array& place) {
    std::string cursor;
    for (const char c : json::to_text(place)) {
        cursor += kHexDigits[static_cast<unsigned char>(c) >> 4U];
        cursor += kHexDigits[static_cast<unsigned char>(c) & 15U];
    }
    return cursor;
}

Result<json::Array> decode_cursor(const std::string& cursor, SortBy sort) {
    std::string text;
    for (std::size_t i = 0; i + 1 < cursor.size(); i += 2) {
        const auto high = kHexDigits.find(cursor[i]);
        const auto low = kHexDigits.find(cursor[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) break;
        text += static_cast<char>(high * 16 + low);
    }
    const auto value = json::parse(text);
    const json::Array* place = value ? value->if_array() : nullptr;
    const bool is_text = sort == SortBy::name || sort == SortBy::category || sort == SortBy::status;
    const bool fits = place != nullptr && place->size() == 3 && (*place)[0].is_string() && (*place)[2].is_int64() &&
                      std::string_view((*place)[0].get_string()) == enum_name(sort) &&
                      (is_text ? (*place)[1].is_string() : (*place)[1].is_number());
    if (!fits) {
        return fail(
            ErrorCode::invalid, "the cursor is not one of this list",
            "use next_cursor of the page before, with the same sort"
        );
    }
    return *place;
}

json::Value sort_key(const Offer& offer, SortBy sort) {
    switch (sort) {
        case SortBy::offer_id: return json::Value(offer.offer_id);
        case SortBy::name: return json::Value(offer.name);
        case SortBy::category: return json::Value(offer.category);
        case SortBy::status: return json::Value(enum_name(offer.status));
        case SortBy::weight: return json::Value(offer.weight);
        case SortBy::created_at: return json::Value(offer.created_at.micros);
        case SortBy::updated_at: return json::Value(offer.updated_at.micros);
    }
    return {};
}

// The parameter of a sort key that came back in a cursor.
db::Param key_of(const json::Value& key) {
    if (const auto* number = key.if_int64()) return *number;
    if (const auto* text = key.if_string()) return std::string_view(*text);
    return key.to_number<double>();
}

struct Counting {
    std::string sql;
    db::Params params;
};

// How many offers there are. Not by the view current_offers, of which SQLite would make every row to count it.
Counting counting_of(const Where& where) {
    const std::string also =
        where.sql().empty() ? "" : " and " + where.sql().substr(std::string_view(" where ").size());
    Counting counting{
        .sql = fmt::format(
            "select (select count(*) from offers where not exists (select 1 from staged_offers s where s.batch = "
            "(select batch from live_batch) and s.offer_id = offers.offer_id){0}) + (select count(*) from "
            "staged_offers "
            "where batch = (select batch from live_batch){0})",
            also
        ),
        .params = where.params
    };
    for (const db::Param& param : where.params) counting.params.push_back(param);
    return counting;
}

}  // namespace

Result<Page> Catalogue::list(const ListQuery& query) {
    if (query.limit < 1 || query.limit > 500) {
        return fail(ErrorCode::invalid, fmt::format("the limit {} is not within 1 and 500", query.limit));
    }
    Where where(query.filter, database_.engine());
    const Counting counting = counting_of(where);

    const std::string column(enum_name(query.sort));
    const bool ascending = query.order == Order::ascending;
    json::Array place;
    if (!query.cursor.empty()) {
        BOON_TRY(place, decode_cursor(query.cursor, query.sort));
        where.add(fmt::format("({}, offer_id) {} (?, ?)", column, ascending ? ">" : "<"));
        where.params.push_back(key_of(place[1]));
        where.params.push_back(key_of(place[2]));
    }
    const std::string direction = ascending ? "asc" : "desc";
    const std::string sql = fmt::format(
        "select * from current_offers{} order by {} {}, offer_id {} limit ?", where.sql(), column, direction, direction
    );
    where.params.push_back(query.limit + 1);

    return database_.read([&](db::Connection& connection) -> Result<Page> {
        Page page;
        BOON_TRY(page.total, db::select_number(connection, counting.sql, counting.params));
        BOON_TRY(page.items, db::select<Offer>(connection, sql, where.params));
        if (page.items.size() > static_cast<std::size_t>(query.limit)) {
            page.items.pop_back();
            const Offer& last = page.items.back();
            page.next_cursor = encode_cursor({json::Value(column), sort_key(last, query.sort), last.offer_id});
        }
        return page;
    });
}

Result<std::vector<Offer>> Catalogue::select(const Filter& filter) {
    const Where where(filter, database_.engine());
    return database_.read([&](db::Connection& connection) {
        return db::select<Offer>(
            connection, "select * from current_offers" + where.sql() + " order by offer_id", where.params
        );
    });
}

}  // namespace boon::catalog
