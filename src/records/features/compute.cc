#include "records/features/compute.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "platform/base/json.h"
#include "platform/sql/literal.h"
#include "records/features/matrix.h"
#include "records/features/parts.h"

namespace boon::features {

namespace {

constexpr std::size_t kMaxCategories = 200;
// Masks hold no more; above it different values are counted by sets.
constexpr std::size_t kMaxMaskedValues = 120;

// DuckDB does not tell columns apart by case.
char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Status check_columns_exist(warehouse::Warehouse& warehouse, const Definitions& definitions) {
    std::vector<FieldError> mistakes;
    for (const auto& [table, declared] : definitions.columns()) {
        const auto& found = warehouse.source_columns(table);
        for (const auto& [name, kind] : declared) {
            const bool exists = std::ranges::any_of(found, [&](const warehouse::SourceColumn& column) {
                return std::ranges::equal(column.name, name, {}, lower_case, lower_case);
            });
            if (exists) continue;
            const std::string pointer = json::pointer_to(json::pointer_to("/columns", table), name);
            mistakes.push_back({pointer, fmt::format("warehouse table \"{}\" has no such column", table)});
        }
    }
    if (mistakes.empty()) return {};
    Error error{
        ErrorCode::invalid, "the feature definitions name columns that the warehouse does not have",
        "name them in the table's SELECT, or take them out of the definitions"
    };
    error.fields = std::move(mistakes);
    return std::unexpected(std::move(error));
}

Status check_time_zone(warehouse::Warehouse& warehouse, const std::string& zone) {
    BOON_TRY(
        const warehouse::Frame frame,
        warehouse.query(fmt::format("SELECT count(*) FROM pg_timezone_names() WHERE name = {}", sql::quote_text(zone)))
    );
    if (frame.columns.front().integer(0) > 0) return {};
    return fail(
        ErrorCode::invalid, fmt::format("there is no time zone \"{}\"", zone),
        "give an IANA name, such as UTC or Europe/Berlin"
    );
}

// Of a Warehouse or one of its sessions.
template <class From>
Result<std::vector<std::string>> texts(From& from, const std::string& sql) {
    BOON_TRY(const warehouse::Frame frame, from.query(sql));
    const auto found = frame.columns.front().texts();
    return std::vector<std::string>(found.begin(), found.end());
}

// Tables whose rows may have no business id; without one nothing repeats.
constexpr std::array kWithIds = {Table::transactions, Table::interactions, Table::payments, Table::contacts};

// All values of the columns whose different ones are counted, where they are few enough for masks.
using DistinctValues = std::map<std::string, std::vector<std::string>>;

// `relations`: as in SqlOptions.
Result<DistinctValues> distinct_values(
    warehouse::Session& session, const Schema& schema, const std::map<Table, std::string>& relations
) {
    DistinctValues found;
    for (const Feature& feature : schema.features()) {
        const Declaration& d = feature.declaration;
        if (d.aggregate != Aggregate::distinct || d.column == "day") continue;
        const std::string name = fmt::format("{}.{}", enum_name(d.from), *d.column);
        if (found.contains(name)) continue;
        const std::string column = sql::quote_name(*d.column);
        const auto relation = relations.find(d.from);
        BOON_TRY(
            std::vector<std::string> values,
            texts(
                session,
                fmt::format(
                    "SELECT CAST(v AS VARCHAR) FROM (SELECT DISTINCT {0} AS v FROM {1} WHERE {0} IS NOT NULL "
                    "LIMIT {2}) ORDER BY 1",
                    column, relation == relations.end() ? fmt::format("boon.{}", enum_name(d.from)) : relation->second,
                    kMaxMaskedValues + 1
                )
            )
        );
        if (values.size() > kMaxMaskedValues) values.clear();
        found.emplace(name, std::move(values));
    }
    return found;
}

using Sink = std::function<Status(const CustomerRows&)>;

Status compute_one(
    warehouse::Session& session, const Schema& schema, Timestamp as_of, const SqlOptions& sql, const Sink& sink
) {
    std::vector<std::string_view> ids;
    std::vector<float> values;
    return session.for_each_chunk(batch_sql(schema, as_of, sql), [&](const warehouse::Chunk& chunk) -> Status {
        ids.clear();
        values.clear();
        for (std::size_t r = 0; r < chunk.rows(); ++r) ids.push_back(chunk.column(0).text(r));
        append_rows(chunk, 1, values);
        return sink({.customer_ids = ids, .values = values, .columns = schema.size()});
    });
}

Status compute_in_parts(
    warehouse::Warehouse& warehouse, const Schema& schema, Timestamp as_of, const ComputeOptions& options,
    const Sink& sink
) {
    BOON_TRY(auto session, warehouse.session());
    BOON_TRY(
        const Parts parts,
        Parts::write(warehouse, session, tables_of(schema), options.unique_ids, options.customers_at_once)
    );
    SqlOptions sql{.unique_ids = parts.unique(), .in_order = true};
    BOON_TRY(sql.distinct_values, distinct_values(session, schema, parts.whole()));
    for (std::size_t part = 0; part < parts.count(); ++part) {
        sql.relations = parts.of(part);
        BOON_CHECK(compute_one(session, schema, as_of, sql, sink));
    }
    return {};
}

}  // namespace

Result<Schema> fit_schema(
    warehouse::Warehouse& warehouse, const Definitions& definitions, const Programme& programme,
    const Dictionaries& before
) {
    BOON_CHECK(check_time_zone(warehouse, programme.time_zone));
    BOON_CHECK(check_columns_exist(warehouse, definitions));
    Dictionaries dictionaries;
    for (const Feature& feature : definitions.all()) {
        if (feature.kind != Kind::categorical) continue;
        BOON_TRY(
            std::vector<std::string> found,
            texts(
                warehouse,
                fmt::format(
                    "SELECT v FROM (SELECT CAST({0} AS VARCHAR) AS v FROM boon.customers WHERE {0} IS NOT NULL "
                    "GROUP BY 1 ORDER BY count(*) DESC, v LIMIT {1}) ORDER BY v",
                    sql::quote_name(*feature.declaration.column), kMaxCategories
                )
            )
        );
        std::vector<std::string>& dictionary = dictionaries[feature.name];
        if (const auto known = before.find(feature.name); known != before.end()) dictionary = known->second;
        for (std::string& value : found) {
            const bool is_new = std::ranges::find(dictionary, value) == dictionary.end();
            if (is_new && dictionary.size() < kMaxCategories) dictionary.push_back(std::move(value));
        }
    }
    return Schema::make(definitions, programme, std::move(dictionaries));
}

Result<std::int64_t> count_customers(warehouse::Warehouse& warehouse) {
    BOON_TRY(const warehouse::Frame frame, warehouse.query("SELECT count(DISTINCT customer_id) FROM boon.customers"));
    return frame.columns.front().integer(0);
}

Status compute(
    warehouse::Warehouse& warehouse, const Schema& schema, Timestamp as_of, const ComputeOptions& options,
    const std::function<Status(const CustomerRows&)>& sink
) {
    if (warehouse.can_write_files() && options.customers_at_once > 0) {
        BOON_TRY(const std::int64_t customers, count_customers(warehouse));
        if (static_cast<std::size_t>(customers) > options.customers_at_once)
            return compute_in_parts(warehouse, schema, as_of, options, sink);
    }
    BOON_TRY(auto session, warehouse.session());
    SqlOptions sql{.unique_ids = options.unique_ids, .in_order = true};
    BOON_TRY(sql.distinct_values, distinct_values(session, schema, {}));
    return compute_one(session, schema, as_of, sql, sink);
}

Status compute_at_source(
    warehouse::Source& source, const Schema& schema, Timestamp as_of,
    const std::function<Status(const CustomerRows&)>& sink
) {
    SqlOptions options{.dialect = sql::Dialect::postgres, .views = source.views()};
    for (const Table table : kWithIds) {
        const std::string id = fmt::format("{}.{}", enum_name(table), table_info(table).id);
        if (!source.columns().contains(id)) options.unique_ids.insert(table);
    }
    constexpr std::size_t kRowsAtOnce = 2048;
    std::vector<std::string> ids;
    std::vector<float> values;
    const auto flush = [&]() -> Status {
        if (ids.empty()) return {};
        const std::vector<std::string_view> views(ids.begin(), ids.end());
        const Status taken = sink({.customer_ids = views, .values = values, .columns = schema.size()});
        ids.clear();
        values.clear();
        return taken;
    };
    const auto keep = [&](std::string_view id, std::span<const float> vector) -> Status {
        ids.emplace_back(id);
        values.insert(values.end(), vector.begin(), vector.end());
        return ids.size() < kRowsAtOnce ? Status{} : flush();
    };
    BOON_CHECK(source.for_each_vector(batch_sql(schema, as_of, options), keep));
    return flush();
}

}  // namespace boon::features
