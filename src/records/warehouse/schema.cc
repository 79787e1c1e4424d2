#include "records/warehouse/schema.h"

#include <array>

namespace boon::warehouse {

namespace {

using enum ColumnKind;

constexpr std::array kCustomers = {
    StandardColumn{.name = "customer_id", .kind = id, .required = true},
    StandardColumn{.name = "joined_at", .kind = time},
    StandardColumn{.name = "closed_at", .kind = time},
    StandardColumn{.name = "contract_type", .kind = text, .choices = "prepaid|postpaid"},
    StandardColumn{.name = "region", .kind = text},
    StandardColumn{.name = "birth_year", .kind = integer},
    StandardColumn{.name = "gender", .kind = text},
};

constexpr std::array kTransactions = {
    StandardColumn{.name = "transaction_id", .kind = id},
    StandardColumn{.name = "customer_id", .kind = id, .required = true},
    StandardColumn{.name = "occurred_at", .kind = time, .required = true},
    StandardColumn{.name = "known_at", .kind = time, .otherwise = "occurred_at"},
    StandardColumn{
        .name = "type", .kind = text, .otherwise = "'purchase'", .choices = "purchase|return|recharge|usage|automatic"
    },
    StandardColumn{.name = "amount", .kind = money, .required = true},
    StandardColumn{.name = "category", .kind = text},
    StandardColumn{.name = "channel", .kind = text},
    StandardColumn{.name = "product_id", .kind = id},
    StandardColumn{.name = "quantity", .kind = real},
};

constexpr std::array kInteractions = {
    StandardColumn{.name = "interaction_id", .kind = id},
    StandardColumn{.name = "customer_id", .kind = id, .required = true},
    StandardColumn{.name = "offer_id", .kind = integer, .required = true, .limit = Limit::not_negative},
    StandardColumn{.name = "kind", .kind = text, .required = true, .choices = "sent|viewed|clicked|converted|rejected"},
    StandardColumn{.name = "occurred_at", .kind = time, .required = true},
    StandardColumn{.name = "known_at", .kind = time, .otherwise = "occurred_at"},
    StandardColumn{.name = "channel", .kind = text},
    StandardColumn{.name = "placement", .kind = text},
    StandardColumn{.name = "exposure_id", .kind = id},
    StandardColumn{.name = "propensity", .kind = real, .limit = Limit::not_negative},
    StandardColumn{.name = "converted_offer_id", .kind = integer, .limit = Limit::not_negative},
    StandardColumn{.name = "campaign_id", .kind = id},
};

constexpr std::array kPayments = {
    StandardColumn{.name = "payment_id", .kind = id},
    StandardColumn{.name = "customer_id", .kind = id, .required = true},
    StandardColumn{.name = "due_at", .kind = time, .required = true},
    StandardColumn{.name = "paid_at", .kind = time},
    StandardColumn{.name = "amount", .kind = money, .required = true, .limit = Limit::not_negative},
    StandardColumn{.name = "automatic", .kind = boolean},
    StandardColumn{.name = "known_at", .kind = time, .otherwise = "due_at"},
};

constexpr std::array kHoldings = {
    StandardColumn{.name = "customer_id", .kind = id, .required = true},
    StandardColumn{.name = "product_id", .kind = id, .required = true},
    StandardColumn{.name = "category", .kind = text},
    StandardColumn{.name = "tier", .kind = integer},
    StandardColumn{.name = "started_at", .kind = time, .required = true},
    StandardColumn{.name = "ended_at", .kind = time},
    StandardColumn{.name = "known_at", .kind = time, .otherwise = "started_at"},
};

constexpr std::array kContacts = {
    StandardColumn{.name = "contact_id", .kind = id, .required = true},
    StandardColumn{.name = "customer_id", .kind = id, .required = true},
    StandardColumn{.name = "campaign_id", .kind = id, .required = true},
    StandardColumn{.name = "channel", .kind = text},
    StandardColumn{.name = "sent_at", .kind = time, .required = true},
    StandardColumn{.name = "is_control", .kind = boolean},
    StandardColumn{.name = "known_at", .kind = time, .otherwise = "sent_at"},
};

// What the company itself says of who left: a row for each time that a customer did, and one without a time for a
// customer of whom it is known that none did. Of a customer without rows nothing is known.
constexpr std::array kChurn = {
    StandardColumn{.name = "customer_id", .kind = id, .required = true},
    StandardColumn{.name = "churned_at", .kind = time},
    StandardColumn{.name = "known_at", .kind = time, .otherwise = "churned_at"},
};

constexpr std::array kOffers = {
    StandardColumn{.name = "offer_id", .kind = integer, .required = true, .limit = Limit::not_negative},
    StandardColumn{.name = "name", .kind = text},
    StandardColumn{.name = "category", .kind = text},
    StandardColumn{.name = "valid_from", .kind = time},
    StandardColumn{.name = "valid_until", .kind = time},
    StandardColumn{.name = "value", .kind = money},
    StandardColumn{.name = "redemption_cost", .kind = money, .limit = Limit::not_negative},
    StandardColumn{.name = "contact_cost", .kind = money, .limit = Limit::not_negative},
    StandardColumn{.name = "horizon_days", .kind = integer, .limit = Limit::not_negative},
};

constexpr std::array kTables = {
    LogicalTable{.name = "customers", .columns = kCustomers, .key = "customer_id", .happened = ""},
    LogicalTable{
        .name = "transactions",
        .columns = kTransactions,
        .key = "transaction_id",
        .happened = "occurred_at",
        .of_customers = true
    },
    LogicalTable{
        .name = "interactions",
        .columns = kInteractions,
        .key = "interaction_id",
        .happened = "occurred_at",
        .of_customers = true
    },
    // A payment's due date may lie ahead, so nothing here is in the future by mistake; paid_at is checked by itself.
    LogicalTable{
        .name = "payments", .columns = kPayments, .key = "payment_id", .happened = "paid_at", .of_customers = true
    },
    LogicalTable{
        .name = "holdings",
        .columns = kHoldings,
        .key = "customer_id,product_id,started_at",
        .happened = "started_at",
        .of_customers = true
    },
    LogicalTable{
        .name = "contacts", .columns = kContacts, .key = "contact_id", .happened = "sent_at", .of_customers = true
    },
    LogicalTable{
        .name = "churn",
        .columns = kChurn,
        .key = "customer_id,churned_at",
        .happened = "churned_at",
        .of_customers = true
    },
    LogicalTable{.name = "offers", .columns = kOffers, .key = "offer_id,valid_from", .happened = ""},
};

}  // namespace

std::span<const LogicalTable> logical_tables() { return kTables; }

const LogicalTable* find_table(std::string_view name) {
    for (const LogicalTable& table : kTables) {
        if (table.name == name) return &table;
    }
    return nullptr;
}

}  // namespace boon::warehouse
