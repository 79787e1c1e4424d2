#include "records/sync/salesforce.h"

#include <algorithm>
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

// Names go into SOQL as they are, so nothing else may be in them. A dot leads to a parent's field.
bool is_name(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && letter(text.front()) && std::ranges::all_of(text, [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

Result<SalesforceOptions> options_of(const json::Value& value) {
    BOON_TRY(SalesforceOptions options, json::read<SalesforceOptions>(value));
    Error error{ErrorCode::invalid, "the options of salesforce are wrong"};
    if (!is_name(options.object)) error.fields.push_back({"/object", "is not the name of an object"});
    if (!is_name(options.version)) error.fields.push_back({"/version", "is not a version, such as v62.0"});
    for (std::size_t i = 0; i < options.fields.size(); ++i) {
        if (!is_name(options.fields[i]))
            error.fields.push_back({fmt::format("/fields/{}", i), "is not a field's name"});
    }
    if (!error.fields.empty()) return std::unexpected(std::move(error));
    return options;
}

// `2026-03-01T00:00:00.000+0000`, as Salesforce writes it.
Result<Timestamp> stamp_of(const json::Value& record, const std::string& shown) {
    std::string text = text_at(record, "/SystemModstamp");
    const std::size_t zone = text.size() < 5 ? std::string::npos : text.size() - 5;
    if (zone != std::string::npos && (text[zone] == '+' || text[zone] == '-')) text.insert(zone + 3, ":");
    auto at = parse_timestamp(text);
    if (!at) return Fetch::lied(shown, fmt::format("a record has the SystemModstamp `{}`", first_characters(text, 40)));
    return at;
}

// One crawl. Equal stamps at the edge do no harm: the next crawl begins at the newest stamp itself (`>=`), or before
// it, so what comes again is what was there; within a crawl an id is handed out once.
class Crawl {
public:
    Crawl(const SourceConfig& config, const SalesforceOptions& options, const World& world)
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
        if (start.token.empty()) {
            BOON_CHECK(query("query", "", on_page));
        } else {
            BOON_TRY(const Timestamp last, parse_timestamp(start.token));
            newest_ = last;
            const std::string since = to_string(plus_micros(last, -options_.overlap_s * kMicrosPerSecond));
            BOON_CHECK(query("queryAll", fmt::format("SystemModstamp >= {}", since), on_page));
            // A price is a record of its own: changing it does not touch the product's stamp.
            if (with_prices()) {
                BOON_CHECK(query(
                    "query",
                    fmt::format("Id IN (SELECT Product2Id FROM PricebookEntry WHERE SystemModstamp >= {})", since),
                    on_page
                ));
            }
        }
        return CrawlEnd{
            .kind = start.token.empty() ? CrawlKind::full : CrawlKind::incremental,
            .token = newest_ ? to_string(*newest_) : start.token,
            .pages = pages_,
            .records = static_cast<std::int64_t>(seen_.size()),
        };
    }

private:
    [[nodiscard]] bool with_prices() const { return options_.prices && options_.object == "Product2"; }

    Result<std::string> log_in() {
        json::Value answer;
        BOON_TRY(
            std::string token,
            client_credentials(
                fetch_, join_url(base_url_, "services/oauth2/token"),
                {{"grant_type", "client_credentials"}, {"client_id", options_.client_id}, {"client_secret", secret_}},
                &answer
            )
        );
        // The token is for that host; sending it elsewhere would give it away.
        if (const std::string instance = text_at(answer, "/instance_url"); !instance.empty()) {
            if (auto there = follow_link(base_url_, instance); !there) {
                return in_context("could not log in", std::move(there).error());
            }
        }
        return token;
    }

    [[nodiscard]] std::string soql(const std::string& where) const {
        std::vector<std::string> fields = {"Id", "IsDeleted", "SystemModstamp"};
        for (const std::string& field : options_.fields) {
            if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
        }
        if (with_prices()) {
            fields.emplace_back("(SELECT UnitPrice FROM PricebookEntries WHERE Pricebook2.IsStandard = true)");
        }
        return fmt::format(
            "SELECT {} FROM {}{}{} ORDER BY SystemModstamp, Id", fmt::join(fields, ", "), options_.object,
            where.empty() ? "" : " WHERE ", where
        );
    }

    // What one answer to a query says.
    struct Batch {
        json::Array records;
        std::int64_t total = 0;
        bool done = false;
        std::string next;
        std::string shown;
    };

    Result<Batch> fetch_batch(const std::string& url) {
        BOON_TRY(Reply reply, session_.send(FetchRequest{.url = url, .headers = {{"Accept", "application/json"}}}));
        if (!reply.ok()) return std::unexpected(refusal(reply));
        json::Value* records = reply.body.is_object() ? reply.body.get_object().if_contains("records") : nullptr;
        const json::Value* total = find(reply.body, "/totalSize");
        const json::Value* done = find(reply.body, "/done");
        const bool whole = records != nullptr && records->is_array() && total != nullptr && total->is_int64() &&
                           done != nullptr && done->is_bool();
        if (!whole) return Fetch::lied(reply.shown, "its answer lacks totalSize, done or records");
        Batch batch{
            .records = {},
            .total = total->get_int64(),
            .done = done->get_bool(),
            .next = text_at(reply.body, "/nextRecordsUrl"),
            .shown = reply.shown,
        };
        batch.records = std::move(records->get_array());
        if (batch.done || !batch.next.empty()) return batch;
        return Fetch::lied(reply.shown, "it is not done, and says not where to go on");
    }

    // All batches of one query, which must add up to what the first one said.
    Status query(std::string_view resource, const std::string& where, const OnPage& on_page) {
        std::string url = fmt::format(
            "{}?q={}", join_url(base_url_, fmt::format("services/data/{}/{}", options_.version, resource)),
            http::percent_encode(soql(where))
        );
        std::optional<std::int64_t> total;
        for (std::int64_t given = 0;;) {
            BOON_TRY(Batch batch, fetch_batch(url));
            if (total.value_or(batch.total) != batch.total) {
                return Fetch::lied(batch.shown, fmt::format("it said {} records and says {} now", *total, batch.total));
            }
            total = batch.total;
            const bool empty = batch.records.empty();
            given += static_cast<std::int64_t>(batch.records.size());
            BOON_CHECK(hand_out(std::move(batch.records), batch.shown, batch.total, on_page));
            if (given > *total || (empty && !batch.done)) {
                return Fetch::lied(
                    batch.shown, fmt::format("it goes in circles after {} of {} records", given, *total)
                );
            }
            if (batch.done && given == *total) return {};
            if (batch.done) {
                return Fetch::lied(batch.shown, fmt::format("it said {} records and gave {}", *total, given));
            }
            BOON_TRY(url, follow_link(base_url_, batch.next));
        }
    }

    Status hand_out(json::Array&& rows, const std::string& shown, std::int64_t total, const OnPage& on_page) {
        std::vector<UpstreamRecord> page;
        for (json::Value& row : rows) {
            std::string id = text_at(row, "/Id");
            BOON_TRY(const Timestamp stamp, stamp_of(row, shown));
            newest_ = std::max(newest_.value_or(stamp), stamp);
            if (!id.empty() && !seen_.insert(id).second) continue;
            const json::Value* gone = find(row, "/IsDeleted");
            const bool deleted = gone != nullptr && gone->is_bool() && gone->get_bool();
            page.push_back(
                {.external_id = std::move(id), .deleted = deleted, .body = deleted ? json::Value() : std::move(row)}
            );
        }
        ++pages_;
        if (page.empty()) return {};
        return on_page(std::move(page), total);
    }

    [[nodiscard]] Error refusal(const Reply& reply) const {
        Error error = fetch_.refused(reply).error();
        const std::string code = text_at(reply.body, "/0/errorCode");
        if (code == "INVALID_QUERY_LOCATOR") error.hint = "the query's cursor expired while it was read; run again";
        if (code == "REQUEST_LIMIT_EXCEEDED") {
            error.code = ErrorCode::unavailable;
            error.hint = "the organisation's calls for today are used up; sync less often";
        }
        return error;
    }

    const std::string base_url_;
    const SalesforceOptions options_;
    const std::string secret_;
    Fetch fetch_;
    Session session_;
    std::optional<Timestamp> newest_;
    std::int64_t pages_ = 0;
    std::unordered_set<std::string> seen_;
};

}  // namespace

Status check_salesforce_options(const json::Value& options) {
    BOON_CHECK(options_of(options));
    return {};
}

Result<std::unique_ptr<Source>> make_salesforce_source(const SourceConfig& config, const World& world) {
    BOON_TRY(SalesforceOptions options, options_of(config.options));
    BOON_CHECK(split_url(config.base_url));
    BOON_CHECK(check_client_secret(config));
    return std::make_unique<CrawlingSource<Crawl, SalesforceOptions>>(config, std::move(options), world);
}

}  // namespace boon::sync
