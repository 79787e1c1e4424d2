#include "platform/config/settings_privacy.h"

#include <array>
#include <string>

#include "platform/config/settings_read.h"

namespace boon::config {

namespace {

constexpr std::string_view kDays = "a number of days from 30 to 36500, or never";
constexpr int kLeastDays = 30;
constexpr int kMostDays = 36'500;

bool read_days(std::string_view text, int& out) {
    if (text != "never") return read_int(text, kLeastDays, kMostDays, out);
    out = 0;
    return true;
}

std::string days_text(int days) { return days == 0 ? "never" : std::to_string(days); }

constexpr std::array kSettings = {
    Setting{
        "privacy.erasures_file", "BOON_ERASURES_FILE", "the path of a file",
        "says who was erased, below the instance's folder unless absolute; default: erasures. Not to be restored "
        "together with the database",
        [](Config& config, std::string_view text) { return read_text(text, config.erasures_file); },
        [](const Config& config) { return config.erasures_file; }
    },
    Setting{
        "retention.events_days", "BOON_RETENTION_EVENTS_DAYS", kDays,
        "after how many days posted events are removed: features of the time before change with it",
        [](Config& config, std::string_view text) { return read_days(text, config.retention.events_days); },
        [](const Config& config) { return days_text(config.retention.events_days); }
    },
    Setting{
        "retention.decisions_days", "BOON_RETENTION_DECISIONS_DAYS", kDays,
        "after how many days decisions and their outcomes are removed",
        [](Config& config, std::string_view text) { return read_days(text, config.retention.decisions_days); },
        [](const Config& config) { return days_text(config.retention.decisions_days); }
    },
    Setting{
        "retention.pasts_days", "BOON_RETENTION_PASTS_DAYS", kDays,
        "after how many days stays that have ended and points of the value history are removed",
        [](Config& config, std::string_view text) { return read_days(text, config.retention.pasts_days); },
        [](const Config& config) { return days_text(config.retention.pasts_days); }
    },
    Setting{
        "retention.jobs_days", "BOON_RETENTION_JOBS_DAYS", kDays,
        "after how many days jobs that have ended are removed",
        [](Config& config, std::string_view text) { return read_days(text, config.retention.jobs_days); },
        [](const Config& config) { return days_text(config.retention.jobs_days); }
    },
    Setting{
        "retention.runs_days", "BOON_RETENTION_RUNS_DAYS", kDays,
        "after how many days runs of the sync that have ended are removed, with their records",
        [](Config& config, std::string_view text) { return read_days(text, config.retention.runs_days); },
        [](const Config& config) { return days_text(config.retention.runs_days); }
    },
    Setting{
        "retention.audit_days", "BOON_RETENTION_AUDIT_DAYS", kDays,
        "after how many days entries of the audit log are removed",
        [](Config& config, std::string_view text) { return read_days(text, config.retention.audit_days); },
        [](const Config& config) { return days_text(config.retention.audit_days); }
    },
};

}  // namespace

std::span<const Setting> privacy_settings() { return kSettings; }

}  // namespace boon::config
