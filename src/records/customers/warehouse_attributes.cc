#include "records/customers/warehouse_attributes.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "records/features/sources.h"
#include "records/features/speech.h"
#include "records/warehouse/schema.h"

namespace boon::customers {

namespace {

using profiles::AttributeColumn;
using profiles::AttributeKind;

constexpr std::string_view kTable = "customers";
constexpr std::string_view kId = "customer_id";
constexpr std::size_t kLongestName = 63;

std::string lower_case(std::string_view name) {
    std::string text(name);
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

AttributeKind kind_of(features::ColumnKind declared) {
    switch (declared) {
        case features::ColumnKind::text: return AttributeKind::text;
        case features::ColumnKind::integer:
        case features::ColumnKind::number:
        case features::ColumnKind::money: return AttributeKind::number;
        case features::ColumnKind::boolean: return AttributeKind::boolean;
        case features::ColumnKind::time: return AttributeKind::time;
    }
    return AttributeKind::text;
}

AttributeKind kind_of(warehouse::ColumnKind standard) {
    switch (standard) {
        case warehouse::ColumnKind::text:
        case warehouse::ColumnKind::id: return AttributeKind::text;
        case warehouse::ColumnKind::integer:
        case warehouse::ColumnKind::real:
        case warehouse::ColumnKind::money: return AttributeKind::number;
        case warehouse::ColumnKind::boolean: return AttributeKind::boolean;
        case warehouse::ColumnKind::time: return AttributeKind::time;
    }
    return AttributeKind::text;
}

// By DuckDB's name of the type; nothing for a list, bytes, a time of day and their like.
std::optional<AttributeKind> kind_of(std::string_view type) {
    if (type == "VARCHAR" || type == "UUID" || type.starts_with("ENUM")) return AttributeKind::text;
    if (type == "BOOLEAN") return AttributeKind::boolean;
    if (type == "DATE" || type.starts_with("TIMESTAMP")) return AttributeKind::time;
    static const std::set<std::string_view> kNumbers = {"TINYINT", "SMALLINT", "INTEGER",   "BIGINT",
                                                        "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
                                                        "UBIGINT", "UHUGEINT", "FLOAT",     "DOUBLE"};
    if (kNumbers.contains(type) || type.starts_with("DECIMAL")) return AttributeKind::number;
    return std::nullopt;
}

std::optional<AttributeKind> standard_kind(std::string_view name) {
    for (const warehouse::StandardColumn& column : warehouse::find_table(kTable)->columns) {
        if (column.name == name) return kind_of(column.kind);
    }
    return std::nullopt;
}

// How a column is read: text, DOUBLE, BOOLEAN, or microseconds.
std::string read_as(const AttributeColumn& column) {
    const std::string name = sql::quote_name(column.name);
    switch (column.kind) {
        case AttributeKind::text: return fmt::format("CAST(c.{} AS VARCHAR)", name);
        case AttributeKind::number: return fmt::format("CAST(c.{} AS DOUBLE)", name);
        case AttributeKind::boolean: return fmt::format("CAST(c.{} AS BOOLEAN)", name);
        case AttributeKind::time: break;
    }
    return fmt::format("epoch_us(CAST(c.{} AS TIMESTAMPTZ))", name);
}

struct Counted {
    std::int64_t words = 0;
    std::int64_t customers = 0;
};

Result<Counted> count_words(warehouse::Warehouse& warehouse, const std::string& name) {
    BOON_TRY(
        const auto frame,
        warehouse.query(fmt::format(
            "SELECT count(DISTINCT {0}) AS words, count({0}) AS customers FROM boon.customers", sql::quote_name(name)
        ))
    );
    return Counted{frame.column("words").integer(0), frame.column("customers").integer(0)};
}

profiles::AttributeValue value_of(const AttributeColumn& column, const warehouse::ColumnView& view, std::size_t row) {
    if (view.is_null(row)) return {};
    switch (column.kind) {
        case AttributeKind::text: return view.text(row);
        case AttributeKind::number: {
            const double number = view.real(row);
            return std::isfinite(number) ? profiles::AttributeValue(number) : profiles::AttributeValue();
        }
        case AttributeKind::boolean: return view.integer(row) != 0;
        case AttributeKind::time: break;
    }
    return Timestamp{view.integer(row)};
}

}  // namespace

bool are_few(std::int64_t words, std::int64_t customers) {
    constexpr std::int64_t kAlwaysFew = 50;
    return words <= kAlwaysFew || (words <= static_cast<std::int64_t>(kMostWords) && words <= customers / 2);
}

namespace {

// Why a column is no attribute; empty where it is one. `is_known`: what it holds was declared, or is a standard one.
Result<std::string> objection(
    warehouse::Warehouse& warehouse, const warehouse::SourceColumn& column, std::optional<AttributeKind> kind,
    bool is_known
) {
    if (!kind) return fmt::format("a {} is no attribute", column.type);
    if (column.name.empty() || column.name.size() > kLongestName)
        return fmt::format("its name is longer than {} bytes", kLongestName);
    if (is_known || *kind != AttributeKind::text) return std::string();
    BOON_TRY(const Counted counted, count_words(warehouse, column.name));
    if (are_few(counted.words, counted.customers)) return std::string();
    return fmt::format(
        "{} different texts among {} customers; declare it among the columns of customers to name it", counted.words,
        counted.customers
    );
}

}  // namespace

Result<WarehouseAttributes> find_attributes(
    warehouse::Warehouse& warehouse, const std::map<std::string, features::ColumnKind>& declared
) {
    WarehouseAttributes found;
    std::set<std::string> names;
    for (const warehouse::SourceColumn& column : warehouse.source_columns(kTable)) {
        const std::string name = lower_case(column.name);
        if (name == kId || !names.insert(name).second) continue;
        const auto own = std::ranges::find(declared, name, [](const auto& each) { return lower_case(each.first); });
        const auto known = own != declared.end() ? std::optional(kind_of(own->second)) : standard_kind(name);
        const auto kind = known ? known : kind_of(std::string_view(column.type));
        if (found.columns.size() == kMostAttributes && kind) {
            found.left_out.push_back(fmt::format(
                "{}: there are {} attributes before it, the most there can be", column.name, kMostAttributes
            ));
            continue;
        }
        BOON_TRY(const std::string why, objection(warehouse, column, kind, known.has_value()));
        if (why.empty()) {
            found.columns.push_back({name, *kind});
        } else {
            found.left_out.push_back(fmt::format("{}: {}", column.name, why));
        }
    }
    return found;
}

Status read_attributes(
    warehouse::Warehouse& warehouse, const profiles::AttributeColumns& columns, const TakeAttributes& take
) {
    if (columns.empty()) return {};
    const features::Speech speech(sql::Dialect::duckdb);
    // Set aside: as rows from several places they could not be streamed (warehouse/session.h).
    std::string sql = fmt::format(
        "WITH c AS MATERIALIZED (SELECT * FROM {} t) SELECT c.customer_id",
        features::rows_of(features::Table::customers, false, speech)
    );
    for (const AttributeColumn& column : columns) sql += ", " + read_as(column);
    sql += " FROM c";
    return warehouse.for_each_chunk(sql, [&](const warehouse::Chunk& chunk) {
        std::vector<std::string_view> ids;
        std::vector<profiles::AttributeValue> values;
        values.reserve(chunk.rows() * columns.size());
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            ids.push_back(chunk.column(0).text(row));
            for (std::size_t i = 0; i < columns.size(); ++i) {
                values.push_back(value_of(columns[i], chunk.column(i + 1), row));
            }
        }
        return take(ids, values);
    });
}

}  // namespace boon::customers
