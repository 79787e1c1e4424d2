// TM Forum's Product Catalog Management (TMF620 v4) over boon's catalogue: create, read, list, patch and delete its
// resources, tell listeners, import and export. Every change, its offer and the messages to listeners are one
// transaction. Thread-safe.
//
// Resources come and go as JSON objects in the specification's form: strict when they leave (see schema.h).
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "action/tmf/events.h"
#include "action/tmf/listing.h"
#include "action/tmf/offerings.h"
#include "action/tmf/resource.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "platform/delivery/webhooks.h"
#include "platform/http/client.h"
#include "platform/storage/change_feed.h"
#include "records/catalog/catalogue.h"

namespace boon::tmf {

struct Options {
    std::string public_url = {};        // `https://boon.example`: goes before every href; empty: hrefs are paths
    http::ClientOptions outbound = {};  // where imports may come from, and exports go to
};

// Kinds of storage jobs; their parameter `id` is that of the importJob or exportJob.
inline constexpr std::string_view kImportKind = "tmf_import";
inline constexpr std::string_view kExportKind = "tmf_export";

// Whether a resource, told by its entity tag, is still the one that the caller means to change; empty: whatever it is.
using Meant = std::function<bool(std::string_view etag)>;

// What a job needs of the world: to tell how far it is (an error means that it has to stop), and the time.
struct JobWorld {
    std::function<Status(std::int64_t done, std::int64_t total)> progress;
    std::function<Timestamp()> now;
};

class ProductCatalog {
public:
    // All of them must outlive it.
    ProductCatalog(
        db::Database& database, const catalog::Catalogue& catalogue, delivery::Webhooks& webhooks, Options options
    );

    Result<json::Object> create(Kind kind, const json::Value& body, const catalog::Author& author);
    Result<json::Object> read(Kind kind, std::string_view id);
    // One by one, in the order of their creation; a list that is not paged may be long.
    Result<Listed> list(Kind kind, const ListQuery& query, const OnItem& on_item);
    // RFC 7396. What the server manages (id, href, lastUpdate) stays as it is, whatever the patch says.
    // `failed_precondition` when it is not the resource that was meant; remove() likewise.
    Result<json::Object> patch(
        Kind kind, std::string_view id, const json::Value& patch, const catalog::Author& author, const Meant& meant = {}
    );
    // `not_found` when it is gone already.
    Status remove(Kind kind, std::string_view id, const catalog::Author& author, const Meant& meant = {});

    // {callback, query} → {id, callback, query}
    Result<json::Object> subscribe(const json::Value& subscription, const catalog::Author& author);
    Status unsubscribe(std::string_view id, const catalog::Author& author);

    // Tells listeners of offers that were changed elsewhere since the last call, of a few hundred at once; whether
    // there were any.
    Result<bool> follow(Timestamp now);

    // The work of a job, to be run by the jobs' thread; what the job's record shows. The resource tells how it ended,
    // too; a job whose resource was deleted does nothing.
    Result<json::Value> run_import(std::string_view id, const JobWorld& world);
    Result<json::Value> run_export(std::string_view id, const JobWorld& world);

    [[nodiscard]] std::string href(Kind kind, std::string_view id) const;

private:
    using Listeners = std::vector<delivery::Webhook>;

    [[nodiscard]] json::Object with_href(Kind kind, json::Object body) const;
    Result<json::Object> load(db::Connection& connection, Kind kind, std::string_view id) const;
    Status for_each(
        db::Connection& connection, Kind kind, const ListQuery& query,
        const std::function<void(json::Object&& resource)>& on_resource
    ) const;
    Result<Listed> list_all(db::Connection& connection, Kind kind, const ListQuery& query, const OnItem& on_item) const;
    Result<json::Object> insert(db::Connection& connection, Kind kind, json::Object body, const catalog::Author& author)
        const;
    Result<json::Object> store(
        db::Connection& connection, Kind kind, const json::Object& was, json::Object body, const catalog::Author& author
    ) const;
    Result<json::Object> load_meant(db::Connection& connection, Kind kind, std::string_view id, const Meant& meant)
        const;
    Status check_not_referred(db::Connection& connection, std::string_view price_id) const;
    Status tell(db::Connection& connection, Kind kind, Change change, const json::Object& body, Timestamp now) const;
    Status tell_changes(
        db::Connection& connection, Kind kind, const json::Object& before, const json::Object& after, Timestamp now
    ) const;
    Status forget_news();
    Result<bool> tell_news(Timestamp now);
    Result<bool> follow_feed(Timestamp now);

    // Of imports and exports (transfer.cc).
    struct Item {
        Kind kind;
        json::Object body;
    };
    struct Report {
        std::int64_t done = 0;
        std::vector<std::string> problems;
    };
    Result<std::optional<json::Object>> begin_job(Kind kind, std::string_view id, Timestamp now);
    Status end_job(Kind kind, json::Object job, const Report& report, Timestamp now);
    Result<std::string> fetch(std::string_view url);
    Result<std::string> deliver(const json::Object& job, const std::string& content);
    class ItemReader;
    Result<std::vector<Item>> read_items(const json::Object& job, std::string_view content) const;
    Status import_chunk(std::span<const Item> items, const catalog::Author& author, Report& report);
    Status import_one(db::Connection& connection, const Item& item, const catalog::Author& author) const;
    Result<json::Value> collect(const json::Object& job, std::int64_t& count);

    db::Database& database_;
    delivery::Webhooks& webhooks_;
    const Options options_;
    const json::Context context_;
    Offerings offerings_;
    http::Client client_;
    std::mutex follow_mutex_;
    std::optional<storage::FeedPosition> followed_;  // under follow_mutex_
    bool more_news_ = false;                         // under follow_mutex_
};

}  // namespace boon::tmf
