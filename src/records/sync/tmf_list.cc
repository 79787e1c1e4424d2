#include "records/sync/tmf_list.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "records/sync/url.h"

namespace boon::sync {

namespace {

constexpr std::int64_t kMostRows = 1'000'000;

std::string key_of(const json::Value& row) {
    std::string id = text_at(row, "/id");
    return id.empty() ? json::to_text(row) : id;
}

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc() || rest != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

std::optional<std::int64_t> total_beside(const json::Value& body) {
    for (const std::string_view name : {"/count", "/total", "/total_count", "/totalCount"}) {
        const json::Value* found = find(body, name);
        if (found != nullptr && found->is_int64() && found->get_int64() >= 0) return found->get_int64();
    }
    return std::nullopt;
}

}  // namespace

std::string TmfList::url_at(std::int64_t offset) const {
    return fmt::format("{}?offset={}&limit={}", join_url(request_.base_url, request_.path), offset, request_.page_size);
}

std::unexpected<Error> TmfList::moved(const std::string& shown, const std::string& how) const {
    return fail(
        ErrorCode::unavailable, fmt::format("could not read {}: {}", shown, how),
        fmt::format("the list of {} was changed while it was read, or it has no stable order; run again", request_.what)
    );
}

// The list within `{results, …}` or `{data, …}`, and what stands beside it.
Result<json::Value> TmfList::open_envelope(json::Value body, Page& page) {
    json::Object& object = body.get_object();
    json::Value* rows = object.if_contains("results");
    if (rows == nullptr) rows = object.if_contains("data");
    if (rows == nullptr) {
        return Fetch::lied(page.shown, "its answer has neither `results` nor `data`, and is no list");
    }
    if (const auto beside = total_beside(body)) page.total = beside;
    if (const json::Value* next = find(body, "/next")) {
        page.has_next_member = true;
        page.next = text_at(body, "/next");
        if (!next->is_null() && page.next.empty()) return Fetch::lied(page.shown, "its `next` is not a link");
    }
    return std::move(*rows);
}

Status TmfList::read_rows(json::Value body, Page& page) {
    if (body.is_object()) {
        BOON_TRY(json::Value rows, open_envelope(std::move(body), page));
        body = std::move(rows);
    }
    if (!body.is_array()) return Fetch::lied(page.shown, "its answer is not a list");
    page.rows = std::move(body.get_array());
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        if (!page.rows[i].is_object()) {
            return Fetch::lied(page.shown, fmt::format("entry {} of its list is not an object", i + 1));
        }
        page.keys.push_back(key_of(page.rows[i]));
    }
    return {};
}

Result<TmfList::Page> TmfList::fetch(const std::string& url) {
    FetchRequest request{.url = url, .headers = {{"Accept", "application/json"}}};
    if (!request_.etag.empty()) request.headers.push_back({"If-None-Match", request_.etag});
    BOON_TRY(Reply reply, session_.send_ok(request));
    Page page{.shown = reply.shown, .etag = std::string(reply.header("ETag").value_or(""))};
    page.unchanged = reply.status == 304;
    if (page.unchanged) return page;
    if (const auto total = reply.header("X-Total-Count")) {
        page.total = number_in(*total);
        if (!page.total) return Fetch::lied(page.shown, fmt::format("its X-Total-Count is `{}`", *total));
    }
    BOON_CHECK(read_rows(std::move(reply.body), page));
    return page;
}

Status TmfList::check_total(const Page& page) {
    if (first_) total_ = page.total;
    if (page.total == total_) return {};
    if (!page.total || !total_) return moved(page.shown, "only some of its pages say how many there are");
    return moved(
        page.shown, fmt::format("it had {} {} and has {} now, while we read them", *total_, request_.what, *page.total)
    );
}

