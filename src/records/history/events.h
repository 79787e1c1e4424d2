// What companies post as it happens: transactions, interactions and payments. An event counts once per source and id,
// whatever is sent again, and is on disk before it is acknowledged. See docs/events.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/money.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "records/history/ledger.h"

namespace boon::history {

enum class EventType { transaction, interaction, payment };
BOOST_DESCRIBE_ENUM(EventType, transaction, interaction, payment)

// The enumerator of returns has a mark, since `return` is a word of the language; its name has none.
enum class TransactionType { purchase, return_, recharge, usage, automatic };

// The `data` of each type; members mean what the warehouse's columns of that name do (docs/warehouse.md).
struct TransactionData {
    TransactionType type = TransactionType::purchase;
    Money amount;
    std::optional<std::string> category;
    std::optional<std::string> channel;
    std::optional<std::string> product_id;
    std::optional<double> quantity;
};
BOOST_DESCRIBE_STRUCT(TransactionData, (), (type, amount, category, channel, product_id, quantity))

struct InteractionData {
    OfferId offer_id = -1;
    Kind kind = Kind::viewed;
    std::optional<std::string> channel;
    std::optional<std::string> placement;
    std::optional<std::string> campaign_id;
};
BOOST_DESCRIBE_STRUCT(InteractionData, (), (offer_id, kind, channel, placement, campaign_id))

struct PaymentData {
    std::string payment_id;
    Timestamp due_at;
    std::optional<Timestamp> paid_at;
    Money amount;
    std::optional<bool> automatic;
};
BOOST_DESCRIBE_STRUCT(PaymentData, (), (payment_id, due_at, paid_at, amount, automatic))

struct Event {
    std::string id;
    std::string source;
    EventType type = EventType::transaction;
    std::string customer_id;
    Timestamp occurred_at;  // 1970-01-01 in a request: `known_at`
    Timestamp known_at;
    json::Value data;
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, source, type, customer_id, occurred_at, known_at, data))

// A source may bring things in any order within so long; what happened earlier than its watermark is late. As training
// waits for labels (product's lateness of 3 days).
inline constexpr std::int64_t kLatenessMicros = 3 * kMicrosPerDay;

// What a source has posted of one type so far.
struct EventCount {
    std::string source;
    EventType type = EventType::transaction;
    std::int64_t events = 0;
    std::int64_t late = 0;  // of them, that had happened before the watermark of the moment
    Timestamp last_occurred_at;
    Timestamp last_known_at;
    Timestamp watermark;  // last_occurred_at − kLatenessMicros: up to here all is believed to have come
};
BOOST_DESCRIBE_STRUCT(EventCount, (), (source, type, events, late, last_occurred_at, last_known_at, watermark))

struct TakenEvent {
    Recorded recorded = Recorded::added;
    bool is_late = false;  // never a duplicate
    bool operator==(const TakenEvent&) const = default;
};

// An event as it was sent, in boon's form or in a CloudEvents 1.0 envelope, that became known at `known_at`. `invalid`
// with every mistake and its pointer into `value`.
Result<Event> read_event(const json::Value& value, const json::Context& context, Timestamp known_at);

// Keeps them; for each, in their order, whether it is new, and late by what its source had posted before. They are on
// disk when this returns. A request's worth of up to 500 is one unit of work before what is less urgent; more go in
// chunks, so that an error may leave the first ones kept: they are duplicates when all are sent again.
Result<std::vector<TakenEvent>> add_events(db::Database& database, std::span<const Event> events);

// By source and type.
Result<std::vector<EventCount>> count_events(db::Database& database);

// clang-format off: a macro that begins a function and one that ends it are not code to it.
BOOST_DESCRIBE_MAYBE_UNUSED BOOST_DESCRIBE_ENUM_BEGIN(TransactionType)
    BOOST_DESCRIBE_ENUM_ENTRY(TransactionType, purchase),
    [] {
        struct Described {
            static constexpr auto value() noexcept { return TransactionType::return_; }
            static constexpr auto name() noexcept { return "return"; }
        };
        return Described();
    }()
    BOOST_DESCRIBE_ENUM_ENTRY(TransactionType, recharge)
    BOOST_DESCRIBE_ENUM_ENTRY(TransactionType, usage)
    BOOST_DESCRIBE_ENUM_ENTRY(TransactionType, automatic)
BOOST_DESCRIBE_ENUM_END(TransactionType)
// clang-format on

}  // namespace boon::history

template <>
inline constexpr auto boon::kFields<boon::history::TransactionData> = std::array{
    boon::Field{.name = "type", .doc = "a purchase, if absent"},
    boon::Field{.name = "amount", .doc = "in the programme's currency; a return's is below zero", .required = true},
    boon::Field{.name = "category", .max_length = 255},
    boon::Field{.name = "channel", .max_length = 255},
    boon::Field{.name = "product_id", .max_length = 64},
};
template <>
inline constexpr auto boon::kFields<boon::history::InteractionData> = std::array{
    boon::Field{.name = "offer_id", .required = true, .min = 0},
    boon::Field{.name = "kind", .doc = "what the customer did, or that it was sent", .required = true},
    boon::Field{.name = "channel", .max_length = 255},
    boon::Field{.name = "placement", .max_length = 255},
    boon::Field{.name = "campaign_id", .max_length = 64},
};
template <>
inline constexpr auto boon::kFields<boon::history::PaymentData> = std::array{
    boon::Field{.name = "payment_id", .doc = "the bill's", .required = true, .max_length = 64},
    boon::Field{.name = "due_at", .required = true},
    boon::Field{.name = "paid_at", .doc = "absent: not paid yet"},
    boon::Field{.name = "amount", .doc = "in the programme's currency", .required = true, .min = 0},
    boon::Field{.name = "automatic", .doc = "by direct debit and the like"},
};
template <>
inline constexpr auto boon::kFields<boon::history::Event> = std::array{
    boon::Field{.name = "id", .doc = "the source's own; it counts once", .required = true, .max_length = 64},
    boon::Field{.name = "source", .doc = "the system it comes from; ids are unique within it", .max_length = 255},
    boon::Field{.name = "type", .doc = "what `data` is", .required = true},
    boon::Field{.name = "customer_id", .required = true, .max_length = 64},
    boon::Field{.name = "occurred_at", .doc = "when it happened; when boon got it, if absent"},
    boon::Field{.name = "known_at", .doc = "when boon got it", .read_only = true},
    boon::Field{.name = "data", .doc = "TransactionData, InteractionData or PaymentData", .required = true},
};
