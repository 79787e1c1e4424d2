#include "records/sync/dataverse.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/id.h"
#include "records/sync/crawling_source.h"
#include "records/sync/session.h"
#include "records/sync/url.h"

namespace boon::sync {

namespace {

// What goes into a URL as it is.
bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    });
}

// A delta link lives for days (ExpireChangeTrackingInDays, 30 in a new organisation, 7 in others). After that the
// standard has 410 Gone (OData 4.0 part 1, section 11.3); Dataverse answers 400 with its own code.
bool has_expired(const Reply& reply) {
    if (reply.status == 410) return true;
    return reply.status == 400 && (text_at(reply.body, "/error/code") == "0x80044352" ||
                                   text_at(reply.body, "/error/message").find("has expired") != std::string::npos);
}

// One crawl.
class Crawl {
public:
    Crawl(const SourceConfig& config, const DataverseOptions& options, const World& world)
        : base_url_(config.base_url),
          options_(options),
          secret_(config.secrets.at("client_secret")),
          fetch_(
              config,
              {.timeout = std::chrono::seconds(options.timeout_s), .deadline = std::chrono::seconds(options.deadline_s)
              },
              world
          ),
          session_(fetch_, "Bearer", [this] { return log_in(); }) {}

    Result<CrawlEnd> run(const CrawlStart& start, const OnPage& on_page) {
        if (!start.token.empty()) {
            BOON_TRY(const std::string url, follow_link(base_url_, start.token));
            BOON_TRY(Reply first, session_.send(request_for(url)));
            if (!has_expired(first)) {
                BOON_CHECK(read(std::move(first), on_page));
                return end(CrawlKind::incremental);
            }
        }
        BOON_TRY(Reply first, session_.send(request_for(first_url())));
        BOON_CHECK(read(std::move(first), on_page));
        return end(CrawlKind::full);
    }

private:
    [[nodiscard]] CrawlEnd end(CrawlKind kind) const {
        return {.kind = kind, .token = delta_, .pages = pages_, .records = static_cast<std::int64_t>(seen_.size())};
    }

    Result<std::string> log_in() {
        BOON_TRY(const UrlParts parts, split_url(base_url_));
        return client_credentials(
            fetch_, join_url(options_.authority, options_.tenant_id + "/oauth2/v2.0/token"),
            {{"grant_type", "client_credentials"},
             {"client_id", options_.client_id},
             {"client_secret", secret_},
             {"scope", std::string(parts.origin) + "/.default"}}
        );
    }

    [[nodiscard]] std::string first_url() const {
        std::vector<std::string> columns = options_.columns;
        if (std::ranges::find(columns, options_.key) == columns.end()) columns.push_back(options_.key);
        return fmt::format(
            "{}?$select={}", join_url(base_url_, fmt::format("api/data/{}/{}", options_.version, options_.table)),
            fmt::join(columns, ",")
        );
    }

    // The page size is a preference and goes with every request; where the next page is, the link says.
    [[nodiscard]] FetchRequest request_for(const std::string& url) const {
        return {
            .url = url,
            .headers =
                {
                    {"Accept", "application/json"},
                    {"OData-Version", "4.0"},
                    {"OData-MaxVersion", "4.0"},
                    {"Prefer", fmt::format("odata.track-changes,odata.maxpagesize={}", options_.page_size)},
                },
        };
    }

    // From the first page to the one that ends with a delta link instead of a next link.
    Status read(Reply reply, const OnPage& on_page) {
        std::unordered_set<std::string> links;
        for (;;) {
            if (!reply.ok()) return fetch_.refused(reply);
            json::Value* rows = reply.body.is_object() ? reply.body.get_object().if_contains("value") : nullptr;
            if (rows == nullptr || !rows->is_array()) return Fetch::lied(reply.shown, "its answer has no value");
            const std::string next = text_at(reply.body, "/@odata.nextLink");
            delta_ = text_at(reply.body, "/@odata.deltaLink");
            BOON_CHECK(hand_out(std::move(rows->get_array()), reply.shown, on_page));
            if (next.empty()) break;
            BOON_TRY(const std::string url, follow_link(base_url_, next));
            if (!links.insert(url).second) return Fetch::lied(reply.shown, "its next links go in circles");
            BOON_TRY(reply, session_.send(request_for(url)));
        }
        if (!delta_.empty()) {
            BOON_CHECK(follow_link(base_url_, delta_));
            return {};
        }
        return fail(
            ErrorCode::failed_precondition,
            fmt::format("could not read {}: its last page has no delta link", reply.shown),
            fmt::format("turn on Track changes for the table {}", options_.table)
        );
    }

    Status hand_out(json::Array&& rows, const std::string& shown, const OnPage& on_page) {
        std::vector<UpstreamRecord> page;
        for (json::Value& row : rows) {
            const bool deleted = text_at(row, "/@odata.context").ends_with("/$deletedEntity");
            std::string id = text_at(row, deleted ? "/id" : json::pointer_to("", options_.key));
            if (id.empty()) {
                return Fetch::lied(shown, fmt::format("a row has no {}", deleted ? "id" : options_.key));
            }
            if (!seen_.insert(id).second) {
                return Fetch::lied(shown, fmt::format("the row {} came twice", first_characters(id, 80)));
            }
            page.push_back(
                {.external_id = std::move(id), .deleted = deleted, .body = deleted ? json::Value() : std::move(row)}
            );
        }
        ++pages_;
        if (page.empty()) return {};
        return on_page(std::move(page), 0);
    }

    const std::string base_url_;
    const DataverseOptions options_;
    const std::string secret_;
    Fetch fetch_;
    Session session_;
    std::string delta_;
    std::int64_t pages_ = 0;
    std::unordered_set<std::string> seen_;
};

Result<DataverseOptions> options_of(const json::Value& value) {
    BOON_TRY(DataverseOptions options, json::read<DataverseOptions>(value));
    Error error{ErrorCode::invalid, "the options of dataverse are wrong"};
    const auto check = [&](std::string_view pointer, const std::string& text) {
        if (!is_name(text)) error.fields.push_back({std::string(pointer), "is not a name"});
    };
    check("/tenant_id", options.tenant_id);
    check("/version", options.version);
    check("/table", options.table);
    check("/key", options.key);
    for (std::size_t i = 0; i < options.columns.size(); ++i) check(fmt::format("/columns/{}", i), options.columns[i]);
    if (!split_url(options.authority)) error.fields.push_back({"/authority", "is not a URL"});
    if (!error.fields.empty()) return std::unexpected(std::move(error));
    return options;
}

}  // namespace

Status check_dataverse_options(const json::Value& options) {
    BOON_CHECK(options_of(options));
    return {};
}

Result<std::unique_ptr<Source>> make_dataverse_source(const SourceConfig& config, const World& world) {
    BOON_TRY(DataverseOptions options, options_of(config.options));
    BOON_CHECK(split_url(config.base_url));
    BOON_CHECK(check_client_secret(config));
    return std::make_unique<CrawlingSource<Crawl, DataverseOptions>>(config, std::move(options), world);
}

}  // namespace boon::sync
