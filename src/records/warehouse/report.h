// What check() found in the company's data: per table what is there, then every fault with what to do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "platform/base/timestamp.h"

namespace boon::warehouse {

enum class Severity { error, warning };
BOOST_DESCRIBE_ENUM(Severity, error, warning)

struct Finding {
    Severity severity = Severity::error;
    std::string table;
    std::string column;  // empty: the table as a whole
    std::string words;
    std::string hint;
    bool stops_queries = false;  // what reads the column (or the table) fails
};
BOOST_DESCRIBE_STRUCT(Finding, (), (severity, table, column, words, hint, stops_queries))

enum class Presence { found, missing, extra };
BOOST_DESCRIBE_ENUM(Presence, found, missing, extra)

struct ColumnReport {
    std::string name;
    std::string source_type;  // empty when missing
    Presence presence = Presence::found;
    double null_share = 0;
};
BOOST_DESCRIBE_STRUCT(ColumnReport, (), (name, source_type, presence, null_share))

struct TableReport {
    std::string name;
    std::int64_t rows = 0;
    std::vector<ColumnReport> columns;
    std::optional<Timestamp> first;  // when the first and last of its events happened
    std::optional<Timestamp> last;
    std::optional<Timestamp> watermark;  // the latest known_at
};
BOOST_DESCRIBE_STRUCT(TableReport, (), (name, rows, columns, first, last, watermark))

struct Report {
    std::vector<TableReport> tables;  // the configured ones
    std::vector<Finding> findings;    // by table; errors before warnings

    [[nodiscard]] std::int64_t errors() const;
    [[nodiscard]] std::int64_t warnings() const;
    [[nodiscard]] bool has_errors() const { return errors() > 0; }
};
BOOST_DESCRIBE_STRUCT(Report, (), (tables, findings))

// `2 errors, 1 warning`
std::string counts_text(const Report& report);

// For people: a paragraph per table, a line per finding.
std::string to_text(const Report& report);

}  // namespace boon::warehouse
