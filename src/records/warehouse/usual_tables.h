// The tables that a loyalty programme's PostgreSQL warehouse usually has, and what they are to boon: from their columns
// the SELECTs of the logical tables (schema.h). docs/warehouse.md says the same in words.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/warehouse/warehouse.h"

namespace boon::warehouse {

struct UsualTable {
    std::string_view name;  // in the source, unless the settings name another; dwh.NAME in boon
    // When a row began, by the names that it may have: old rows no longer change. None: all may.
    std::span<const std::string_view> time_columns;
};
std::span<const UsualTable> usual_tables();

// What is there of them, by name, with the columns as the source has them.
using UsualColumns = std::map<std::string, std::vector<std::string>>;

// How the SELECTs name one of them: dwh."NAME" where they read the copies. They are SQL that DuckDB and PostgreSQL
// understand alike.
using RelationOf = std::function<std::string(std::string_view name)>;
std::string copy_of(std::string_view name);

// The logical tables that follow, as SELECTs:
//   customers     from customer_features_view (else everybody who has an event); joined_at is last_updated minus
//                 account_age_days, when there is no such column
//   transactions  from customer_transaction_history: transaction_type in boon's words, returns below zero
//   interactions  from customer_offer_history: one for each of sent_at, opened_at, clicked_at, converted_at
//   offers        from the same: an offer's name and type, from the first time it was sent with them
//   payments, holdings, contacts  from customer_payment_history, customer_product_history, customer_contact_history
std::map<std::string, TableSource> usual_views(const UsualColumns& tables, const RelationOf& relation_of = copy_of);

}  // namespace boon::warehouse
