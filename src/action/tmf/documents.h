// TM Forum's own resources (all but offerings) in the operational database, each as the JSON that is served. Functions
// join the caller's transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "action/tmf/listing.h"
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
Result<std::int64_t> count_documents(db::Connection& connection, Kind kind);
// The oldest first: of a query without filters its page, else at least all that match.
Status for_each_document(
    db::Connection& connection, Kind kind, const ListQuery& query,
    const std::function<Status(json::Object&& document)>& on_document
);

// `not_found` in words for any kind.
std::unexpected<Error> no_resource(Kind kind, std::string_view id);

}  // namespace boon::tmf
