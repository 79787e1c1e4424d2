#include "records/features/sources.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/describe.h"
#include "platform/sql/literal.h"
#include "records/warehouse/schema.h"

namespace boon::features {

Moment::Moment(const Programme& programme, const Speech& speech, Timestamp as_of) : speech_(speech), as_of_(as_of) {
    // UTC needs no calendar library per row.
    if (programme.time_zone != "UTC") zone_ = sql::quote_text(programme.time_zone);
}

std::string Moment::as_of() const { return speech_.instant(as_of_); }

std::string Moment::local(std::string_view at) const {
    return zone_.empty() ? std::string(at) : speech_.local(zone_, at);
}

std::string Moment::start(std::int64_t days) const {
    const std::string midnight =
        fmt::format("(CAST(CAST({} AS DATE) AS TIMESTAMP) - INTERVAL '{} days')", local(as_of()), days);
    return zone_.empty() ? midnight : speech_.utc(zone_, midnight);
}

std::string Moment::today() const { return local_date(as_of()); }

std::string Moment::local_date(std::string_view at) const { return fmt::format("CAST({} AS DATE)", local(at)); }

namespace {

// What tells one row from another, and the order in which they became countable.
struct Identity {
    std::string_view keys;
    std::string_view first_key;
    std::string order;
};

Identity identity_of(Table table) {
    const TableInfo& info = table_info(table);
    if (table == Table::customers) return {"customer_id", "customer_id", "t.joined_at"};
    const std::string order = fmt::format("greatest(t.{0} + INTERVAL '1 microsecond', t.known_at), t.{0}", info.at);
    if (table == Table::holdings) return {"customer_id, product_id, started_at", "customer_id", order};
    return {info.id, info.id, order};
}

// Whole rows break ties. DuckDB orders by them column by column, as bytes; PostgreSQL would go by the database's
// collation.
std::string whole_row(Table table) {
    std::vector<std::string> columns;
    for (const warehouse::StandardColumn& column : warehouse::find_table(enum_name(table))->columns) {
        const bool text = column.kind == warehouse::ColumnKind::text || column.kind == warehouse::ColumnKind::id;
        columns.push_back(fmt::format("t.{}{}", sql::quote_name(column.name), text ? " COLLATE \"C\"" : ""));
    }
    return fmt::format("{}", fmt::join(columns, ", "));
}

}  // namespace

std::string countable_order(Table table) { return identity_of(table).order; }

std::string rows_of(Table table, bool unique, const Speech& speech, std::string_view relation) {
    const std::string view = relation.empty() ? speech.relation(table) : std::string(relation);
    if (unique) return view;
    const Identity identity = identity_of(table);
    if (speech.is_postgres()) {
        return fmt::format(
            "(SELECT * FROM {0} WHERE {2} IS NULL UNION ALL "
            "(SELECT DISTINCT ON ({1}) * FROM {0} t WHERE {2} IS NOT NULL ORDER BY {1}, {3}, {4}))",
            view, identity.keys, identity.first_key, identity.order, whole_row(table)
        );
    }
    // Only the few repeated rows are sorted; most tables have none.
    return fmt::format(
        "(SELECT * FROM {0} WHERE {2} IS NULL OR ({1}) NOT IN "
        "(SELECT ({1}) FROM {0} WHERE {2} IS NOT NULL GROUP BY ALL HAVING count(*) > 1) "
        "UNION ALL BY NAME "
        "SELECT t.* FROM {0} t WHERE {2} IS NOT NULL AND ({1}) IN "
        "(SELECT ({1}) FROM {0} WHERE {2} IS NOT NULL GROUP BY ALL HAVING count(*) > 1) "
        "QUALIFY row_number() OVER (PARTITION BY {1} ORDER BY {3}, t) = 1)",
        view, identity.keys, identity.first_key, identity.order
    );
}

std::string whole_sql(
    const Schema& schema, Table table, const Column& column, const std::string& sql, const Speech& speech
) {
    if (column.kind == ColumnKind::integer) return fmt::format("CAST({} AS BIGINT)", sql);
    const bool money = column.kind == ColumnKind::money;
    // The standard columns have their minor units beside them.
    if (money && find_column(table, column.name, {})) return fmt::format("t.{}_minor", column.name);
    std::int64_t factor = 1'000'000;
    if (money) {
        factor = 1;
        for (int i = 0; i < schema.programme().currency_exponent; ++i) factor *= 10;
    }
    // Not a number and infinities are no measurement.
    return fmt::format(
        "CAST(CASE WHEN {} THEN {} END AS BIGINT)",
        speech.is_finite(fmt::format("CAST({} AS {})", sql, speech.real8())),
        speech.rounded(fmt::format("({} * {})", sql, factor))
    );
}

}  // namespace boon::features
