// The work of importJob and exportJob: files of JSON, by http(s) or in the URL itself.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "action/tmf/data_url.h"
#include "action/tmf/documents.h"
#include "action/tmf/product_catalog.h"
#include "action/tmf/schema.h"
#include "platform/base/id.h"
#include "platform/http/uri.h"

namespace boon::tmf {

namespace {

constexpr std::size_t kMostItems = 50'000;
constexpr std::size_t kLongestId = 100;
constexpr std::size_t kChunk = 200;
constexpr std::size_t kMostProblems = 50;        // told in a job's errorLog
constexpr std::size_t kMostInUrl = 1024 * 1024;  // bytes of an export that a data: URL carries

std::string first_line(const Error& error) {
    std::string text = error.message;
    for (const FieldError& field : error.fields) text += fmt::format("; {} {}", field.pointer, field.detail);
    return text;
}

Status check_id(std::string_view id) {
    const bool plain = std::ranges::none_of(id, [](char c) { return c == '/' || c == '\\' || (c >= 0 && c < ' '); });
    if (plain && !id.empty() && id.size() <= kLongestId && id != "." && id != "..") return {};
    return fail(ErrorCode::invalid, fmt::format("its id must have 1 to {} bytes and no slash", kLongestId));
}

// `…/productOffering`, or the bare name.
Result<std::optional<Kind>> kind_of_job(const json::Object& job) {
    std::string_view path = text_of(job, "path");
    while (path.ends_with('/')) path.remove_suffix(1);
    if (path.empty()) return std::optional<Kind>();
    const auto kind = kind_of_path(path.substr(path.rfind('/') + 1));
    if (kind && resource_of(*kind).is_catalogue) return kind;
    return fail(
        ErrorCode::invalid, fmt::format("path `{}` names no resource", first_characters(path, 100)),
        "name productOffering, say"
    );
}

std::string error_log(const std::vector<std::string>& problems) {
    const std::size_t shown = std::min(problems.size(), kMostProblems);
    std::string log =
        fmt::format("{}", fmt::join(problems.begin(), problems.begin() + static_cast<std::ptrdiff_t>(shown), "\n"));
    if (shown < problems.size()) log += fmt::format("\n… and {} more", problems.size() - shown);
    return log;
}

}  // namespace

// Nothing when the job was deleted, or has ended already (its record did not hear of it).
Result<std::optional<json::Object>> ProductCatalog::begin_job(Kind kind, std::string_view id, Timestamp now) {
    return database_.write(db::Lane::batch, [&](db::Connection& connection) -> Result<std::optional<json::Object>> {
        auto job = find_document(connection, kind, id);
        if (!job) {
            if (job.error().code == ErrorCode::not_found) return std::optional<json::Object>();
            return std::unexpected(job.error());
        }
        const std::string_view status = text_of(*job, "status");
        if (status == kSucceeded || status == kFailed) return std::optional<json::Object>();
        (*job)["status"] = kRunning;
        BOON_CHECK(replace_document(connection, kind, *job, now));
        return std::optional(*std::move(job));
    });
}

Status ProductCatalog::end_job(Kind kind, json::Object job, const Report& report, Timestamp now) {
    job["status"] = report.problems.empty() ? kSucceeded : kFailed;
    job["completionDate"] = to_string(now);
    if (!report.problems.empty()) job["errorLog"] = error_log(report.problems);
    const Status ended = database_.write(db::Lane::batch, [&](db::Connection& connection) {
        return replace_document(connection, kind, job, now);
    });
    if (!ended && ended.error().code == ErrorCode::not_found) return {};  // deleted meanwhile
    return ended;
}

Result<std::string> ProductCatalog::fetch(std::string_view url) {
    if (is_data_url(url)) return read_data_url(url);
    BOON_TRY(
        http::Response answer,
        client_.send({.method = "GET", .url = std::string(url), .headers = {{"Accept", "application/json"}}})
    );
    if (answer.status == 200) return std::move(answer.body);
    return fail(ErrorCode::unavailable, fmt::format("{} answered {}", url.substr(0, url.find('?')), answer.status));
}

// Where the export is then: the job's URL, or a data: URL with all of it.
Result<std::string> ProductCatalog::deliver(const json::Object& job, const std::string& content) {
    const std::string url(text_of(job, "url"));
    if (is_data_url(url)) {
        if (content.size() <= kMostInUrl) return json_data_url(content);
        return fail(
            ErrorCode::limited, fmt::format("the export has {} bytes, too many for a data: URL", content.size()),
            "name an http URL that takes PUT, or export less by path and query"
        );
    }
    BOON_TRY(const http::Response answer, client_.send({.method = "PUT", .url = url, .headers = {}, .body = content}));
    if (answer.status >= 200 && answer.status < 300) return url;
    return fail(
        ErrorCode::unavailable, fmt::format("{} answered {} to PUT", url.substr(0, url.find('?')), answer.status)
    );
}

// What an import would store, or all that is wrong with its file.
class ProductCatalog::ItemReader {
public:
    // One resource or a list of them.
    void add_all(const json::Value& list, std::optional<Kind> kind, std::string_view place) {
        const json::Array* array = list.if_array();
        if (array == nullptr) return add(list, kind, std::string(place));
        for (std::size_t i = 0; i < array->size(); ++i) {
            add((*array)[i], kind, json::pointer_to(place, fmt::to_string(i)));
        }
    }

