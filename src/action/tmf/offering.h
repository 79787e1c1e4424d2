// An offering of TMF620 is an offer of boon: what both know goes into the offer, the rest is kept beside it (`extra`:
// the offering as it was last sent) and served again. Where the two disagree, because the offer was changed elsewhere,
// the offer is right.
//
// | offering                        | offer                                                                          |
// |---------------------------------|--------------------------------------------------------------------------------|
// | id                              | offer_id                                                                       |
// | name, description               | the same                                                                       |
// | lifecycleStatus                 | status: In study, In design, In test, Rejected: draft; Active, Launched: live; |
// |                                 | Suspended: paused; Retired, Obsolete: retired; any other word: draft           |
// | isSellable                      | is_active                                                                      |
// | validFor                        | valid_from, valid_until                                                        |
// | category[0].name, else its id   | category, when it has at most 50 characters                                    |
// | channel[].name, else its id     | channels                                                                       |
// | productOfferingPrice[0]         | price: its amount, when it is in the programme's currency                      |
#pragma once

#include <optional>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/record.h"
#include "records/catalog/offer.h"

namespace boon::tmf {

// What an offering says of its offer: members of the offer's JSON, all of the table above but the id. `price`: of its
// first price, nothing when it has none in the programme's currency.
json::Object fields_said(const json::Object& offering, std::optional<double> price);
// The same members as the offer has them.
json::Object fields_of(const catalog::Offer& offer, const json::Context& context);

// The offering as it is served, without its href: `extra`, made to agree with the offer.
struct OfferingParts {
    const catalog::Offer& offer;
    const json::Object& extra;
    std::optional<double> extra_price;  // fields_said()'s, of `extra`
    const json::Context& context;
};
json::Object offering_of(const OfferingParts& parts);

// The state that a word of lifecycleStatus stands for, without regard to case, spaces, `_` and `-`.
catalog::OfferStatus status_of(std::string_view lifecycle_status);
std::string_view lifecycle_of(catalog::OfferStatus status);

// An error of the offer with its places renamed to those of the offering.
Error in_offering(Error error);

}  // namespace boon::tmf
