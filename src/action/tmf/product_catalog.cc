#include "action/tmf/product_catalog.h"

#include <algorithm>

#include <fmt/format.h>

#include "action/tmf/documents.h"
#include "action/tmf/schema.h"
#include "platform/base/id.h"
#include "platform/http/uri.h"
#include "platform/storage/audit.h"
#include "platform/storage/jobs.h"

namespace boon::tmf {

namespace {

// Offers told of in one transaction.
constexpr std::int64_t kNewsAtOnce = 500;

bool is_managed(std::string_view member) { return member == "id" || member == "href" || member == "lastUpdate"; }

Result<json::Object> object_from(const json::Value& body, Kind kind) {
    if (const json::Object* object = body.if_object()) return *object;
    return fail(
        ErrorCode::invalid, fmt::format("the body is no {}", resource_of(kind).definition), "send a JSON object"
    );
}

Error wrong(std::string_view pointer, std::string detail) {
    Error error{ErrorCode::invalid, "one attribute is wrong"};
    error.fields.push_back({std::string(pointer), std::move(detail)});
    return error;
}

Status check_name(Kind kind, const json::Object& body) {
    if (!resource_of(kind).is_catalogue || !text_of(body, "name").empty()) return {};
    return std::unexpected(wrong("/name", body.contains("name") ? "must not be empty" : "is missing"));
}

// What a job starts with, whatever the sender says of it.
Status prepare_job(json::Object& job, Timestamp now) {
    if (text_of(job, "url").empty()) return std::unexpected(wrong("/url", "is missing"));
    const std::string_view type = text_of(job, "contentType");
    if (!type.empty() && !type.starts_with("application/json")) {
        return std::unexpected(wrong("/contentType", "must be application/json: no other is read or written"));
    }
    for (const std::string_view member : {"completionDate", "errorLog"}) job.stable_erase(member);
    job["creationDate"] = to_string(now);
    job["status"] = kNotStarted;
    return {};
}

// Who did what to which resource, and what it was and is; an empty object: nothing.
Status record(
    db::Connection& connection, const catalog::Author& author, std::string_view what, const json::Object& before,
    const json::Object& after
) {
    const auto text = [](const json::Object& body) {
        return body.empty() ? std::nullopt : std::optional(json::to_text(body));
    };
    const std::string_view id = text_of(after.empty() ? before : after, "id");
    const std::string_view thing = what.substr(0, what.find('.'));
    return storage::record_deed(
        connection,
        {.who = author.name,
         .what = fmt::format("tmf620.{}", what),
         .target = fmt::format("tmf620/{}/{}", thing, id),
         .before = text(before),
         .after = text(after)},
        author.at
    );
}

std::string deed(Kind kind, std::string_view verb) { return fmt::format("{}.{}", resource_of(kind).path, verb); }

}  // namespace

ProductCatalog::ProductCatalog(
    db::Database& database, const catalog::Catalogue& catalogue, delivery::Webhooks& webhooks, Options options
)
    : database_(database),
      webhooks_(webhooks),
      options_(std::move(options)),
      context_(catalogue.context()),
      offerings_(catalogue),
      client_(options_.outbound) {}

std::string ProductCatalog::href(Kind kind, std::string_view id) const {
    return fmt::format("{}{}{}/{}", options_.public_url, kBasePath, resource_of(kind).path, http::percent_encode(id));
}

// `id` and `href` first, as people look for them.
json::Object ProductCatalog::with_href(Kind kind, json::Object body) const {
    const std::string id(text_of(body, "id"));
    json::Object whole{{"id", id}, {"href", href(kind, id)}};
    for (auto& member : body) {
        if (member.key() != "id" && member.key() != "href") whole[member.key()] = std::move(member.value());
    }
    return whole;
}

Result<json::Object> ProductCatalog::load(db::Connection& connection, Kind kind, std::string_view id) const {
    BOON_TRY(
        json::Object body,
        kind == Kind::product_offering ? offerings_.find(connection, id) : find_document(connection, kind, id)
    );
    return with_href(kind, std::move(body));
}

// In the transaction of the change, so that nobody changes it in between.
Result<json::Object> ProductCatalog::load_meant(
    db::Connection& connection, Kind kind, std::string_view id, const Meant& meant
) const {
    BOON_TRY(json::Object found, load(connection, kind, id));
    if (!meant || meant(etag_of(found))) return found;
    return fail(
        ErrorCode::failed_precondition, fmt::format("the {} was changed since it was read", resource_of(kind).path),
        "read it again, then send its ETag in If-Match"
    );
}

Result<json::Object> ProductCatalog::read(Kind kind, std::string_view id) {
    return database_.read([&](db::Connection& connection) { return load(connection, kind, id); });
}

Result<Listed> ProductCatalog::list(Kind kind, const ListQuery& query, const OnItem& on_item) {
    return database_.read([&](db::Connection& connection) -> Result<Listed> {
        if (query.filters.empty()) return list_all(connection, kind, query, on_item);
        Lister lister(query, on_item);
        BOON_CHECK(for_each(connection, kind, query, [&](json::Object&& resource) { lister.add(std::move(resource)); })
        );
        return lister.listed();
    });
}

// Of a query without filters its page, else at least all that match.
Status ProductCatalog::for_each(
    db::Connection& connection, Kind kind, const ListQuery& query,
    const std::function<void(json::Object&& resource)>& on_resource
) const {
    const auto take = [&](json::Object&& body) -> Status {
        on_resource(with_href(kind, std::move(body)));
        return {};
    };
    if (kind == Kind::product_offering) return offerings_.for_each(connection, query, take);
    return for_each_document(connection, kind, query, take);
}

Result<Listed> ProductCatalog::list_all(
    db::Connection& connection, Kind kind, const ListQuery& query, const OnItem& on_item
) const {
    Listed listed;
    BOON_TRY(
        const std::int64_t total,
        kind == Kind::product_offering ? Offerings::count(connection) : count_documents(connection, kind)
    );
    listed.total = static_cast<std::size_t>(total);
    BOON_CHECK(for_each(connection, kind, query, [&](json::Object&& resource) {
        on_item(pick(resource, query.fields));
        ++listed.items;
    }));
    return listed;
}

Status ProductCatalog::tell(
    db::Connection& connection, Kind kind, Change change, const json::Object& body, Timestamp now
) const {
    if (!resource_of(kind).is_catalogue) return {};
    BOON_TRY(const Listeners listeners, webhooks_.list(connection, kTopic));
    if (listeners.empty()) return {};
    return announce(connection, listeners, notification(kind, change, with_href(kind, body), now), now);
}

Status ProductCatalog::tell_changes(
    db::Connection& connection, Kind kind, const json::Object& before, const json::Object& after, Timestamp now
) const {
    for (const Change change : changes_between(before, after)) BOON_CHECK(tell(connection, kind, change, after, now));
    return {};
}

// `body` conforms and is complete.
Result<json::Object> ProductCatalog::insert(
    db::Connection& connection, Kind kind, json::Object body, const catalog::Author& author
) const {
    body.stable_erase("href");
    if (kind == Kind::product_offering) {
        BOON_TRY(body, offerings_.create(connection, body, author));
    } else {
        if (resource_of(kind).is_catalogue) body["lastUpdate"] = to_string(author.at);
        BOON_CHECK(insert_document(connection, kind, body, author.at));
    }
    BOON_CHECK(record(connection, author, deed(kind, "create"), {}, body));
    BOON_CHECK(tell(connection, kind, Change::created, body, author.at));
    return with_href(kind, std::move(body));
}

Result<json::Object> ProductCatalog::create(Kind kind, const json::Value& given, const catalog::Author& author) {
    BOON_TRY(json::Object body, object_from(given, kind));
    BOON_CHECK(conform(body, definition_of(resource_of(kind).definition)));
    BOON_CHECK(check_name(kind, body));
    body.stable_erase("id");  // ids are given here
    if (kind != Kind::product_offering) body["id"] = new_uuid();
    const bool is_job = !resource_of(kind).is_catalogue;
    if (is_job) BOON_CHECK(prepare_job(body, author.at));
    complete(kind, body);
    return database_.write([&](db::Connection& connection) -> Result<json::Object> {
        if (is_job) {
            const storage::NewJob work{
                .id = new_uuid(),
                .kind = std::string(kind == Kind::import_job ? kImportKind : kExportKind),
                .parameters = json::Object{{"id", body.at("id")}},
                .created_by = author.name,
            };
            BOON_CHECK(storage::enqueue_job(connection, work, author.at));
        }
        return insert(connection, kind, body, author);
    });
}

Result<json::Object> ProductCatalog::store(
    db::Connection& connection, Kind kind, const json::Object& was, json::Object body, const catalog::Author& author
) const {
    body.stable_erase("href");
    json::Object before = was;
    before.stable_erase("href");
    if (kind == Kind::product_offering) {
        BOON_TRY(body, offerings_.replace(connection, body, author));
    } else if (body != before) {
        body["lastUpdate"] = to_string(author.at);
        BOON_CHECK(replace_document(connection, kind, body, author.at));
        if (kind == Kind::product_offering_price) {
            BOON_CHECK(offerings_.follow_price(connection, text_of(body, "id"), author));
        }
    }
    if (body != before) BOON_CHECK(record(connection, author, deed(kind, "update"), before, body));
    BOON_CHECK(tell_changes(connection, kind, before, body, author.at));
    return with_href(kind, std::move(body));
}

Result<json::Object> ProductCatalog::patch(
    Kind kind, std::string_view id, const json::Value& patch, const catalog::Author& author, const Meant& meant
) {
    BOON_TRY(const json::Object changes, object_from(patch, kind));
    if (const std::string_view other = text_of(changes, "id"); !other.empty() && other != id) {
        return std::unexpected(wrong("/id", "does not change"));
    }
    return database_.write([&](db::Connection& connection) -> Result<json::Object> {
        BOON_TRY(const json::Object was, load_meant(connection, kind, id, meant));
        json::Value merged(was);
        json::merge_patch(merged, json::Value(changes));
        json::Object& body = merged.get_object();
        for (const auto& member : was) {
            if (is_managed(member.key())) body[member.key()] = member.value();
        }
        BOON_CHECK(conform(body, definition_of(resource_of(kind).definition)));
        BOON_CHECK(check_name(kind, body));
        complete(kind, body);
        return store(connection, kind, was, std::move(body), author);
    });
}

// Offerings would have a price that is nowhere to be read.
Status ProductCatalog::check_not_referred(db::Connection& connection, std::string_view price_id) const {
    BOON_TRY(const auto offerings, offerings_.priced_by(connection, price_id));
    if (offerings.empty()) return {};
    return fail(
        ErrorCode::conflict,
        fmt::format("{} offerings refer to this price, the first is {}", offerings.size(), offerings.front()),
        "give them another price, or retire or delete them, first"
    );
}

Status ProductCatalog::remove(Kind kind, std::string_view id, const catalog::Author& author, const Meant& meant) {
    if (kind == Kind::product_specification && id == kDefaultSpecification) {
        return fail(
            ErrorCode::conflict, "this specification cannot be deleted",
            "offerings that name no specification of their own refer to it"
        );
    }
    return database_.write([&](db::Connection& connection) -> Status {
        BOON_TRY(const json::Object was, load_meant(connection, kind, id, meant));
        if (kind == Kind::product_offering_price) BOON_CHECK(check_not_referred(connection, id));
        if (kind == Kind::product_offering) {
            BOON_CHECK(offerings_.remove(connection, id, author));
        } else {
            BOON_CHECK(delete_document(connection, kind, id));
        }
        BOON_CHECK(record(connection, author, deed(kind, "delete"), was, {}));
        return tell(connection, kind, Change::deleted, was, author.at);
    });
}

Result<json::Object> ProductCatalog::subscribe(const json::Value& subscription, const catalog::Author& author) {
    const json::Object* given = subscription.if_object();
    if (given == nullptr)
        return fail(ErrorCode::invalid, "the body is no subscription", "send {\"callback\": \"https://…\"}");
    const std::string callback(text_of(*given, "callback"));
    const std::string query(text_of(*given, "query"));
    if (callback.empty()) return std::unexpected(wrong("/callback", "is missing"));
    BOON_CHECK(check_query(query));
    // Who listens from now on does not hear of what was before.
    BOON_CHECK(forget_news());
    return database_.write([&](db::Connection& connection) -> Result<json::Object> {
        const delivery::NewWebhook wanted{
            .topic = std::string(kTopic), .url = callback, .query = query, .created_by = author.name
        };
        BOON_TRY(const auto webhook, webhooks_.add(connection, wanted, author.at));
        json::Object answer{{"id", webhook.id}, {"callback", callback}};
        if (!query.empty()) answer["query"] = query;
        BOON_CHECK(record(connection, author, "hub.create", {}, answer));
        return answer;
    });
}

Status ProductCatalog::unsubscribe(std::string_view id, const catalog::Author& author) {
    return database_.write([&](db::Connection& connection) -> Status {
        BOON_CHECK(webhooks_.remove(connection, kTopic, id, author.at));
        return record(connection, author, "hub.delete", {{"id", id}}, {});
    });
}

// While nobody listens nothing is told; the first listener must not hear of all of it at once.
Status ProductCatalog::forget_news() {
    BOON_TRY(const Listeners listeners, database_.read([&](db::Connection& connection) {
        return webhooks_.list(connection, kTopic);
    }));
    for (bool more = listeners.empty(); more;) {
        BOON_TRY(const auto news, database_.write(db::Lane::batch, [&](db::Connection& connection) {
            return offerings_.take_news(connection, kNewsAtOnce);
        }));
        more = !news.empty();
    }
    return {};
}

Result<bool> ProductCatalog::tell_news(Timestamp now) {
    std::size_t taken = 0;
    const Status told = database_.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_TRY(const auto news, offerings_.take_news(connection, kNewsAtOnce));
        taken = news.size();
        for (const Offerings::News& one : news) {
            if (one.before.empty()) {
                BOON_CHECK(tell(connection, Kind::product_offering, Change::created, one.now, now));
            } else {
                BOON_CHECK(tell_changes(connection, Kind::product_offering, one.before, one.now, now));
            }
        }
        return {};
    });
    BOON_CHECK(told);
    return taken > 0;
}

Result<bool> ProductCatalog::follow(Timestamp now) {
    const std::scoped_lock lock(follow_mutex_);
    auto told = follow_feed(now);
    if (!told) followed_.reset();  // looks at all offers the next time
    return told;
}

Result<bool> ProductCatalog::follow_feed(Timestamp now) {
    bool offers_changed = !followed_ || more_news_;
    BOON_CHECK(database_.read([&](db::Connection& connection) -> Status {
        if (!followed_) {
            BOON_TRY(followed_, storage::feed_position(connection));
        }
        BOON_TRY(const auto changes, storage::poll_changes(connection, *followed_));
        for (const storage::Change& change : changes) {
            offers_changed = offers_changed || change.kind == catalog::kChangeKind;
            followed_ = change.position;
        }
        return {};
    }));
    if (!offers_changed) return false;
    BOON_TRY(const Listeners listeners, database_.read([&](db::Connection& connection) {
        return webhooks_.list(connection, kTopic);
    }));
    more_news_ = false;
    if (listeners.empty()) return false;
    // One batch at a time: who calls this has other things to follow.
    BOON_TRY(more_news_, tell_news(now));
    return more_news_;
}

}  // namespace boon::tmf
