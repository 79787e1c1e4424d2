// A whole list of a TM Forum API (TMF630: offset and limit), page after page, proven whole.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/record.h"
#include "records/sync/session.h"

namespace boon::sync {

// offset: page after page. single: the upstream gives all in one page, whatever the offset.
enum class Paging { offset, single };
BOOST_DESCRIBE_ENUM(Paging, offset, single)

struct ListRequest {
    std::string base_url;
    std::string path;  // with its slash at the end
    std::string what;  // `offers`, for messages
    int page_size = 50;
    Paging paging = Paging::offset;
    std::string etag = {};  // of the last time; only for a single page
};

struct ListEnd {
    std::int64_t pages = 0;
    std::int64_t rows = 0;
    bool unchanged = false;  // 304
    std::string etag = {};   // of a single page
};

// Objects, and how many the upstream says there are in all (0: it does not say).
using OnRows = std::function<Status(json::Array&& rows, std::int64_t total)>;

// Reads the list to its end; an error unless it was whole and held still. What is proven, and how:
//
// - The list may be a bare array, or an object with it under `results` or `data`; the total is in X-Total-Count, or
//   `count`, `total`, `total_count` or `totalCount` beside it; it must stay the same on all pages.
// - A short page is not the end: servers cap pages as they like. The end is where as many rows came as the total says;
//   where `next` is null; or, without total and `next`, where a page asked for beyond the last row has none.
// - Without `next`, each page is asked for one row earlier than it need be, so that its first row must be the last one
//   of the page before. A row that came or went further up, another order, or a server that ignores the offset shows
//   itself there: the run fails rather than miss an offer and withdraw it. (A total alone would not do: one row that
//   goes and one that comes leave it the same.)
// - With `next` the server says where to go on; only its host is checked, and that no row comes twice.
// - A row that comes again on another page fails the run: the list moved. Twice on the same page is the engine's to
//   reject.
class TmfList {
public:
    TmfList(Session& session, ListRequest request) : session_(session), request_(std::move(request)) {}
    Result<ListEnd> read(const OnRows& on_rows);

private:
    struct Page {
        json::Array rows = {};
        std::vector<std::string> keys = {};  // one per row: its id, else its text
        std::optional<std::int64_t> total = {};
        bool has_next_member = false;
        std::string next = {};
        std::string shown = {};
        std::string etag = {};
        bool unchanged = false;
    };
    Result<Page> fetch(const std::string& url);
    static Result<json::Value> open_envelope(json::Value body, Page& page);
    static Status read_rows(json::Value body, Page& page);
    Status check_total(const Page& page);
    Status check_overlap(Page& page);
    Status take(Page&& page, const OnRows& on_rows);
    Result<bool> is_end(const Page& page, std::int64_t before);
    [[nodiscard]] std::string url_at(std::int64_t offset) const;
    [[nodiscard]] std::unexpected<Error> moved(const std::string& shown, const std::string& how) const;

    Session& session_;
    const ListRequest request_;
    std::optional<std::int64_t> total_;
    bool first_ = true;
    bool follows_next_ = false;
    std::string next_url_;
    std::vector<std::string> last_keys_;  // of the page before, as it came
    std::unordered_set<std::string> seen_;
    ListEnd end_;
};

}  // namespace boon::sync
