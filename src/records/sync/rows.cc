#include "records/sync/rows.h"

#include <fmt/format.h>

#include "platform/base/csv.h"
#include "records/sync/path.h"

namespace boon::sync {

namespace {

constexpr std::size_t kPageRecords = 500;

// Collects records into pages.
class Pager {
public:
    Pager(const FileOptions& options, const OnPage& on_page, CrawlEnd& end)
        : options_(options), on_page_(on_page), end_(end) {}

    Status add(json::Value body, std::int64_t total = 0) {
        total_ = total;
        UpstreamRecord record{.external_id = text_at(body, options_.id), .body = std::move(body)};
        page_.push_back(std::move(record));
        return page_.size() < kPageRecords ? Status() : flush();
    }
    Status flush() {
        if (page_.empty()) return {};
        end_.records += static_cast<std::int64_t>(page_.size());
        ++end_.pages;
        return on_page_(std::exchange(page_, {}), total_);
    }

private:
    const FileOptions& options_;
    const OnPage& on_page_;
    CrawlEnd& end_;
    std::vector<UpstreamRecord> page_;
    std::int64_t total_ = 0;
};

// An empty cell is a member that is not there.
Status add_csv(const FileText& file, char separator, Pager& pager) {
    CsvReader reader(file.text, {.separator = separator});
    BOON_TRY(const auto header, reader.next());
    if (!header) return {};
    while (true) {
        BOON_TRY(auto row, reader.next());
        if (!row) return {};
        if (row->cells.size() != header->cells.size()) {
            return fail(
                ErrorCode::invalid,
                fmt::format("line {} has {} cells, the header {}", row->line, row->cells.size(), header->cells.size())
            );
        }
        json::Object body;
        for (std::size_t i = 0; i < row->cells.size(); ++i) {
            if (!row->cells[i].empty()) body[header->cells[i]] = row->cells[i];
        }
        BOON_CHECK(pager.add(std::move(body)));
    }
}

Status add_json(const FileText& file, const FileOptions& options, Pager& pager) {
    BOON_TRY(json::Value value, json::parse(file.text));
    json::Value* items = options.items.empty() ? &value : member_at(value, options.items);
    auto* array = items == nullptr ? nullptr : items->if_array();
    if (array == nullptr) {
        return fail(
            ErrorCode::invalid,
            options.items.empty() ? "the file is not a JSON array"
                                  : fmt::format("there is no array at {}", options.items),
            "name the array's place in the source's option `items`, such as /items"
        );
    }
    for (json::Value& item : *array) {
        BOON_CHECK(pager.add(std::move(item), static_cast<std::int64_t>(array->size())));
    }
    return {};
}

Status add_lines(const FileText& file, Pager& pager) {
    std::int64_t number = 0;
    for (std::size_t at = 0; at < file.text.size();) {
        const auto end = std::min(file.text.find('\n', at), file.text.size());
        const std::string_view line = file.text.substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        auto value = json::parse(line);
        if (!value) return in_context(fmt::format("line {}", number), std::move(value).error());
        BOON_CHECK(pager.add(*std::move(value)));
    }
    return {};
}

}  // namespace

std::optional<FileFormat> format_of(std::string_view name) {
    if (name.ends_with(".csv")) return FileFormat::csv;
    if (name.ends_with(".json")) return FileFormat::json;
    if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return FileFormat::jsonl;
    return std::nullopt;
}

Status hand_out(const FileText& file, const FileOptions& options, const OnPage& on_page, CrawlEnd& end) {
    Pager pager(options, on_page, end);
    Status done;
    switch (options.format.value_or(file.format.value_or(FileFormat::json))) {
        case FileFormat::csv: done = add_csv(file, options.separator.front(), pager); break;
        case FileFormat::json: done = add_json(file, options, pager); break;
        case FileFormat::jsonl: done = add_lines(file, pager); break;
    }
    if (done) done = pager.flush();
    if (!done && done.error().code == ErrorCode::invalid) return in_context(file.name, std::move(done).error());
    return done;
}

}  // namespace boon::sync
