// TM Forum's own resources (all but offerings) in the operational database, each as the JSON that is served. Functions
// join the caller's transaction.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "action/tmf/resource.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::tmf {

// `conflict` when the id is taken.
Status insert_document(db::Connection& connection, Kind kind, const json::Object& body, Timestamp now);
// By its `id`. `not_found` when there is none.
Status replace_document(db::Connection& connection, Kind kind, const json::Object& body, Timestamp now);
Status delete_document(db::Connection& connection, Kind kind, std::string_view id);
Result<json::Object> find_document(db::Connection& connection, Kind kind, std::string_view id);
// The oldest first, each as its text.
Status for_each_document(
    db::Connection& connection, Kind kind, const std::function<Status(std::string_view body)>& on_body
);

// What a stored body's text says; it was written by insert_document().
Result<json::Object> read_body(std::string_view text);

// `not_found` in words for any kind.
std::unexpected<Error> no_resource(Kind kind, std::string_view id);

}  // namespace boon::tmf
