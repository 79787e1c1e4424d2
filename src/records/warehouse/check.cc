#include "records/warehouse/check.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "records/warehouse/faults.h"
#include "records/warehouse/views.h"

namespace boon::warehouse {

namespace {

// `3 rows are late`, `1 row is late`: words begin with the verb of many.
std::string rows_that(std::int64_t count, std::string_view words) {
    if (count != 1) return fmt::format("{} rows {}", count, words);
    const std::string_view verb = words.substr(0, words.find(' '));
    const std::string_view rest = words.substr(verb.size());
    if (verb == "are") return fmt::format("1 row is{}", rest);
    if (verb == "have") return fmt::format("1 row has{}", rest);
    return fmt::format("1 row {}s{}", verb, rest);
}

std::optional<Timestamp> time_at(const Column& column) {
    if (column.is_null(0)) return std::nullopt;
    return column.time(0);
}

class TableCheck {
public:
    TableCheck(Session& session, const ConfiguredTable& table) : session_(session), table_(table) {
        report_.name = table.table->name;
    }

    TableReport& report() { return report_; }
    std::vector<Finding>& findings() { return findings_; }

    // Rows, empty values, times, and the faults of single rows: one pass over the table.
    Status check_rows(Timestamp now) {
        const std::vector<Fault> faults = row_faults(table_, now);
        BOON_TRY(const Frame frame, session_.query(rows_sql(faults)));
        report_.rows = frame.column("rows").integer(0);
        describe_columns(frame);
        if (!table_.table->happened.empty()) {
            report_.first = time_at(frame.column("first"));
            report_.last = time_at(frame.column("last"));
        }
        report_.watermark = time_at(frame.column("watermark"));
        for (std::size_t i = 0; i < faults.size(); ++i) {
            const std::int64_t count = frame.column(fmt::format("fault{}", i)).integer(0);
            if (count > 0) BOON_CHECK(add_fault(faults[i], count));
        }
        if (report_.rows == 0) {
            add(Severity::warning, "", "has no rows", "check the files and the conditions of the SELECT");
        }
        return {};
    }

    Status check_duplicates() {
        const std::string_view key = table_.table->key;
        const bool composed = key.find(',') != std::string_view::npos;
        if (!composed && !has(key)) return {};
        BOON_TRY(const Frame frame, session_.query(duplicates_sql(composed)));
        const std::int64_t same = frame.column("same").integer(0);
        const std::int64_t conflicting = frame.column("conflicting").integer(0);
        const std::string hint = fmt::format(
            "keep one of each: SELECT … QUALIFY row_number() OVER (PARTITION BY {}{}) = 1", key,
            standard_of(*table_.table, "known_at") == nullptr ? "" : " ORDER BY known_at"
        );
        if (same > 0) add(Severity::warning, key, rows_that(same, "repeat another one exactly"), hint);
        if (conflicting > 0) {
            const std::string words = fmt::format(
                "have the {} of another one but other content; the first is {}", key, frame.column("example").text(0)
            );
            add(Severity::error, key, rows_that(conflicting, words), hint);
        }
        return {};
    }

    // Ids that `other`, the table they belong to, does not have.
    Status check_references(const ConfiguredTable& other, std::string_view column) {
        if (!has(column) || other.columns.empty()) return {};
        BOON_TRY(
            const Frame frame,
            session_.query(fmt::format(
                "SELECT count(*) AS rows, count(DISTINCT {0}) AS ids, min(CAST({0} AS VARCHAR)) AS example FROM ({1}) "
                "WHERE {0} IS NOT NULL AND {0} NOT IN (SELECT {0} FROM ({2}) WHERE {0} IS NOT NULL)",
                column, tolerant_sql(table_), tolerant_sql(other)
            ))
        );
        const std::int64_t ids = frame.column("ids").integer(0);
        if (ids == 0) return {};
        add(Severity::warning, column,
            rows_that(
                frame.column("rows").integer(0),
                fmt::format(
                    "belong to {} {} absent from {}; the first is {}", ids, ids == 1 ? "id" : "ids", other.table->name,
                    frame.column("example").text(0)
                )
            ),
            fmt::format("load them into {}: such rows are not used", other.table->name));
        return {};
    }

