// Log lines of the server: one line each on standard error, `time level message key=value …`. Commands print their
// own results; this is for what happens while nobody watches.
#pragma once

#include <string_view>

namespace boon::log {

enum class Level { debug, info, warning, error };

void set_level(Level least);

// Thread-safe. Line breaks in the message are written as `\n`, so that one event stays one line.
void write(Level level, std::string_view message);

inline void info(std::string_view message) { write(Level::info, message); }
inline void warning(std::string_view message) { write(Level::warning, message); }
inline void error(std::string_view message) { write(Level::error, message); }

}  // namespace boon::log
