#include "program/app/posted_rows.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "platform/base/record.h"
#include "platform/db/database.h"

namespace boon::app {

namespace {

template <class Data>
Result<Data> data_of(const history::Event& event, const Currency& currency) {
    auto read = json::read<Data>(event.data, {.currency = currency});
    if (read) return read;
    Error error = std::move(read).error();
    error.code = ErrorCode::internal;
    return in_context("event " + event.id + " of " + event.source, std::move(error));
}

// As the SQL makes whole numbers of decimals.
std::int64_t millionths(double number) { return static_cast<std::int64_t>(std::round(number * 1e6)); }

Status append_transaction(warehouse::Appender& to, const history::Event& event, const Currency& currency) {
    BOON_TRY(const auto data, data_of<history::TransactionData>(event, currency));
    to.add(event.id).add(event.customer_id).add(event.occurred_at).add(event.known_at).add(enum_name(data.type));
    to.add(currency.to_double(data.amount)).add(data.amount.minor).add(data.category).add(data.channel);
    return to.add(data.product_id).add(data.quantity).end_row();
}

Status append_interaction(warehouse::Appender& to, const history::Event& event, const Currency& currency) {
    BOON_TRY(const auto data, data_of<history::InteractionData>(event, currency));
    to.add(event.id).add(event.customer_id).add(static_cast<std::int32_t>(data.offer_id)).add(enum_name(data.kind));
    to.add(event.occurred_at).add(event.known_at).add(data.channel).add(data.placement);
    return to.add(data.campaign_id).end_row();
}

Status append_payment(warehouse::Appender& to, const history::Event& event, const Currency& currency) {
    BOON_TRY(const auto data, data_of<history::PaymentData>(event, currency));
    to.add(data.payment_id).add(event.customer_id).add(data.due_at).add(data.paid_at);
    to.add(currency.to_double(data.amount)).add(data.amount.minor).add(data.automatic);
    return to.add(event.known_at).end_row();
}

// Whether events were joined before, if none are there any more.
Result<bool> is_joined(warehouse::Warehouse& warehouse) {
    BOON_TRY(
        const auto found,
        warehouse.query("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'boon_posted'")
    );
    return found.columns.front().integer(0) > 0;
}

}  // namespace

void PostedRows::name(features::PostedRow& row, std::string_view column, std::optional<std::string> text) {
    if (text) row.values.push_back({.column = column, .text = keep(*std::move(text))});
}

Status PostedRows::add(const history::Event& event) {
    features::PostedRow row;
    row.at = event.occurred_at.micros;
    row.known_at = event.known_at.micros;
    switch (event.type) {
        case history::EventType::transaction: {
            BOON_TRY(auto data, data_of<history::TransactionData>(event, currency_));
            row.table = features::Table::transactions;
            row.business_id = keep(event.id);
            name(row, "type", std::string(enum_name(data.type)));
            row.values.push_back({.column = "amount", .whole = data.amount.minor});
            name(row, "category", std::move(data.category));
            name(row, "channel", std::move(data.channel));
            name(row, "product_id", std::move(data.product_id));
            if (data.quantity) row.values.push_back({.column = "quantity", .whole = millionths(*data.quantity)});
            break;
        }
        case history::EventType::interaction: {
            BOON_TRY(auto data, data_of<history::InteractionData>(event, currency_));
            row.table = features::Table::interactions;
            row.business_id = keep(event.id);
            name(row, "kind", std::string(enum_name(data.kind)));
            row.values.push_back({.column = "offer_id", .whole = data.offer_id});
            name(row, "channel", std::move(data.channel));
            name(row, "placement", std::move(data.placement));
            name(row, "campaign_id", std::move(data.campaign_id));
            break;
        }
        case history::EventType::payment: {
            BOON_TRY(auto data, data_of<history::PaymentData>(event, currency_));
            row.table = features::Table::payments;
            row.at = data.due_at.micros;
            row.business_id = keep(std::move(data.payment_id));
            if (data.paid_at) row.until = data.paid_at->micros;
            row.values.push_back({.column = "amount", .whole = data.amount.minor});
            if (data.automatic) row.values.push_back({.column = "automatic", .whole = *data.automatic ? 1 : 0});
            break;
        }
    }
    rows_[event.customer_id].push_back(std::move(row));
    return {};
}

std::vector<features::PostedRow> PostedRows::of(std::string_view customer_id) const {
    const auto found = rows_.find(customer_id);
    if (found == rows_.end()) return {};
    auto rows = found->second;
    std::ranges::stable_sort(rows, {}, [](const features::PostedRow& row) {
        return std::tuple(std::max(row.at + 1, row.known_at), row.at);
    });
    return rows;
}

Status append_posted(warehouse::PostedTables& to, const history::Event& event, const Currency& currency) {
    switch (event.type) {
        case history::EventType::transaction: return append_transaction(to.transactions, event, currency);
        case history::EventType::interaction: return append_interaction(to.interactions, event, currency);
        case history::EventType::payment: return append_payment(to.payments, event, currency);
    }
    return {};
}

Result<bool> has_events(db::Database& database) {
    BOON_TRY(const auto last, database.read([](db::Connection& c) { return history::last_event_place(c); }));
    return last != history::EventPlace{};
}

Result<JoinedEvents> join_events(db::Database& database, warehouse::Warehouse& warehouse, const Currency& currency) {
    JoinedEvents joined;
    BOON_TRY(joined.place, database.read([](db::Connection& c) { return history::last_event_place(c); }));
    BOON_TRY(const bool before, is_joined(warehouse));
    if (joined.place == history::EventPlace{} && !before) return joined;
    BOON_TRY(joined.own, warehouse::join_posted(warehouse, [&](warehouse::PostedTables& to) {
                 return database.read([&](db::Connection& connection) {
                     return history::for_each_event(connection, [&](const history::Event& event) {
                         return append_posted(to, event, currency);
                     });
                 });
             }));
    return joined;
}

}  // namespace boon::app