    void add(Severity severity, std::string_view column, std::string words, std::string hint) {
        if (!column.empty()) words = fmt::format("{}: {}", column, words);
        findings_.push_back(
            {.severity = severity,
             .table = report_.name,
             .column = std::string(column),
             .words = std::move(words),
             .hint = std::move(hint)}
        );
    }

private:
    [[nodiscard]] bool has(std::string_view column) const { return source_of(table_.columns, column) != nullptr; }

    [[nodiscard]] std::string rows_sql(std::span<const Fault> faults) const {
        std::vector<std::string> items = {"count(*) AS rows"};
        for (const SourceColumn& source : table_.columns) {
            const StandardColumn* column = standard_of(*table_.table, source.name);
            const std::string name = column == nullptr ? "source:" + source.name : std::string(column->name);
            items.push_back(
                fmt::format("count({}) AS {}", sql::quote_name(name), sql::quote_name("count:" + source.name))
            );
        }
        const std::string_view happened = table_.table->happened;
        if (!happened.empty()) {
            const std::string x = has(happened) ? sql::quote_name(happened) : "CAST(NULL AS TIMESTAMP)";
            items.push_back(fmt::format("min({0}) AS first, max({0}) AS last", x));
        }
        const std::string_view known = has("known_at") ? "known_at" : has(happened) ? happened : "";
        items.push_back(
            known.empty() ? "CAST(NULL AS TIMESTAMP) AS watermark" : fmt::format("max({}) AS watermark", known)
        );
        for (std::size_t i = 0; i < faults.size(); ++i) {
            items.push_back(fmt::format("count(*) FILTER (WHERE {}) AS fault{}", faults[i].condition, i));
        }
        return fmt::format("SELECT {} FROM ({})", fmt::join(items, ", "), tolerant_sql(table_));
    }

