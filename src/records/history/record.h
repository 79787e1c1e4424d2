// What the ledger keeps: a decision as it was made, and the outcomes that came back for it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/id.h"
#include "platform/base/money.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"

namespace boon::history {

struct DecisionRecord {
    std::string decision_id;  // a UUIDv7, or the caller's own UTF-8 text of at most 64 bytes
    std::string customer_id;
    Timestamp decided_at;
    std::string placement;
    std::string channel;
    std::vector<OfferId> offers;  // what was shown, best first
    std::string body;             // JSON of the whole decision; kept byte for byte
    std::vector<float> features;  // as decided on, in the order of `schema_id`; not-a-number is missing
    std::int64_t schema_id = 0;
    std::int64_t catalogue_version = 0;
    std::int64_t policy_version = 0;
    std::string model_version;  // empty without a model
};

enum class Kind { sent, viewed, clicked, converted, rejected };
BOOST_DESCRIBE_ENUM(Kind, sent, viewed, clicked, converted, rejected)

// An interaction with an offer that a decision showed.
struct Outcome {
    std::string decision_id;
    OfferId offer_id = -1;
    Kind kind = Kind::viewed;
    Timestamp occurred_at;  // 1970-01-01 in a request: `known_at`
    Timestamp known_at;
    std::optional<Money> revenue;
    std::optional<std::string> event_id;
};
BOOST_DESCRIBE_STRUCT(Outcome, (), (decision_id, offer_id, kind, occurred_at, known_at, revenue, event_id))

}  // namespace boon::history

template <>
inline constexpr auto boon::kFields<boon::history::Outcome> = std::array{
    boon::Field{.name = "decision_id", .doc = "the decision it answers", .required = true, .max_length = 64},
    boon::Field{.name = "offer_id", .doc = "one of the offers that the decision showed", .required = true, .min = 0},
    boon::Field{.name = "kind", .doc = "what the customer did, or that it was sent", .required = true},
    boon::Field{.name = "occurred_at", .doc = "when it happened; when boon got it, if absent"},
    boon::Field{.name = "known_at", .doc = "when boon got it", .read_only = true},
    boon::Field{.name = "revenue", .doc = "what a conversion brought, net of returns"},
    boon::Field{
        .name = "event_id",
        .doc = "the company's own id of it, so that it counts once when the warehouse has it too",
        .max_length = 64,
    },
};