// The first row must be the last of the page before; it is taken off.
Status TmfList::check_overlap(Page& page) {
    const std::vector<std::string> before = std::exchange(last_keys_, page.keys);
    if (first_ || follows_next_) return {};
    if (!page.keys.empty() && page.keys == before && before.size() > 1) {
        return fail(
            ErrorCode::unavailable,
            fmt::format("could not read {}: it gives the same page whatever the offset", page.shown),
            fmt::format(
                "this deployment ignores paging; if one page holds all its {}, set the source's option paging to "
                "single",
                request_.what
            )
        );
    }
    if (page.keys.empty() || page.keys.front() != before.back()) {
        return moved(
            page.shown, fmt::format(
                            "its pages do not fit together: after {} rows, {} does not stand where it stood", end_.rows,
                            first_characters(before.back(), 80)
                        )
        );
    }
    page.keys.erase(page.keys.begin());
    page.rows.erase(page.rows.begin());
    return {};
}

Status TmfList::take(Page&& page, const OnRows& on_rows) {
    std::unordered_set<std::string> here;
    for (const std::string& key : page.keys) {
        here.insert(key);
        if (seen_.contains(key)) {
            return moved(page.shown, fmt::format("{} came on two pages", first_characters(key, 80)));
        }
    }
    seen_.merge(here);
    end_.rows += static_cast<std::int64_t>(page.rows.size());
    ++end_.pages;
    if (end_.rows > kMostRows) {
        return Fetch::lied(page.shown, fmt::format("it has more than {} {}", kMostRows, request_.what));
    }
    if (page.rows.empty()) return {};
    return on_rows(std::move(page.rows), total_.value_or(0));
}

Result<bool> TmfList::is_end(const Page& page, std::int64_t before) {
    if (total_ && end_.rows > *total_) {
        return moved(
            page.shown, fmt::format("it says that it has {} {}, and gave {}", *total_, request_.what, end_.rows)
        );
    }
    const bool whole = total_ && end_.rows == *total_;
    const bool goes_by_next = page.has_next_member || follows_next_;
    const bool says_end = request_.paging == Paging::single || (goes_by_next && page.next.empty());
    if (total_ && !whole && (says_end || end_.rows == before)) {
        return moved(
            page.shown, fmt::format("it says that it has {} {}, and gave only {}", *total_, request_.what, end_.rows)
        );
    }
    if (whole || says_end) return true;
    if (goes_by_next) {
        if (end_.rows == before) return moved(page.shown, "it says that more follows, and gave an empty page");
        BOON_TRY(next_url_, follow_link(request_.base_url, page.next));
        follows_next_ = true;
        return false;
    }
    return end_.rows == before;
}

Result<ListEnd> TmfList::read(const OnRows& on_rows) {
    for (std::int64_t offset = 0;;) {
        BOON_TRY(Page page, fetch(follows_next_ ? next_url_ : url_at(offset)));
        if (page.unchanged) {
            end_.unchanged = true;
            end_.etag = request_.etag;
            return end_;
        }
        const std::int64_t before = end_.rows;
        const Page head{
            .total = page.total, .has_next_member = page.has_next_member, .next = page.next, .shown = page.shown
        };
        end_.etag = page.etag;
        BOON_CHECK(check_total(page));
        BOON_CHECK(check_overlap(page));
        BOON_CHECK(take(std::move(page), on_rows));
        first_ = false;
        BOON_TRY(const bool end, is_end(head, before));
        if (end) break;
        offset = end_.rows - 1;
    }
    if (!total_ && !follows_next_ && request_.paging == Paging::offset && end_.rows > 0) {
        // Nothing new came where one row was asked for again: unless the server gives one row a page, that is the end.
        BOON_TRY(const Page beyond, fetch(url_at(end_.rows)));
        if (!beyond.rows.empty()) return moved(beyond.shown, "it gives one row a page, or more came while we read");
    }
    if (request_.paging != Paging::single) end_.etag.clear();
    return end_;
}

}  // namespace boon::sync
