#include "records/sync/hubspot.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/id.h"
#include "platform/http/uri.h"
#include "records/sync/crawling_source.h"
#include "records/sync/session.h"
#include "records/sync/url.h"

namespace boon::sync {

namespace {

constexpr std::int32_t kListPage = 100;
constexpr std::int32_t kSearchPage = 200;

Result<Timestamp> modified_at(const json::Value& record, const std::string& shown) {
    const std::string text = text_at(record, "/updatedAt");
    auto at = parse_timestamp(text);
    if (!at) return Fetch::lied(shown, fmt::format("a record has the updatedAt `{}`", first_characters(text, 40)));
    return at;
}

// One crawl.
class Crawl {
public:
    Crawl(const SourceConfig& config, const HubspotOptions& options, const World& world)
        : options_(options),
          objects_(join_url(config.base_url, fmt::format("{}/{}", options.path, options.object))),
          fetch_(
              config,
              {.timeout = std::chrono::seconds(options.timeout_s), .deadline = std::chrono::seconds(options.deadline_s)
              },
              world
          ),
          session_(fetch_, "Bearer", [token = config.secrets.at("token")] { return token; }) {}

    Result<CrawlEnd> run(const CrawlStart& start, const OnPage& on_page) {
        if (start.token.empty()) {
            BOON_CHECK(list("false", on_page));
        } else {
            BOON_TRY(const Timestamp last, parse_timestamp(start.token));
            newest_ = last;
            BOON_CHECK(search(plus_micros(last, -options_.overlap_s * kMicrosPerSecond), on_page));
            // Archived objects are in no search. The list of all of them is given each time: a deletion that is known
            // already changes nothing.
            BOON_CHECK(list("true", on_page));
        }
        return CrawlEnd{
            .kind = start.token.empty() ? CrawlKind::full : CrawlKind::incremental,
            .token = newest_ ? to_string(*newest_) : start.token,
            .pages = pages_,
            .records = static_cast<std::int64_t>(seen_.size()),
        };
    }

private:
    // The list goes on where `after` says, until there is none. The link beside it is never followed. An object that
    // is created meanwhile may or may not come: the next crawl has it.
    Status list(std::string_view archived, const OnPage& on_page) {
        std::string after;
        std::unordered_set<std::string> cursors;
        for (;;) {
            const std::string url = fmt::format(
                "{}?limit={}&archived={}&properties={}{}", objects_, kListPage, archived,
                http::percent_encode(fmt::format("{}", fmt::join(options_.properties, ","))),
                after.empty() ? "" : "&after=" + http::percent_encode(after)
            );
            BOON_TRY(
                Reply reply, session_.send_ok(FetchRequest{.url = url, .headers = {{"Accept", "application/json"}}})
            );
            BOON_TRY(json::Array rows, results_of(reply));
            BOON_TRY(const bool anything_new, hand_out(std::move(rows), reply.shown, 0, on_page));
            after = text_at(reply.body, "/paging/next/after");
            if (after.empty()) return {};
            if (!cursors.insert(after).second || !anything_new) {
                return Fetch::lied(reply.shown, "its cursor does not move on: it gives what it gave before");
            }
        }
    }

    // A search gives at most search_window results, so it is asked in windows: sorted by id, each beginning after the
    // last id of the one before. Ids never change, so that no two windows can miss or share a record, however many
    // were modified at one instant, and one that is modified meanwhile stays within what is asked for.
    Status search(Timestamp since, const OnPage& on_page) {
        std::optional<std::int64_t> after_id = 0;
        while (after_id) {
            BOON_TRY(after_id, search_window(since, *after_id, on_page));
        }
        return {};
    }

    // The last id of a window after which more follows.
    Result<std::optional<std::int64_t>> search_window(Timestamp since, std::int64_t after_id, const OnPage& on_page) {
        const std::int64_t limit = std::min(kSearchPage, options_.search_window);
        std::int64_t last_id = after_id;
        for (std::int64_t given = 0; given + limit <= options_.search_window;) {
            BOON_TRY(Reply reply, session_.send_ok(search_request(since, after_id, given)));
            BOON_TRY(json::Array rows, results_of(reply));
            BOON_TRY(last_id, last_id_of(rows, last_id, reply.shown));
            const json::Value* says = find(reply.body, "/total");
            const std::int64_t total = says != nullptr && says->is_int64() ? says->get_int64() : 0;
            const bool empty = rows.empty();
            given += static_cast<std::int64_t>(rows.size());
            BOON_CHECK(hand_out(std::move(rows), reply.shown, total, on_page));
            if (find(reply.body, "/paging/next/after") == nullptr && given < total) {
                return Fetch::lied(reply.shown, fmt::format("it said {} results and gave {}", total, given));
            }
            if (find(reply.body, "/paging/next/after") == nullptr) return std::nullopt;
            if (empty) return Fetch::lied(reply.shown, "it says that more follows, and gave nothing");
        }
        return last_id;
    }

