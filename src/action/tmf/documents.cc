#include "action/tmf/documents.h"

#include <optional>

#include <fmt/format.h>

#include "action/tmf/narrowing.h"
#include "platform/base/id.h"
#include "platform/db/record.h"

namespace boon::tmf {

namespace {

Result<json::Object> read_body(std::string_view text) {
    BOON_TRY(json::Value value, json::parse(text));
    if (json::Object* object = value.if_object()) return std::move(*object);
    return fail(ErrorCode::internal, "a stored TM Forum resource is no JSON object");
}

Narrowing narrowing_of(Kind kind, const ListQuery& query) {
    Narrowing narrowing({resource_of(kind).path});
    for (const auto& [name, wanted] : query.filters) {
        if (name == "id") narrowing.require({"id"}, texts_of(name, wanted));
        // A job has no lastUpdate of its own.
        const bool is_time = name == "lastUpdate" && resource_of(kind).is_catalogue;
        if (is_time) narrowing.require({"updated_at"}, times_of(name, wanted));
    }
    narrowing.order_by("created_at, id");
    if (query.filters.empty()) narrowing.slice(query);
    return narrowing;
}

}  // namespace

std::unexpected<Error> no_resource(Kind kind, std::string_view id) {
    return fail(
        ErrorCode::not_found, fmt::format("there is no {} {}", resource_of(kind).path, first_characters(id, 100)),
        "list the resources to see which there are"
    );
}

Status insert_document(db::Connection& connection, Kind kind, const json::Object& body, Timestamp now) {
    const std::string text = json::to_text(body);
    BOON_CHECK(connection.execute(
        "insert into tmf_resources (kind, id, body, created_at, updated_at) values (?, ?, ?, ?, ?)",
        {resource_of(kind).path, text_of(body, "id"), text, now, now}
    ));
    return {};
}

Status replace_document(db::Connection& connection, Kind kind, const json::Object& body, Timestamp now) {
    const std::string text = json::to_text(body);
    BOON_TRY(
        const std::int64_t rows, connection.execute(
                                     "update tmf_resources set body = ?, updated_at = ? where kind = ? and id = ?",
                                     {text, now, resource_of(kind).path, text_of(body, "id")}
                                 )
    );
    if (rows == 1) return {};
    return no_resource(kind, text_of(body, "id"));
}

Status delete_document(db::Connection& connection, Kind kind, std::string_view id) {
    BOON_TRY(
        const std::int64_t rows,
        connection.execute("delete from tmf_resources where kind = ? and id = ?", {resource_of(kind).path, id})
    );
    if (rows == 1) return {};
    return no_resource(kind, id);
}

Result<json::Object> find_document(db::Connection& connection, Kind kind, std::string_view id) {
    std::optional<std::string> text;
    BOON_CHECK(connection.query(
        "select body from tmf_resources where kind = ? and id = ?", {resource_of(kind).path, id},
        [&](const db::Row& row) -> Status {
            text = row.text(0);
            return {};
        }
    ));
    if (!text) return no_resource(kind, id);
    return read_body(*text);
}

Result<std::int64_t> count_documents(db::Connection& connection, Kind kind) {
    return db::select_number(connection, "select count(*) from tmf_resources where kind = ?", {resource_of(kind).path});
}

Status for_each_document(
    db::Connection& connection, Kind kind, const ListQuery& query,
    const std::function<Status(json::Object&& document)>& on_document
) {
    const Narrowing narrowing = narrowing_of(kind, query);
    return connection.query(
        narrowing.after("select body from tmf_resources where kind = ?"), narrowing.params(),
        [&](const db::Row& row) -> Status {
            BOON_TRY(json::Object document, read_body(row.text(0)));
            return on_document(std::move(document));
        }
    );
}

}  // namespace boon::tmf
