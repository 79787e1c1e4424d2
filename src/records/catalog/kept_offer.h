// An offer at rest. An Offer has room for all that an offer may say, and takes more than a thousand bytes; kept are
// only the members that say something, in a few hundred bytes that its copies share. For whoever holds the whole
// catalogue.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "records/catalog/offer.h"

namespace boon::catalog {

// Immutable, and cheap to copy. Thread-safe.
class KeptOffer {
public:
    KeptOffer(const Offer& offer
    );  // NOLINT(google-explicit-constructor): an offer may be kept wherever one is asked for

    [[nodiscard]] OfferId offer_id() const;
    [[nodiscard]] std::int64_t version() const;
    [[nodiscard]] std::string_view name() const;
    // As it was given: about a microsecond.
    [[nodiscard]] Offer offer() const;
    // Whether both share their bytes: no more than a sign that they say the same.
    [[nodiscard]] bool shares_with(const KeptOffer& other) const { return held_ == other.held_; }
    // What it takes beside the handle.
    [[nodiscard]] std::size_t memory_bytes() const;

    // Whether both say the same.
    bool operator==(const KeptOffer& other) const;

private:
    struct Held;
    std::shared_ptr<const Held> held_;
};

}  // namespace boon::catalog
