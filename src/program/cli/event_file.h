// The events of a file: one JSON object a line (NDJSON), a JSON array of them, or CSV with a header.
//
// CSV columns are those of an event (id, source, type, customer_id, occurred_at); any other is a member of its `data`,
// with or without `data.` before its name. Empty cells are absent.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/json.h"

namespace boon::cli {

enum class EventFormat { ndjson, json, csv };

// By the file's name, else by how the text begins.
EventFormat event_format_of(std::string_view file, std::string_view text);

struct FileEvent {
    std::int64_t number = 0;  // of its line; in a JSON array its place, from 1
    json::Value event;
    double share = 0;  // of the file that is read
};
using OnFileEvent = std::function<Status(FileEvent)>;

// One after the other; `invalid`, with the line, for what is no event's text at all. An error of `on_event` ends it.
Status for_each_event(std::string_view text, EventFormat format, const OnFileEvent& on_event);

}  // namespace boon::cli
