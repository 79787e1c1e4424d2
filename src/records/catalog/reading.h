// An offer from JSON, with all that is wrong of it at once.
#pragma once

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "records/catalog/offer.h"

namespace boon::catalog {

// As json::read(); when something cannot be read, what complete() has against the rest is told with it.
Result<Offer> read_offer(const json::Value& value, const json::Context& context, const Names& names);

}  // namespace boon::catalog
