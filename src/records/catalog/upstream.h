// Offers as an upstream has them, made the catalogue's: what an offer becomes by what upstream says of it, and how any
// number of offers change at once.
//
// A change of many offers is prepared beside the catalogue, in chunks (stage()), then made the catalogue's word by one
// row (apply()), and then moved into its tables, in chunks again (take_all_home(), live_batch.h). Between the first two
// the catalogue may move; apply() notices and changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "records/catalog/catalogue.h"
#include "records/catalog/offer.h"

namespace boon::catalog {

// `current` with what upstream says over it, and complete. `fields`: by name of the field (`name`,
// `attributes.difficulty`, `content.en.title`), in the offer's JSON; null gives the field its default. Whatever is not
// among them stays. Upstream has the offer, so it is active unless `is_active` is false there; one whose stage or
// target segment is not known here becomes inactive, with the reason. `invalid` with a pointer for each field that
// does not fit.
Result<Offer> with_upstream(const Offer& current, const json::Object& fields, const Names& names);

// The same offer when upstream has it no longer.
Offer withdrawn(const Offer& current, std::string reason);

// Whether customers may see it, its validity aside.
inline bool is_live(const Offer& offer) { return offer.is_active && offer.status == OfferStatus::live; }

// What differs between what two versions of an offer say.
std::vector<FieldChange> differences(const Offer& before, const Offer& after, const json::Context& context);

// The offers of `system` with these external ids (at most 500), in the order of their ids.
Result<std::vector<Offer>> find_external(
    db::Connection& connection, std::string_view system, std::span<const std::string> external_ids
);

// Writes offers as they shall become, at most 2 000 at once: `version` is the one they get, and 1 creates the offer.
// Ids within a batch are distinct.
Status stage(
    db::Connection& connection, std::string_view batch, std::span<const Offer> offers, const json::Context& context
);
// What the offers of a batch aim at, each name once.
Result<std::vector<std::string>> targets_of(db::Connection& connection, std::string_view batch);
// Forgets up to `limit` rows of a batch, unless it is live; how many there were.
Result<std::int64_t> unstage(db::Connection& connection, std::string_view batch, std::int64_t limit);

enum class Applied { done, moved };
// Makes the batch the catalogue's word, with its history and a row of the change feed, in the caller's transaction;
// takes as long for any number of offers. `moved`, with nothing changed, when one of the offers has another version by
// now, a new one's id was given away, or another batch is still on its way home. `staged_at`: count_versions() before
// the batch was made. `what`: the history's word for the change.
Result<Applied> apply(
    db::Connection& connection, std::string_view batch, std::int64_t staged_at, std::string_view what,
    const Author& author
);

}  // namespace boon::catalog
