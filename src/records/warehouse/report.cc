#include "records/warehouse/report.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::warehouse {

namespace {

std::string grouped(std::int64_t number) {
    std::string digits = fmt::format("{}", number);
    for (std::ptrdiff_t at = std::ssize(digits) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
        digits.insert(static_cast<std::size_t>(at), " ");
    }
    return digits;
}

// Of shares that are neither 0 nor 1 one should see that.
std::string percent(double share) {
    if (share > 0 && share < 0.001) return "< 0.1 %";
    if (share < 1 && share > 0.999) return "> 99.9 %";
    return fmt::format("{:.1f} %", share * 100);
}

std::string columns_text(const TableReport& table, Presence presence) {
    std::string text;
    for (const ColumnReport& column : table.columns) {
        if (column.presence != presence) continue;
        if (!text.empty()) text += ", ";
        text += column.name;
        if (presence == Presence::missing) continue;
        text += ' ' + column.source_type;
        if (column.null_share > 0) text += fmt::format(" ({} empty)", percent(column.null_share));
    }
    return text;
}

std::string table_text(const TableReport& table) {
    std::string text = fmt::format("{}: {} row{}", table.name, grouped(table.rows), table.rows == 1 ? "" : "s");
    if (table.first && table.last) text += fmt::format(", {} to {}", to_string(*table.first), to_string(*table.last));
    if (table.watermark) text += fmt::format(", known until {}", to_string(*table.watermark));
    text += '\n';
    if (const auto found = columns_text(table, Presence::found); !found.empty()) text += "  has " + found + '\n';
    if (const auto missing = columns_text(table, Presence::missing); !missing.empty()) {
        text += "  lacks " + missing + '\n';
    }
    if (const auto extra = columns_text(table, Presence::extra); !extra.empty()) text += "  also has " + extra + '\n';
    return text;
}

std::string finding_text(const Finding& finding) {
    std::string text = finding.severity == Severity::error ? "  error: " : "  warning: ";
    text += finding.words + '\n';
    if (!finding.hint.empty()) text += "    hint: " + finding.hint + '\n';
    return text;
}

}  // namespace

std::int64_t Report::errors() const { return std::ranges::count(findings, Severity::error, &Finding::severity); }
std::int64_t Report::warnings() const { return std::ranges::count(findings, Severity::warning, &Finding::severity); }

std::string counts_text(const Report& report) {
    const auto some = [](std::int64_t count, std::string_view noun) {
        return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
    };
    return some(report.errors(), "error") + ", " + some(report.warnings(), "warning");
}

std::string to_text(const Report& report) {
    std::string text;
    for (const TableReport& table : report.tables) {
        text += table_text(table);
        for (const Finding& finding : report.findings) {
            if (finding.table == table.name) text += finding_text(finding);
        }
    }
    return text + counts_text(report) + '\n';
}

}  // namespace boon::warehouse
