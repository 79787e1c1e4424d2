// Reading the offers table, shared by the catalogue's files.
#pragma once

#include "platform/base/error.h"
#include "platform/db/database.h"
#include "records/catalog/offer.h"

namespace boon::catalog {

enum class Access { look, change };

// `not_found` when there is none. `change` keeps others from changing it until the transaction ends.
Result<Offer> find_offer(db::Connection& connection, OfferId id, Access access);

}  // namespace boon::catalog
