// A request that changes something, carried out as one transaction: the change itself, its entry in the audit log, and
// the answer kept for its Idempotency-Key. After a crash all three are there or none, so a request that is sent again
// either gets the first answer or is the first.
//
// Kept are answers of success. A request that was refused changed nothing, and is tried anew when it comes again.
// See docs/api.md and docs/adr/0020-one-unit-per-request.md.
#pragma once

#include <string>
#include <string_view>

#include "platform/http/respond.h"
#include "program/api/route.h"

namespace boon::api {

// Whether the route's requests are entered into the audit log here: by pool routes that write or administer.
bool is_audited(const Route& route);
// The name of a route's deed: `offers.create`, `offers.activate`, `models.versions.promote`.
std::string deed_name(const Route& route);

// Whether an Idempotency-Key holds for it: for POSTs, but not for those of somebody who is not known (yet), or about
// the own login, whose answer is a secret of the moment.
bool is_repeatable(const Route& route);

// Whether the value of an If-Match names the ETag: `*`, or a list that it is in (RFC 9110, 13.1.1).
bool names_etag(std::string_view if_match, std::string_view etag);

// Whether a request takes this way: it is audited, or it is repeatable and has an Idempotency-Key.
bool is_change(const Route& route, const http::Request& request);

// Blocks; answers through `respond`. `object`: the GET route of what the path names, which tells what it was before
// and is after; null where there is none.
void carry_out(const Route& route, const Route* object, Call call, const http::Respond& respond);

}  // namespace boon::api
