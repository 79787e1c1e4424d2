#include "records/warehouse/usual_tables.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/sql/literal.h"

namespace boon::warehouse {

namespace {

constexpr std::string_view kFeatures = "customer_features_view";
constexpr std::string_view kOffers = "customer_offer_history";
constexpr std::string_view kChurn = "customer_churn_history";
constexpr std::string_view kTransactions = "customer_transaction_history";
constexpr std::string_view kPayments = "customer_payment_history";
constexpr std::string_view kHoldings = "customer_product_history";
constexpr std::string_view kContacts = "customer_contact_history";

constexpr std::array<std::string_view, 1> kSent = {"sent_at"};
constexpr std::array<std::string_view, 1> kSnapshot = {"snapshot_date"};
constexpr std::array<std::string_view, 2> kOccurred = {"transaction_date", "occurred_at"};
constexpr std::array<std::string_view, 3> kDue = {"due_date", "due_at", "payment_due_date"};
constexpr std::array<std::string_view, 3> kContacted = {"sent_at", "sent_date", "contact_date"};
constexpr std::array kUsual = {
    UsualTable{kFeatures, {}},         UsualTable{kOffers, kSent},
    UsualTable{kChurn, kSnapshot},     UsualTable{kTransactions, kOccurred},
    UsualTable{kPayments, kDue},       UsualTable{kHoldings, {}},
    UsualTable{kContacts, kContacted},
};

// What companies call a column of boon's.
struct Alias {
    std::string_view theirs;
    std::string_view ours;
};
constexpr std::array kTransactionNames = {
    Alias{"transaction_date", "occurred_at"},
    Alias{"transaction_type", "type"},
    Alias{"transaction_amount", "amount"},
};
constexpr std::array kPaymentNames = {
    Alias{"due_date", "due_at"},      Alias{"payment_due_date", "due_at"}, Alias{"paid_date", "paid_at"},
    Alias{"payment_date", "paid_at"}, Alias{"payment_amount", "amount"},   Alias{"is_automatic", "automatic"},
    Alias{"autopay", "automatic"},
};
constexpr std::array kHoldingNames = {
    Alias{"start_date", "started_at"},
    Alias{"end_date", "ended_at"},
    Alias{"product_category", "category"},
    Alias{"product_tier", "tier"},
};
constexpr std::array kContactNames = {
    Alias{"sent_date", "sent_at"},
    Alias{"contact_date", "sent_at"},
    Alias{"control_group", "is_control"},
};

// What companies call a type of transaction; what is not here stays as it is, and is reported by the check.
constexpr std::string_view kTypeWords =
    "WHEN 'buy' THEN 'purchase' WHEN 'sale' THEN 'purchase' WHEN 'order' THEN 'purchase' "
    "WHEN 'refund' THEN 'return' WHEN 'reversal' THEN 'return' WHEN 'chargeback' THEN 'return' "
    "WHEN 'topup' THEN 'recharge' WHEN 'top-up' THEN 'recharge' WHEN 'top_up' THEN 'recharge' "
    "WHEN 'auto' THEN 'automatic' WHEN 'renewal' THEN 'automatic' WHEN 'subscription' THEN 'automatic' "
    "WHEN 'invoice' THEN 'automatic' WHEN 'autopay' THEN 'automatic'";

using Columns = std::vector<std::string>;

std::string lower(std::string_view name) {
    std::string text(name);
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

// The column of that name, as the source writes it.
std::optional<std::string> find(const Columns& columns, std::string_view name) {
    const auto found = std::ranges::find_if(columns, [&](const std::string& each) { return lower(each) == name; });
    if (found == columns.end()) return std::nullopt;
    return *found;
}

// Every column of the source, by boon's name where it has one. A name that the source uses already is left to it; so is
// the second of two that mean the same.
struct Item {
    std::string theirs;
    std::string ours;
};
std::vector<Item> renamed(const Columns& columns, std::span<const Alias> aliases) {
    std::vector<Item> items;
    std::vector<std::string_view> given;
    for (const std::string& column : columns) {
        const auto alias = std::ranges::find(aliases, lower(column), &Alias::theirs);
        const bool rename = alias != aliases.end() && !find(columns, alias->ours) &&
                            std::ranges::find(given, alias->ours) == given.end();
        if (rename) given.push_back(alias->ours);
        items.push_back({column, rename ? std::string(alias->ours) : column});
    }
    return items;
}

std::string select_renamed(const std::string& from, const Columns& columns, std::span<const Alias> aliases) {
    std::vector<std::string> items;
    for (const Item& item : renamed(columns, aliases)) {
        items.push_back(fmt::format("{} AS {}", sql::quote_name(item.theirs), sql::quote_name(item.ours)));
    }
    return fmt::format("SELECT {} FROM {}", fmt::join(items, ", "), from);
}

std::string customers_sql(const std::string& from, const Columns& columns) {
    std::vector<std::string> items;
    for (const std::string& column : columns) items.push_back(sql::quote_name(column));
    const auto age = find(columns, "account_age_days");
    const auto updated = find(columns, "last_updated");
    if (age && updated && !find(columns, "joined_at")) {
        items.push_back(fmt::format(
            "CAST(CAST({} AS DATE) - CAST(floor({}) AS INTEGER) AS TIMESTAMP) AS joined_at", sql::quote_name(*updated),
            sql::quote_name(*age)
        ));
    }
    return fmt::format("SELECT {} FROM {}", fmt::join(items, ", "), from);
}

// Everybody who has an event, where no table lists the customers.
std::string customers_of_events(const UsualColumns& tables, const RelationOf& relation_of) {
    std::vector<std::string> selects;
    for (const std::string_view table : {kTransactions, kOffers}) {
        const auto found = tables.find(std::string(table));
        if (found == tables.end() || !find(found->second, "customer_id")) continue;
        selects.push_back(fmt::format(
            "SELECT {} AS customer_id FROM {}", sql::quote_name(*find(found->second, "customer_id")), relation_of(table)
        ));
    }
    if (selects.empty()) return {};
    return fmt::format("SELECT DISTINCT customer_id FROM ({}) everybody", fmt::join(selects, " UNION ALL "));
}

std::string transactions_sql(const std::string& from, const Columns& columns) {
    const std::vector<Item> items = renamed(columns, kTransactionNames);
    const auto theirs = [&](std::string_view ours) -> std::string {
        const auto found = std::ranges::find_if(items, [&](const Item& item) { return lower(item.ours) == ours; });
        return found == items.end() ? "" : sql::quote_name(found->theirs);
    };
    std::string type = theirs("type");
    if (!type.empty()) {
        const std::string word = fmt::format("lower(trim(CAST({} AS VARCHAR)))", type);
        type = fmt::format("CASE {0} {1} ELSE {0} END", word, kTypeWords);
    }
    std::vector<std::string> selected;
    for (const Item& item : items) {
        const std::string ours = lower(item.ours);
        std::string value = sql::quote_name(item.theirs);
        if (ours == "type") value = type;
        if (ours == "amount" && !type.empty())
            value = fmt::format("CASE WHEN {0} = 'return' THEN -abs({1}) ELSE {1} END", type, value);
        selected.push_back(fmt::format("{} AS {}", value, sql::quote_name(item.ours)));
    }
    return fmt::format("SELECT {} FROM {}", fmt::join(selected, ", "), from);
}

// The first of those names that the source has, quoted; empty for none.
std::string one_of(const Columns& columns, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const auto found = find(columns, name)) return sql::quote_name(*found);
    }
    return {};
}

// Whether the row says that the customer has left.
std::string says_churned(const std::string& flag, const std::string& date) {
    if (flag.empty()) return date + " IS NOT NULL";
    return fmt::format("lower(CAST({} AS VARCHAR)) IN ('true', 't', 'yes', 'y', '1')", flag);
}

// Of dated snapshots: a flag without a date is of the first snapshot that has it.
std::string churn_of_history(const std::string& from, const Columns& columns) {
    const std::string id = one_of(columns, {"customer_id"});
    const std::string flag = one_of(columns, {"churned"});
    const std::string date = one_of(columns, {"churned_at", "churned_date", "churn_date"});
    const std::string snapshot = one_of(columns, {"snapshot_date"});
    if (id.empty() || (date.empty() && (flag.empty() || snapshot.empty()))) return {};
    const std::string says = says_churned(flag, date);
    const std::string first =
        snapshot.empty()
            ? ""
            : fmt::format(
                  "min(CASE WHEN {} THEN CAST({} AS TIMESTAMP) END) OVER (PARTITION BY {})", says, snapshot, id
              );
    std::string when = date.empty() ? first : fmt::format("CAST({} AS TIMESTAMP)", date);
    if (!date.empty() && !first.empty()) when = fmt::format("coalesce({}, {})", when, first);
    const std::string rows = fmt::format(
        "SELECT {} AS customer_id, CASE WHEN {} THEN {} END AS churned_at{} FROM {}", id, says, when,
        snapshot.empty() ? "" : fmt::format(", CAST({} AS TIMESTAMP) AS seen", snapshot), from
    );
    if (snapshot.empty()) return fmt::format("SELECT DISTINCT * FROM ({}) h", rows);
    return fmt::format(
        "SELECT customer_id, churned_at, CASE WHEN churned_at IS NULL THEN max(seen) ELSE min(seen) END AS known_at "
        "FROM ({}) h GROUP BY customer_id, churned_at",
        rows
    );
}

// Of today's state: who is flagged without a date says nothing of when.
std::string churn_of_today(const std::string& from, const Columns& columns) {
    const std::string id = one_of(columns, {"customer_id"});
    const std::string flag = one_of(columns, {"churned"});
    const std::string date = one_of(columns, {"churned_at", "churned_date", "churn_date"});
    if (id.empty() || date.empty()) return {};
    const std::string says = says_churned(flag, date);
    return fmt::format(
        "SELECT {0} AS customer_id, CASE WHEN {1} THEN {2} END AS churned_at FROM {3} WHERE NOT ({1}) OR ({1}) IS NULL "
        "OR {2} IS NOT NULL",
        id, says, date, from
    );
}

struct Step {
    std::string_view kind;
    std::string_view column;
};
constexpr std::array kSteps = {
    Step{"sent", "sent_at"},
    Step{"viewed", "opened_at"},
    Step{"clicked", "clicked_at"},
    Step{"converted", "converted_at"},
};

// One pass over the history; each row gives one interaction for each step that it dates.
std::string interactions_sql(const std::string& from, const Columns& columns) {
    std::vector<std::string> kinds;
    std::string instants;
    for (const Step& step : kSteps) {
        const auto column = find(columns, step.column);
        if (!column) continue;
        kinds.push_back(fmt::format("('{}')", step.kind));
        instants += fmt::format(" WHEN '{}' THEN h.{}", step.kind, sql::quote_name(*column));
    }
    if (kinds.empty()) return {};
    std::string items;
    for (const std::string_view name :
         {"customer_id", "offer_id", "channel", "placement", "campaign_id", "propensity"}) {
        const auto column = find(columns, name);
        if (column) items += fmt::format("h.{} AS {}, ", sql::quote_name(*column), name);
    }
    if (const auto converted = find(columns, "converted_offer_id")) {
        items += fmt::format(
            "CASE WHEN k.kind = 'converted' THEN h.{} END AS converted_offer_id, ", sql::quote_name(*converted)
        );
    }
    return fmt::format(
        "SELECT * FROM (SELECT {}k.kind, CASE k.kind{} END AS occurred_at FROM {} h CROSS JOIN (VALUES {}) k(kind)) i "
        "WHERE occurred_at IS NOT NULL",
        items, instants, from, fmt::join(kinds, ", ")
    );
}

std::string offers_sql(const std::string& from, const Columns& columns) {
    const auto id = find(columns, "offer_id");
    if (!id) return {};
    std::vector<std::string> items = {fmt::format("{} AS offer_id", sql::quote_name(*id))};
    std::vector<std::string> keys = {sql::quote_name(*id)};
    for (const Alias& alias : {Alias{"offer_name", "name"}, Alias{"offer_type", "category"}}) {
        const auto column = find(columns, alias.theirs);
        if (!column) continue;
        items.push_back(fmt::format("{} AS {}", sql::quote_name(*column), alias.ours));
        keys.push_back(sql::quote_name(*column));
    }
    const auto sent = find(columns, "sent_at");
    if (sent) items.push_back(fmt::format("min({}) AS valid_from", sql::quote_name(*sent)));
    return fmt::format(
        "SELECT {} FROM {} WHERE {} IS NOT NULL GROUP BY {}", fmt::join(items, ", "), from, sql::quote_name(*id),
        fmt::join(keys, ", ")
    );
}

}  // namespace

