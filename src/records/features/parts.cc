#include "records/features/parts.h"

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "platform/base/describe.h"
#include "platform/sql/literal.h"
#include "records/features/sources.h"
#include "records/features/speech.h"

namespace boon::features {

namespace {

constexpr std::string_view kPart = "boon_part";

std::string files(const std::string& pattern) {
    return fmt::format("read_parquet({}, hive_partitioning = false)", sql::quote_text(pattern));
}

}  // namespace

std::set<Table> tables_of(const Schema& schema) {
    std::set<Table> tables{Table::customers};
    for (const Feature& feature : schema.features()) {
        if (feature.declaration.from == Table::activity) {
            tables.insert({Table::transactions, Table::payments});
        } else {
            tables.insert(feature.declaration.from);
        }
    }
    return tables;
}

Result<Parts> Parts::write(
    warehouse::Warehouse& warehouse, warehouse::Session& session, const std::set<Table>& tables,
    const std::set<Table>& unique, std::size_t at_once
) {
    BOON_TRY(auto folder, warehouse.work_folder());
    Parts parts(std::move(folder));
    BOON_CHECK(parts.find_bounds(session, at_once));
    for (const Table table : tables) {
        BOON_CHECK(parts.write_table(session, table));
        parts.tables_.insert(table);
        // Customers, and what else has no id of its own, repeat within one part: batch SQL sees to them.
        if (table_info(table).id.empty()) continue;
        if (!unique.contains(table) && parts.has_files(table)) BOON_CHECK(parts.settle_ids(session, table));
        parts.unique_.insert(table);
    }
    return parts;
}

std::string Parts::folder_of(Table table) const { return fmt::format("{}/{}", folder_.path(), enum_name(table)); }

bool Parts::has_files(Table table) const {
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_of(table), none))
        if (entry.is_regular_file()) return true;
    return false;
}

Status Parts::find_bounds(warehouse::Session& session, std::size_t at_once) {
    const std::string sql = fmt::format(
        "SELECT customer_id FROM (SELECT customer_id, row_number() OVER (ORDER BY customer_id) - 1 AS place "
        "FROM (SELECT DISTINCT customer_id FROM boon.customers)) WHERE place > 0 AND place % {} = 0 ORDER BY 1",
        at_once
    );
    BOON_TRY(const warehouse::Frame frame, session.query(sql));
    for (const std::string& bound : frame.columns.front().texts()) bounds_.push_back(bound);
    return {};
}

std::string Parts::part_sql(std::size_t begin, std::size_t end) const {
    if (begin == end) return std::to_string(begin);
    const std::size_t middle = begin + (end - begin) / 2;
    return fmt::format(
        "CASE WHEN customer_id < {} THEN {} ELSE {} END", sql::quote_text(bounds_[middle]), part_sql(begin, middle),
        part_sql(middle + 1, end)
    );
}

Status Parts::write_table(warehouse::Session& session, Table table) {
    return session.execute(fmt::format(
        "COPY (SELECT *, {} AS {} FROM boon.{}) TO {} (FORMAT parquet, PARTITION_BY ({}))", part_sql(0, bounds_.size()),
        kPart, enum_name(table), sql::quote_text(folder_of(table)), kPart
    ));
}

Status Parts::settle_ids(warehouse::Session& session, Table table) {
    const std::string rows = files(folder_of(table) + "/*/*.parquet");
    const std::string_view id = table_info(table).id;
    // Few ids share a hash by chance: they are looked at closely, and the others need no more than the hash.
    BOON_CHECK(session.execute(fmt::format(
        "CREATE OR REPLACE TEMP TABLE shared_{0} AS SELECT {1} AS id FROM (SELECT {1} FROM {2} WHERE {1} IS NOT NULL "
        "AND hash({1}) IN (SELECT h FROM (SELECT hash({1}) AS h FROM {2} WHERE {1} IS NOT NULL) GROUP BY h HAVING "
        "count(*) > 1)) GROUP BY {1} HAVING count(*) > 1",
        enum_name(table), id, rows
    )));
    bool any = false;
    BOON_CHECK(session.for_each_chunk(
        fmt::format("SELECT id FROM shared_{} LIMIT 1", enum_name(table)),
        [&](const warehouse::Chunk& chunk) -> Status {
            any = any || chunk.rows() > 0;
            return {};
        }
    ));
    if (!any) return {};
    repeating_.insert(table);
    return session.execute(fmt::format(
        "CREATE OR REPLACE TEMP TABLE counted_{0} AS SELECT {1} AS {2}, t.* FROM {3} t WHERE t.{4} IN (SELECT id FROM "
        "shared_{0}) QUALIFY row_number() OVER (PARTITION BY t.{4} ORDER BY {5}, t) = 1",
        enum_name(table), part_sql(0, bounds_.size()), kPart, rows, id, countable_order(table)
    ));
}

std::map<Table, std::string> Parts::of(std::size_t part) const {
    std::map<Table, std::string> relations;
    for (const Table table : tables_) {
        const std::string folder = fmt::format("{}/{}={}", folder_of(table), kPart, part);
        // A part without rows has no file.
        std::string rows = std::filesystem::exists(folder)
                               ? files(folder + "/*.parquet")
                               : fmt::format("(SELECT * FROM boon.{} LIMIT 0)", enum_name(table));
        if (repeating_.contains(table)) {
            rows = fmt::format(
                "(SELECT * FROM {0} WHERE {1} IS NULL OR {1} NOT IN (SELECT id FROM shared_{2}) UNION ALL BY NAME "
                "SELECT * EXCLUDE ({3}) FROM counted_{2} WHERE {3} = {4})",
                rows, table_info(table).id, enum_name(table), kPart, part
            );
        }
        relations.emplace(table, std::move(rows));
    }
    return relations;
}

std::map<Table, std::string> Parts::whole() const {
    std::map<Table, std::string> relations;
    for (const Table table : tables_) {
        if (has_files(table)) relations.emplace(table, files(folder_of(table) + "/*/*.parquet"));
    }
    return relations;
}

}  // namespace boon::features
