#include "program/cli/event_file.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "platform/base/csv.h"

namespace boon::cli {

namespace {

constexpr std::array<std::string_view, 5> kMembers = {"id", "source", "type", "customer_id", "occurred_at"};
// Members of `data` that are no text.
constexpr std::array<std::string_view, 4> kLiterals = {"amount", "quantity", "offer_id", "automatic"};

double share_of(std::size_t at, std::size_t size) {
    return size == 0 ? 1 : static_cast<double>(at) / static_cast<double>(size);
}

Status each_line(std::string_view text, const OnFileEvent& on_event) {
    std::int64_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        auto event = json::parse(line);
        if (!event) return in_context(fmt::format("line {}", number), std::move(event).error());
        BOON_CHECK(on_event({number, *std::move(event), share_of(at, text.size())}));
    }
    return {};
}

Status each_element(std::string_view text, const OnFileEvent& on_event) {
    BOON_TRY(auto document, json::parse(text));
    if (!document.is_array()) return fail(ErrorCode::invalid, "the file is not an array of events");
    auto& events = document.get_array();
    for (std::size_t i = 0; i < events.size(); ++i) {
        BOON_CHECK(on_event({static_cast<std::int64_t>(i) + 1, std::move(events[i]), share_of(i + 1, events.size())}));
    }
    return {};
}

// A number or a truth value as JSON has it; what is none stays text, which is refused with its reason.
json::Value literal_of(std::string_view cell) {
    if (auto value = json::parse(cell); value && (value->is_number() || value->is_bool())) return *std::move(value);
    return json::Value(cell);
}

json::Value event_of(const std::vector<std::string>& header, const std::vector<std::string>& cells) {
    json::Object event;
    json::Object data;
    for (std::size_t i = 0; i < std::min(header.size(), cells.size()); ++i) {
        std::string_view name = header[i];
        if (cells[i].empty()) continue;
        if (std::ranges::find(kMembers, name) != kMembers.end()) {
            event[name] = cells[i];
            continue;
        }
        if (name.starts_with("data.")) name.remove_prefix(5);
        const bool is_literal = std::ranges::find(kLiterals, name) != kLiterals.end();
        data[name] = is_literal ? literal_of(cells[i]) : json::Value(cells[i]);
    }
    event["data"] = std::move(data);
    return event;
}

Status each_row(std::string_view text, const OnFileEvent& on_event) {
    CsvReader reader(text, {.separator = csv_separator_of(text)});
    BOON_TRY(const auto header, reader.next());
    if (!header) return fail(ErrorCode::invalid, "the file is empty", "its first line names the columns");
    const auto lines = std::max<std::int64_t>(std::ranges::count(text, '\n'), 1);
    while (true) {
        BOON_TRY(const auto row, reader.next());
        if (!row) return {};
        const double share = std::min(1.0, static_cast<double>(row->line) / static_cast<double>(lines));
        BOON_CHECK(on_event({row->line, event_of(header->cells, row->cells), share}));
    }
}

}  // namespace

EventFormat event_format_of(std::string_view file, std::string_view text) {
    if (file.ends_with(".csv")) return EventFormat::csv;
    if (file.ends_with(".ndjson") || file.ends_with(".jsonl")) return EventFormat::ndjson;
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first != std::string_view::npos && text[first] == '[') return EventFormat::json;
    return first != std::string_view::npos && text[first] == '{' ? EventFormat::ndjson : EventFormat::csv;
}

Status for_each_event(std::string_view text, EventFormat format, const OnFileEvent& on_event) {
    switch (format) {
        case EventFormat::ndjson: return each_line(text, on_event);
        case EventFormat::json: return each_element(text, on_event);
        case EventFormat::csv: return each_row(text, on_event);
    }
    return {};
}

}  // namespace boon::cli
