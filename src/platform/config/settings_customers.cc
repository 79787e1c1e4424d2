#include "platform/config/settings_customers.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/config/settings_read.h"

namespace boon::config {

namespace {

// Names with commas between them, also as Python and JSON write lists: ['a', 'b'].
bool read_names(std::string_view text, std::vector<std::string>& out) {
    std::vector<std::string> names(1);
    for (const char c : text) {
        if (c == ',') {
            names.emplace_back();
        } else if (std::string_view(" '\"[]()").find(c) == std::string_view::npos) {
            names.back() += c;
        }
    }
    if (std::ranges::find(names, std::string()) != names.end()) return false;
    out = std::move(names);
    return true;
}

bool read_numbers(std::string_view text, std::vector<double>& out) {
    std::vector<double> numbers;
    std::vector<std::string> words;
    if (text != "none" && !read_names(text, words)) return false;
    for (const std::string& word : words) {
        double number = 0;
        const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (problem != std::errc() || end != word.data() + word.size()) return false;
        numbers.push_back(number);
    }
    out = std::move(numbers);
    return true;
}

// `03:30` → 210; `never` → nothing.
bool read_minute_of_day(std::string_view text, std::optional<int>& out) {
    if (text == "never") {
        out.reset();
        return true;
    }
    const auto colon = text.find(':');
    int hour = 0;
    int minute = 0;
    if (colon == std::string_view::npos || !read_int(text.substr(0, colon), 0, 23, hour) ||
        !read_int(text.substr(colon + 1), 0, 59, minute)) {
        return false;
    }
    out = hour * 60 + minute;
    return true;
}

constexpr std::array kSettings = {
    Setting{
        "clm_stages", "CLM_STAGES", "names with commas between them", "the stages of the customer lifecycle",
        [](Config& config, std::string_view text) { return read_names(text, config.clm_stages); },
        [](const Config& config) { return fmt::format("{}", fmt::join(config.clm_stages, ",")); }
    },
    Setting{
        "cvm_value_segments", "CVM_VALUE_SEGMENTS", "names with commas between them, the best segment first",
        "the value segments",
        [](Config& config, std::string_view text) { return read_names(text, config.cvm_value_segments); },
        [](const Config& config) { return fmt::format("{}", fmt::join(config.cvm_value_segments, ",")); }
    },
    Setting{
        "value_thresholds", "BOON_VALUE_THRESHOLDS", "numbers with commas between them such as 70,40, or none",
        "the lowest value score of each value segment but the last",
        [](Config& config, std::string_view text) { return read_numbers(text, config.value_thresholds); },
        [](const Config& config) {
            if (config.value_thresholds.empty()) return std::string("none");
            return fmt::format("{}", fmt::join(config.value_thresholds, ","));
        }
    },
    Setting{
        "daily_at", "BOON_DAILY_AT", "a time of day such as 03:30, or never",
        "when features, value and stages are worked out each day, in the programme's time zone",
        [](Config& config, std::string_view text) { return read_minute_of_day(text, config.daily_at_minute); },
        [](const Config& config) {
            if (!config.daily_at_minute) return std::string("never");
            return fmt::format("{:02}:{:02}", *config.daily_at_minute / 60, *config.daily_at_minute % 60);
        }
    },
};

}  // namespace

std::span<const Setting> customer_settings() { return kSettings; }

}  // namespace boon::config
