#include "records/features/tables.h"

#include <algorithm>
#include <array>

#include "platform/base/describe.h"

namespace boon::features {

namespace {

constexpr std::array kCustomers = {
    Column{"joined_at", ColumnKind::time},
    Column{"contract_type", ColumnKind::text},
    Column{"region", ColumnKind::text},
    Column{"birth_year", ColumnKind::integer},
    Column{"gender", ColumnKind::text},
    // A closure that is still to come is not known at the instant.
    Column{"closed_at", ColumnKind::time},
};

constexpr std::array kTransactions = {
    Column{"type", ColumnKind::text},    Column{"amount", ColumnKind::money},    Column{"category", ColumnKind::text},
    Column{"channel", ColumnKind::text}, Column{"product_id", ColumnKind::text}, Column{"quantity", ColumnKind::number},
};

constexpr std::array kInteractions = {
    Column{"kind", ColumnKind::text},      Column{"offer_id", ColumnKind::integer}, Column{"channel", ColumnKind::text},
    Column{"placement", ColumnKind::text}, Column{"campaign_id", ColumnKind::text},
};

// A bill is late from one whole day after it was due. What is paid at or after the instant is unpaid at the instant.
constexpr std::string_view kDaysLate =
    "greatest(0, (epoch_us(CASE WHEN t.paid_at < {as_of} THEN t.paid_at ELSE {as_of} END) - epoch_us(t.due_at)) "
    "// 86400000000)";
constexpr std::string_view kDaysLatePostgres =
    "greatest(0, CAST(extract(epoch FROM (CASE WHEN t.paid_at < {as_of} THEN t.paid_at ELSE {as_of} END) - t.due_at) "
    "* 1000000 AS BIGINT) / 86400000000)";
constexpr std::string_view kPaymentState =
    "CASE WHEN t.paid_at IS NULL OR t.paid_at >= {as_of} THEN 'unpaid' "
    "WHEN t.paid_at - t.due_at >= INTERVAL '1 day' THEN 'late' ELSE 'on_time' END";
constexpr std::array kPayments = {
    Column{"amount", ColumnKind::money},
    Column{"automatic", ColumnKind::boolean},
    Column{"state", ColumnKind::text, kPaymentState},
    Column{"days_late", ColumnKind::integer, kDaysLate, kDaysLatePostgres},
};

constexpr std::array kHoldings = {
    Column{"product_id", ColumnKind::text},
    Column{"category", ColumnKind::text},
    Column{"tier", ColumnKind::integer},
    Column{"active", ColumnKind::boolean, "(t.ended_at IS NULL OR t.ended_at >= {as_of})"},
};

constexpr std::array kContacts = {
    Column{"campaign_id", ColumnKind::text},
    Column{"channel", ColumnKind::text},
    Column{"is_control", ColumnKind::boolean},
};

constexpr std::array kTables = {
    TableInfo{Table::customers, "customer_id", {}, kCustomers},
    TableInfo{Table::transactions, "transaction_id", "occurred_at", kTransactions},
    TableInfo{Table::interactions, "interaction_id", "occurred_at", kInteractions},
    TableInfo{Table::payments, "payment_id", "due_at", kPayments},
    TableInfo{Table::holdings, {}, "started_at", kHoldings},
    TableInfo{Table::contacts, "contact_id", "sent_at", kContacts},
    TableInfo{Table::activity, {}, "occurred_at", {}},
};

// customer_features_view and customer_churn_history as companies have them: no date says when these became true.
constexpr std::array<std::string_view, 27> kServingOnly = {
    "account_age_days",
    "active_products_count",
    "avg_transaction_value",
    "churn_date",
    "churn_probability",
    "churn_risk",
    "churn_score",
    "churned",
    "churned_at",
    "churned_date",
    "credit_utilization",
    "customer_status",
    "customer_value",
    "data_usage_mb",
    "days_since_last_transaction",
    "last_updated",
    "lifecycle_stage",
    "lifetime_value",
    "ltv",
    "points_balance",
    "predicted_ltv",
    "rfm_segment",
    "total_revenue",
    "transaction_count",
    "value_score",
    "value_segment",
    "will_churn",
};

}  // namespace

const TableInfo& table_info(Table table) { return *std::ranges::find(kTables, table, &TableInfo::table); }

std::optional<Column> find_column(Table table, std::string_view name, const ExtraColumns& extra) {
    for (const Column& column : table_info(table).columns) {
        if (column.name == name) return column;
    }
    const auto declared = extra.find(std::string(enum_name(table)));
    if (declared == extra.end()) return std::nullopt;
    const auto column = declared->second.find(std::string(name));
    if (column == declared->second.end()) return std::nullopt;
    return Column{column->first, column->second};
}

bool is_serving_only(std::string_view column) { return std::ranges::binary_search(kServingOnly, column); }

}  // namespace boon::features
