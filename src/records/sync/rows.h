// The records of one file's text: CSV with a header, a JSON array, an object that holds one, or JSON Lines.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/describe.h"
#include "platform/base/error.h"
#include "records/sync/upstream.h"

namespace boon::sync {

enum class FileFormat { csv, json, jsonl };
BOOST_DESCRIBE_ENUM(FileFormat, csv, json, jsonl)

struct FileOptions {
    std::string id = "/id";            // path of a record's external id
    std::optional<FileFormat> format;  // else by the name's ending
    std::string separator = ",";       // of CSV
    std::string items;                 // path of the array within a JSON object; empty: the text is the array
};
BOOST_DESCRIBE_STRUCT(FileOptions, (), (id, format, separator, items))

// By a name's ending: .csv, .json, .jsonl (or .ndjson).
std::optional<FileFormat> format_of(std::string_view name);

struct FileText {
    std::string_view name;  // for messages
    std::string_view text;
    std::optional<FileFormat> format = {};  // of the text, unless the options say so
};
// Hands the records out in pages and counts them in `end`. An error names the file, and the line or record.
Status hand_out(const FileText& file, const FileOptions& options, const OnPage& on_page, CrawlEnd& end);

}  // namespace boon::sync

template <>
inline constexpr auto boon::kFields<boon::sync::FileOptions> = std::array{
    boon::Field{.name = "id", .doc = "where a record's id stands: a JSON Pointer; a CSV column NAME is /NAME"},
    boon::Field{.name = "format", .doc = "csv, json or jsonl; by the name's ending when absent"},
    boon::Field{.name = "separator", .doc = "between the cells of CSV"},
    boon::Field{.name = "items", .doc = "where in a JSON object the array of records stands"},
};
