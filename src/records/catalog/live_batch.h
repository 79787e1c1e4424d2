// A batch of staged offers that has become the catalogue's word, all at once and by one row, while its rows still move
// into the catalogue's own tables. There is none most of the time, and never more than one. A writer who had to wait
// for a hundred thousand rows waits for one; the rest is moved in units of a few milliseconds.
//
// Readers read the views current_offers and current_versions, whose answer a move does not change. Whoever changes an
// offer takes it home first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/database.h"
#include "records/catalog/offer.h"
#include "records/catalog/rows.h"

namespace boon::catalog {

// The columns of the table `offers`.
std::vector<std::string_view> offer_columns();

Result<bool> has_live_batch(db::Connection& connection);

// Keeps another server from making a batch live, and from moving one, until the transaction ends. For whoever is about
// to change offers, before the first look at them.
Status hold_live_batch(db::Connection& connection);

// From now on the catalogue says what the batch says. There must be no live batch yet.
Status make_live(db::Connection& connection, std::string_view batch, std::string_view what, const Author& author);

// Moves the offer, if it is one of the live batch, for a change in the same transaction.
Status take_home(db::Connection& connection, OfferId id);
// Moves up to `limit` offers; whether some are left.
Result<bool> take_some_home(db::Connection& connection, std::int64_t limit);
// Moves what there is, in units of the batch lane. Any number of servers may do so at once.
Status take_all_home(db::Database& database);

// How many versions there are: grows with every change of any offer, and not by a move.
Result<std::int64_t> count_versions(db::Connection& connection);

}  // namespace boon::catalog
