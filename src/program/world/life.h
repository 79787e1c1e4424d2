// One customer's history, as it happened: a pure function of the options and the customer's number.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "platform/base/timestamp.h"
#include "program/world/traits.h"

namespace boon::world {

enum class TransactionType : std::uint8_t { purchase, returned, recharge, usage, automatic };

struct Transaction {
    std::int64_t id = 0;
    Timestamp at;
    TransactionType type = TransactionType::purchase;
    std::int64_t amount_minor = 0;
    std::optional<std::size_t> category = {};
    std::optional<std::size_t> channel = {};
    int product = 0;
    int quantity = 1;
};

struct Payment {
    std::int64_t id = 0;
    Timestamp due_at;
    std::optional<Timestamp> paid_at = {};
    bool automatic = false;
};

struct Holding {
    std::string product_id;
    std::string_view category;
    int tier = 0;  // 0: the product has none
    Timestamp started_at;
    std::optional<Timestamp> ended_at = {};
};

enum class InteractionKind : std::uint8_t { sent, viewed, clicked, converted, rejected };

struct Interaction {
    std::int64_t id = 0;
    std::optional<std::int64_t> exposure_id = {};  // of the `sent` it belongs to; none: of the customer's own accord
    std::size_t offer = 0;
    InteractionKind kind = InteractionKind::sent;
    Timestamp at;
    Timestamp shown_at = {};  // when the exposure it belongs to was made: the campaign's month
    std::size_t channel = 0;
    std::optional<double> propensity = {};            // of `sent`
    std::optional<std::size_t> converted_offer = {};  // of `converted`
};

struct Contact {
    std::int64_t id = 0;
    Timestamp sent_at;
    std::size_t channel = 0;
    bool is_control = false;
};

// The probability with which an exposure was accepted; 0 once the customer had left.
struct ExposureTruth {
    std::int64_t exposure_id = 0;
    double probability = 0;
};

// With which probability a conversion follows a contact when it is made, whichever offer it brings, and when it is not;
// 0 once the customer had left.
struct ContactTruth {
    std::int64_t contact_id = 0;
    double treated = 0;
    double untreated = 0;
};

// Each in the order of time.
struct Life {
    Traits traits;
    bool left = false;  // within the world
    std::vector<Transaction> transactions = {};
    std::vector<Payment> payments = {};
    std::vector<Holding> holdings = {};
    std::vector<Interaction> interactions = {};
    std::vector<Contact> contacts = {};
    std::vector<ExposureTruth> exposures = {};
    std::vector<ContactTruth> contact_truths = {};
    std::array<double, kOffers> accept_at_end{};  // on the channel the customer uses most; 0 for who has left
    int tier_at_end = 0;
    Answers answers_at_end = {};
    double value_at_end = 0;  // expected revenue of the next 365 days; 0 for who has left
};

Life live(const Options& options, std::int64_t index);

inline Timestamp end_of(const Options& options) { return plus_days(options.start, options.days); }

// The parts of live(): each fills its own vectors.
void make_transactions(const Options& options, Life& life);
void make_payments(const Options& options, Life& life);
void make_holdings(const Options& options, Life& life);
void make_exposures(const Options& options, Life& life);

}  // namespace boon::world