std::span<const UsualTable> usual_tables() { return kUsual; }

std::string copy_of(std::string_view name) { return fmt::format("dwh.{}", sql::quote_name(name)); }

std::map<std::string, TableSource> usual_views(const UsualColumns& tables, const RelationOf& relation_of) {
    std::map<std::string, TableSource> views;
    const auto columns = [&](std::string_view table) -> const Columns* {
        const auto found = tables.find(std::string(table));
        return found == tables.end() ? nullptr : &found->second;
    };
    const auto add = [&](const char* name, std::string select) {
        if (!select.empty()) views[name].select = std::move(select);
    };
    const auto add_renamed = [&](const char* name, std::string_view table, std::span<const Alias> aliases) {
        if (const auto* found = columns(table)) add(name, select_renamed(relation_of(table), *found, aliases));
    };
    if (const auto* found = columns(kFeatures)) {
        add("customers", customers_sql(relation_of(kFeatures), *found));
        views["customers"].current_state = true;
    } else {
        add("customers", customers_of_events(tables, relation_of));
    }
    if (const auto* found = columns(kTransactions)) {
        add("transactions", transactions_sql(relation_of(kTransactions), *found));
    }
    if (const auto* found = columns(kOffers)) {
        add("interactions", interactions_sql(relation_of(kOffers), *found));
        add("offers", offers_sql(relation_of(kOffers), *found));
    }
    if (const auto* found = columns(kChurn)) add("churn", churn_of_history(relation_of(kChurn), *found));
    if (const auto* found = columns(kFeatures); found != nullptr && !views.contains("churn")) {
        add("churn", churn_of_today(relation_of(kFeatures), *found));
    }
    add_renamed("payments", kPayments, kPaymentNames);
    add_renamed("holdings", kHoldings, kHoldingNames);
    add_renamed("contacts", kContacts, kContactNames);
    return views;
}

}  // namespace boon::warehouse