    [[nodiscard]] std::string duplicates_sql(bool composed) const {
        std::vector<std::string> key;
        std::string_view rest = table_.table->key;
        while (!rest.empty()) {
            const std::string_view name = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), name.size() + 1));
            if (has(name)) key.emplace_back(name);
        }
        // A row that was delivered twice is known at two times.
        std::vector<std::string> compared;
        for (const SourceColumn& source : table_.columns) {
            const StandardColumn* column = standard_of(*table_.table, source.name);
            if (column == nullptr || column->name != "known_at")
                compared.push_back(sql::quote_name("source:" + source.name));
        }
        // Few keys share a hash: what they have is compared, and of all others no more than a number is kept.
        const std::string rows = tolerant_sql(table_);
        const std::string whole = fmt::format("hash({})", fmt::join(key, ", "));
        return fmt::format(
            "SELECT CAST(COALESCE(sum(n - 1) FILTER (WHERE same), 0) AS BIGINT) AS same, "
            "CAST(COALESCE(sum(n - 1) FILTER (WHERE NOT same), 0) AS BIGINT) AS conflicting, "
            "min(example) FILTER (WHERE NOT same) AS example FROM ("
            "SELECT count(*) AS n, min(content) = max(content) AS same, min(example) AS example FROM ("
            "SELECT {0}, hash({1}) AS content, concat_ws(' ', {0}) AS example FROM ({2}) "
            "WHERE {3} IN (SELECT h FROM (SELECT {3} AS h FROM ({2}){4}) GROUP BY h HAVING count(*) > 1){5}) "
            "GROUP BY {0} HAVING count(*) > 1)",
            fmt::join(key, ", "), fmt::join(compared, ", "), rows, whole,
            composed ? "" : fmt::format(" WHERE {} IS NOT NULL", key.front()),
            composed ? "" : fmt::format(" AND {} IS NOT NULL", key.front())
        );
    }

    void describe_columns(const Frame& frame) {
        for (const StandardColumn& column : table_.table->columns) {
            const SourceColumn* source = source_of(table_.columns, column.name);
            if (source == nullptr) {
                report_.columns.push_back({std::string(column.name), "", Presence::missing, 1});
            } else {
                report_.columns.push_back(
                    {std::string(column.name), source->type, Presence::found, null_share(frame, *source)}
                );
            }
        }
        for (const SourceColumn& source : table_.columns) {
            if (source.standard) continue;
            report_.columns.push_back({source.name, source.type, Presence::extra, null_share(frame, source)});
        }
    }

    [[nodiscard]] double null_share(const Frame& frame, const SourceColumn& source) const {
        if (report_.rows == 0) return 0;
        const double filled = frame.column("count:" + source.name).real(0);
        return 1 - filled / static_cast<double>(report_.rows);
    }

    Status add_fault(const Fault& fault, std::int64_t count) {
        BOON_TRY(
            const Frame frame,
            session_.query(fmt::format(
                "SELECT r, CAST({} AS VARCHAR) AS value FROM (SELECT row_number() OVER () AS r, * FROM ({})) WHERE {} "
                "ORDER BY r LIMIT 1",
                fault.value, tolerant_sql(table_), fault.condition
            ))
        );
        std::string words = rows_that(count, fault.words);
        // A damaged file, or one that changed meanwhile, may not give again what it gave before.
        if (frame.rows() > 0) words += fmt::format("; the first is row {}", frame.columns[0].integer(0));
        if (frame.rows() > 0 && !frame.columns[1].is_null(0)) words += fmt::format(": {}", frame.columns[1].text(0));
        add(fault.severity, fault.column, std::move(words), fault.hint);
        findings_.back().stops_queries = fault.stops_queries;
        return {};
    }

    Session& session_;
    const ConfiguredTable& table_;
    TableReport report_;
    std::vector<Finding> findings_;
};

const ConfiguredTable* configured(std::span<const ConfiguredTable> tables, std::string_view name) {
    for (const ConfiguredTable& table : tables) {
        if (table.table->name == name) return &table;
    }
    return nullptr;
}

Status check_one(TableCheck& check, std::span<const ConfiguredTable> tables, const LogicalTable& table, Timestamp now) {
    BOON_CHECK(check.check_rows(now));
    BOON_CHECK(check.check_duplicates());
    if (table.of_customers) BOON_CHECK(check.check_references(*configured(tables, "customers"), "customer_id"));
    if (table.name == "interactions") BOON_CHECK(check.check_references(*configured(tables, "offers"), "offer_id"));
    return {};
}

}  // namespace

Result<Report> check_tables(
    Session& session, std::span<const ConfiguredTable> tables, Timestamp now,
    const std::function<Status(std::string_view)>& on_table
) {
    Report report;
    for (const ConfiguredTable& table : tables) {
        if (table.columns.empty()) continue;
        BOON_CHECK(on_table(table.table->name));
        TableCheck check(session, table);
        if (auto checked = check_one(check, tables, *table.table, now); !checked) {
            // A cancelled check says nothing about the data.
            if (checked.error().code == ErrorCode::unavailable) return std::unexpected(checked.error());
            check.add(Severity::error, "", "cannot be read: " + checked.error().message, checked.error().hint);
            check.findings().back().stops_queries = true;
        }
        std::stable_sort(check.findings().begin(), check.findings().end(), [](const Finding& a, const Finding& b) {
            return a.severity < b.severity;
        });
        std::move(check.findings().begin(), check.findings().end(), std::back_inserter(report.findings));
        report.tables.push_back(std::move(check.report()));
    }
    return report;
}

}  // namespace boon::warehouse