    [[nodiscard]] FetchRequest search_request(Timestamp since, std::int64_t after_id, std::int64_t after) const {
        json::Object body;
        const auto filter = [](std::string_view name, std::string_view how, std::int64_t value) {
            return json::Object{{"propertyName", name}, {"operator", how}, {"value", std::to_string(value)}};
        };
        json::Array filters = {filter("hs_lastmodifieddate", "GTE", since.micros / 1000)};
        if (after_id > 0) filters.push_back(filter("hs_object_id", "GT", after_id));
        body["filterGroups"] = json::Array{json::Object{{"filters", std::move(filters)}}};
        body["sorts"] = json::Array{json::Object{{"propertyName", "hs_object_id"}, {"direction", "ASCENDING"}}};
        json::Array properties;
        for (const std::string& property : options_.properties) properties.emplace_back(property);
        body["properties"] = std::move(properties);
        body["limit"] = std::min(kSearchPage, options_.search_window);
        if (after > 0) body["after"] = std::to_string(after);
        return {
            .method = "POST",
            .url = objects_ + "/search",
            .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
            .body = json::to_text(body),
            .repeat = Repeat::harmless,
        };
    }

    // The greatest id of a page, which must be sorted by it and begin after `last`.
    static Result<std::int64_t> last_id_of(const json::Array& rows, std::int64_t last, const std::string& shown) {
        for (const json::Value& row : rows) {
            const std::string text = text_at(row, "/id");
            std::int64_t id = 0;
            const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
            if (ec != std::errc() || rest != text.data() + text.size() || id <= last) {
                return Fetch::lied(
                    shown, fmt::format("its results are not sorted by id at `{}`", first_characters(text, 40))
                );
            }
            last = id;
        }
        return last;
    }

    static Result<json::Array> results_of(Reply& reply) {
        json::Value* results = reply.body.is_object() ? reply.body.get_object().if_contains("results") : nullptr;
        if (results == nullptr || !results->is_array()) return Fetch::lied(reply.shown, "its answer has no results");
        return std::move(results->get_array());
    }

    // Whether any of them came for the first time.
    Result<bool> hand_out(json::Array&& rows, const std::string& shown, std::int64_t total, const OnPage& on_page) {
        std::vector<UpstreamRecord> page;
        const bool empty = rows.empty();
        for (json::Value& row : rows) {
            std::string id = text_at(row, "/id");
            BOON_TRY(const Timestamp at, modified_at(row, shown));
            newest_ = std::max(newest_.value_or(at), at);
            if (!id.empty() && !seen_.insert(id).second) continue;
            const json::Value* gone = find(row, "/archived");
            const bool deleted = gone != nullptr && gone->is_bool() && gone->get_bool();
            page.push_back(
                {.external_id = std::move(id), .deleted = deleted, .body = deleted ? json::Value() : std::move(row)}
            );
        }
        ++pages_;
        if (page.empty()) return empty;
        BOON_CHECK(on_page(std::move(page), total));
        return true;
    }

    const HubspotOptions options_;
    const std::string objects_;
    Fetch fetch_;
    Session session_;
    std::optional<Timestamp> newest_;
    std::int64_t pages_ = 0;
    std::unordered_set<std::string> seen_;
};

// What goes into a path as it is.
bool is_path(std::string_view text) {
    return !text.empty() && text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == '/';
    });
}

Result<HubspotOptions> options_of(const json::Value& value) {
    BOON_TRY(HubspotOptions options, json::read<HubspotOptions>(value));
    Error error{ErrorCode::invalid, "the options of hubspot are wrong"};
    if (!is_path(options.path)) error.fields.push_back({"/path", "is not a path, such as crm/v3/objects"});
    if (!is_path(options.object)) error.fields.push_back({"/object", "is not the name of an object"});
    if (!error.fields.empty()) return std::unexpected(std::move(error));
    return options;
}

}  // namespace

Status check_hubspot_options(const json::Value& options) {
    BOON_CHECK(options_of(options));
    return {};
}

Result<std::unique_ptr<Source>> make_hubspot_source(const SourceConfig& config, const World& world) {
    BOON_TRY(HubspotOptions options, options_of(config.options));
    BOON_CHECK(split_url(config.base_url));
    if (!config.secrets.contains("token")) {
        return fail(
            ErrorCode::invalid, fmt::format("{} has no way to log in", config.name),
            "set the secret token: that of a private app"
        );
    }
    return std::make_unique<CrawlingSource<Crawl, HubspotOptions>>(config, std::move(options), world);
}

}  // namespace boon::sync
