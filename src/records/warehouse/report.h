// What check() found in the company's data: per table what is there, then every fault with what to do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/timestamp.h"

namespace boon::warehouse {

enum class Severity { error, warning };

struct Finding {
    Severity severity = Severity::error;
    std::string table;
    std::string column;  // empty: the table as a whole
    std::string words;
    std::string hint;
};

enum class Presence { found, missing, extra };

struct ColumnReport {
    std::string name;
    std::string source_type;  // empty when missing
    Presence presence = Presence::found;
    double null_share = 0;
};

struct TableReport {
    std::string name;
    std::int64_t rows = 0;
    std::vector<ColumnReport> columns;
    std::optional<Timestamp> first;  // when the first and last of its events happened
    std::optional<Timestamp> last;
    std::optional<Timestamp> watermark;  // the latest known_at
};

struct Report {
    std::vector<TableReport> tables;  // the configured ones
    std::vector<Finding> findings;    // by table; errors before warnings

    [[nodiscard]] bool has_errors() const;
};

// For people: a paragraph per table, a line per finding.
std::string to_text(const Report& report);

}  // namespace boon::warehouse
