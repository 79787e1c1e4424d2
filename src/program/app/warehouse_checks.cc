#include "program/app/warehouse_checks.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "platform/base/log.h"
#include "platform/sql/literal.h"
#include "platform/storage/digest.h"
#include "program/app/app.h"
#include "program/app/background.h"
#include "program/app/warehouse_source.h"

namespace boon::app {

namespace {

constexpr std::int64_t kHoldsMicros = kMicrosPerDay;

std::filesystem::path place_of(const App& app) { return app.config().home / "warehouse_check.json"; }

Status keep(const std::filesystem::path& path, const WarehouseCheck& check) {
    const std::filesystem::path beside = path.string() + ".new";
    std::ofstream file(beside, std::ios::binary);
    file << json::write(check);
    file.close();
    std::error_code problem;
    if (file) std::filesystem::rename(beside, path, problem);
    if (!file || problem) return fail(ErrorCode::unavailable, fmt::format("could not write {}", path.string()));
    return {};
}

// The texts in a SELECT that are the paths of files, or patterns of such.
std::vector<std::string> paths_in(std::string_view select) {
    std::vector<std::string> paths;
    for (std::size_t at = select.find('\''); at != std::string_view::npos; at = select.find('\'', at)) {
        std::string text;
        for (++at; at < select.size(); ++at) {
            if (select[at] == '\'') {
                if (!select.substr(at).starts_with("''")) break;
                ++at;
            }
            text += select[at];
        }
        at = std::min(at + 1, select.size());
        if (text.starts_with('/')) paths.push_back(std::move(text));
    }
    return paths;
}

// Its size and when it was last written; nothing when that cannot be told.
std::optional<std::string> state_of_file(const std::string& path) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (problem) return std::nullopt;
    const auto written = std::filesystem::last_write_time(path, problem);
    if (problem) return std::nullopt;
    return fmt::format("{} {} {}\n", path, size, written.time_since_epoch().count());
}

std::optional<std::string> state_of_files(warehouse::Warehouse& warehouse, const std::string& pattern) {
    const auto found =
        warehouse.query(fmt::format("SELECT file FROM glob({}) ORDER BY file", sql::quote_text(pattern)));
    if (!found || found->rows() == 0) return std::nullopt;
    std::string text;
    for (const std::string& path : found->columns.front().texts()) {
        const auto state = state_of_file(path);
        if (!state) return std::nullopt;
        text += *state;
    }
    return text;
}

// Empty when it cannot be told whether the same would be read again.
Result<std::string> fingerprint_of(App& app, warehouse::Warehouse& warehouse) {
    const warehouse::Options options = warehouse_options(app.config());
    std::string text = fmt::format("currency exponent {}\n", options.currency_exponent);
    for (const auto& [table, source] : options.tables) {
        text += fmt::format("{} = {}\n", table, source.select);
        for (const std::string& path : paths_in(source.select)) {
            const auto state = state_of_files(warehouse, path);
            if (!state) return std::string();
            text += *state;
        }
    }
    for (const warehouse::Attached& attached : options.attached) {
        const auto state = state_of_file(attached.path);
        if (!state) return std::string();
        text += *state;
    }
    BOON_TRY(const auto copies, warehouse.mirror_state());
    text += json::write(copies);
    return storage::to_hex(storage::sha256(text));
}

WarehouseHealth health_of(const warehouse::Report& report) {
    if (report.has_errors()) return WarehouseHealth::errors;
    return report.warnings() > 0 ? WarehouseHealth::warnings : WarehouseHealth::ok;
}

std::string sentence(const warehouse::Finding& finding) {
    return fmt::format("warehouse table \"{}\": {}", finding.table, finding.words);
}

}  // namespace

WarehouseChecks::WarehouseChecks(App& app)
    : app_(app), health_(has_warehouse(app.config()) ? WarehouseHealth::unchecked : WarehouseHealth::none) {}

WarehouseChecks::~WarehouseChecks() = default;

Result<std::optional<WarehouseCheck>> WarehouseChecks::last() {
    const std::filesystem::path path = place_of(app_);
    if (!std::filesystem::exists(path)) return std::optional<WarehouseCheck>();
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return fail(ErrorCode::unavailable, fmt::format("could not read {}", path.string()));
    auto check = json::read_text<WarehouseCheck>(text.view(), {.read_as = json::ReadAs::stored});
    // One of another release: as if there were none.
    if (!check) return std::optional<WarehouseCheck>();
    return std::optional(*std::move(check));
}

Result<WarehouseCheck> WarehouseChecks::check(When when, const warehouse::CheckOptions& options) {
    const std::scoped_lock lock(mutex_);
    const Timestamp now = app_.now();
    BOON_TRY(const auto warehouse, app_.warehouse());
    BOON_TRY(std::string fingerprint, fingerprint_of(app_, *warehouse));
    if (when == When::as_due && !fingerprint.empty()) {
        BOON_TRY(auto before, last());
        const bool holds =
            before && before->fingerprint == fingerprint && now.micros - before->checked_at.micros < kHoldsMicros;
        if (holds) {
            health_ = health_of(before->report);
            return *std::move(before);
        }
    }
    const auto started = std::chrono::steady_clock::now();
    BOON_TRY(auto report, warehouse->check(now, options));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    WarehouseCheck check{
        .checked_at = now,
        .seconds = std::round(took.count() * 10) / 10,
        .fingerprint = std::move(fingerprint),
        .report = std::move(report)
    };
    health_ = health_of(check.report);
    BOON_CHECK(keep(place_of(app_), check));
    return check;
}

Result<WarehouseCheck> WarehouseChecks::check_for_job(const Progress& progress) {
    const auto on_table = [&](std::string_view table) {
        return progress(0, 0, fmt::format("check: every row of {}", table));
    };
    BOON_TRY(auto check, this->check(When::as_due, {.on_table = on_table}));
    for (const warehouse::Finding& finding : check.report.findings) {
        const bool whole_table = finding.stops_queries && finding.column.empty();
        if (whole_table) return fail(ErrorCode::invalid, sentence(finding), finding.hint);
    }
    return check;
}

void WarehouseChecks::start() {
    if (!has_warehouse(app_.config())) return;
    thread_ = std::jthread([this](const std::stop_token& stop) { check_and_tell(stop); });
}

void WarehouseChecks::check_and_tell(const std::stop_token& stop) {
    give_way();
    const auto checked = check(When::as_due, {.on_table = {}, .stop = stop});
    if (stop.stop_requested()) return;
    if (!checked) return log::warning("the warehouse was not checked: " + to_text(checked.error()));
    for (const warehouse::Finding& finding : checked->report.findings) {
        const bool is_error = finding.severity == warehouse::Severity::error;
        log::write(is_error ? log::Level::error : log::Level::warning, sentence(finding) + "; " + finding.hint);
    }
    log::info(fmt::format("the warehouse was checked: {}", warehouse::counts_text(checked->report)));
}

std::unexpected<Error> explained(Error error, const WarehouseCheck& check) {
    const auto failed_by = [&](const warehouse::Finding& finding) {
        return finding.stops_queries && error.code == ErrorCode::invalid &&
               error.message.find(finding.column) != std::string::npos;
    };
    const auto found = std::ranges::find_if(check.report.findings, failed_by);
    if (found == check.report.findings.end()) return std::unexpected(std::move(error));
    return fail(error.code, sentence(*found), found->hint);
}

}  // namespace boon::app
