// The OpenAPI 3.1 document, made from the table of routes and the described records: it cannot say anything else than
// what the server does.
#pragma once

#include <span>
#include <string>

#include "program/api/route.h"

namespace boon::api {

// JSON, indented by two spaces, members in a fixed order: the same routes give the same bytes.
std::string openapi_document(std::span<const Route> routes);

}  // namespace boon::api