    Result<std::vector<Item>> items() && {
        if (!error_.fields.empty()) return std::unexpected(std::move(error_));
        return std::move(items_);
    }

private:
    // `kind`: nothing when the resource's own @type says it.
    void add(const json::Value& value, std::optional<Kind> kind, std::string place) {
        const json::Object* object = value.if_object();
        if (object != nullptr && !kind) kind = kind_of_definition(text_of(*object, "@type"));
        if (object == nullptr || !kind || !resource_of(*kind).is_catalogue) {
            error_.fields.push_back({std::move(place), "is no resource of a known @type"});
            return;
        }
        Item item{*kind, *object};
        Status good = conform(item.body, definition_of(resource_of(*kind).definition));
        if (good && text_of(item.body, "name").empty()) good = fail(ErrorCode::invalid, "it has no name");
        if (!good) {
            error_.fields.push_back({std::move(place), first_line(good.error())});
            return;
        }
        complete(*kind, item.body);
        items_.push_back(std::move(item));
    }

    std::vector<Item> items_;
    Error error_{ErrorCode::invalid, "the file is not what an import takes"};
};

// A list of resources, each of the job's `path` or its own @type; or an object with a list for each kind.
Result<std::vector<ProductCatalog::Item>> ProductCatalog::read_items(const json::Object& job, std::string_view content)
    const {
    BOON_TRY(const auto job_kind, kind_of_job(job));
    BOON_TRY(json::Value file, json::parse(content));
    ItemReader reader;
    const json::Object* by_kind = file.if_object();
    if (by_kind == nullptr || by_kind->contains("@type") || job_kind) {
        reader.add_all(file, job_kind, "");
    } else {
        for (const auto& member : *by_kind) {
            reader.add_all(member.value(), kind_of_path(member.key()), json::pointer_to("", member.key()));
        }
    }
    BOON_TRY(auto items, std::move(reader).items());
    if (items.size() > kMostItems) {
        return fail(ErrorCode::limited, fmt::format("{} resources are too many for one import", items.size()));
    }
    // What others refer to goes first.
    std::ranges::stable_sort(items, {}, [](const Item& item) { return static_cast<int>(item.kind); });
    return items;
}

// As it is in the file: what has its id becomes it, what has not is new.
Status ProductCatalog::import_one(db::Connection& connection, const Item& item, const catalog::Author& author) const {
    json::Object body = item.body;
    const std::string given(text_of(body, "id"));
    std::optional<std::string> there;
    if (item.kind == Kind::product_offering) {
        BOON_TRY(there, offerings_.counterpart(connection, given));
    } else if (given.empty()) {
        body["id"] = new_uuid();
    } else {
        BOON_CHECK(check_id(given));
        const auto found = find_document(connection, item.kind, given);
        if (found) there = given;
        if (!found && found.error().code != ErrorCode::not_found) return std::unexpected(found.error());
    }
    if (!there) {
        BOON_CHECK(insert(connection, item.kind, std::move(body), author));
        return {};
    }
    BOON_TRY(const json::Object was, load(connection, item.kind, *there));
    body["id"] = *there;
    body["lastUpdate"] = was.at("lastUpdate");
    BOON_CHECK(store(connection, item.kind, was, std::move(body), author));
    return {};
}

Status ProductCatalog::import_chunk(std::span<const Item> items, const catalog::Author& author, Report& report) {
    // Each in a unit of its own: one that fails is undone alone, and the writer puts them into few transactions.
    for (const Item& item : items) {
        const Status imported = database_.write(db::Lane::batch, [&](db::Connection& connection) {
            return import_one(connection, item, author);
        });
        if (imported) {
            ++report.done;
            continue;
        }
        if (imported.error().code == ErrorCode::unavailable) return imported;
        report.problems.push_back(fmt::format(
            "{} {}: {}", resource_of(item.kind).path, text_of(item.body, "name"), first_line(imported.error())
        ));
    }
    return {};
}

Result<json::Value> ProductCatalog::run_import(std::string_view id, const JobWorld& world) {
    BOON_TRY(const auto job, begin_job(Kind::import_job, id, world.now()));
    if (!job) return json::Value(json::Object{{"imported", 0}});
    Report report;
    const auto content = fetch(text_of(*job, "url"));
    const auto items = content ? read_items(*job, *content) : std::unexpected(content.error());
    if (!items) {
        report.problems.push_back(items.error().message);
        for (const FieldError& field : items.error().fields) {
            report.problems.push_back(fmt::format("{}: {}", field.pointer, field.detail));
        }
    } else {
        const auto total = static_cast<std::int64_t>(items->size());
        for (std::size_t start = 0; start < items->size(); start += kChunk) {
            const std::size_t size = std::min(kChunk, items->size() - start);
            const catalog::Author author{.name = fmt::format("importJob {}", id), .at = world.now()};
            BOON_CHECK(import_chunk(std::span(*items).subspan(start, size), author, report));
            BOON_CHECK(world.progress(static_cast<std::int64_t>(start + size), total));
        }
    }
    BOON_CHECK(end_job(Kind::import_job, *job, report, world.now()));
    return json::Value(
        json::Object{{"imported", report.done}, {"problems", static_cast<std::int64_t>(report.problems.size())}}
    );
}

Result<json::Value> ProductCatalog::collect(const json::Object& job, std::int64_t& count) {
    BOON_TRY(const auto only, kind_of_job(job));
    BOON_TRY(const auto query, http::Query::parse(text_of(job, "query")));
    BOON_TRY(ListQuery wanted, list_query(query));
    const auto list_of = [&](Kind kind) -> Result<json::Array> {
        json::Array items;
        BOON_CHECK(list(kind, wanted, [&](json::Object&& item) { items.emplace_back(std::move(item)); }));
        count += static_cast<std::int64_t>(items.size());
        return items;
    };
    if (only) {
        BOON_TRY(json::Array items, list_of(*only));
        return json::Value(std::move(items));
    }
    json::Object file;
    for (const Resource& resource : resources()) {
        if (!resource.is_catalogue) continue;
        BOON_TRY(file[resource.path], list_of(resource.kind));
    }
    return json::Value(std::move(file));
}

Result<json::Value> ProductCatalog::run_export(std::string_view id, const JobWorld& world) {
    BOON_TRY(auto job, begin_job(Kind::export_job, id, world.now()));
    if (!job) return json::Value(json::Object{{"exported", 0}});
    Report report;
    BOON_CHECK(world.progress(0, 0));
    auto file = collect(*job, report.done);
    const auto where = file ? deliver(*job, json::to_text(*file)) : std::unexpected(file.error());
    if (where) {
        (*job)["url"] = *where;
    } else {
        report.problems.push_back(first_line(where.error()));
    }
    BOON_CHECK(end_job(Kind::export_job, *std::move(job), report, world.now()));
    return json::Value(json::Object{{"exported", report.problems.empty() ? report.done : 0}});
}

}  // namespace boon::tmf
