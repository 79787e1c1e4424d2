#include "program/app/instance.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/access/keys.h"
#include "platform/db/database.h"
#include "platform/storage/secrets.h"
#include "program/app/local_time.h"
#include "records/customers/erasures.h"

namespace boon::app {

namespace {

Error disk_error(std::string_view doing, const std::filesystem::path& path) {
    return {ErrorCode::unavailable, fmt::format("could not {} {}: {}", doing, path.string(), std::strerror(errno))};
}

// As TOML has it: numbers and truth values without quotes.
std::string toml_value(const std::string& text) {
    if (text == "True" || text == "False") return text == "True" ? "true" : "false";
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    // TOML has no number that begins with a 0, and none beyond int64.
    if (digits && text.size() <= 18 && (text == "0" || text.front() != '0')) return text;
    return fmt::format("\"{}\"", text);
}

// What boon.toml says when it is new: every setting with its default, commented out.
std::string initial_settings(const config::Config& config) {
    std::string text =
        "# Settings of this boon instance. Flags go over environment variables over this file over defaults.\n"
        "# Every line that is commented out shows a default.\n\n";
    std::string table;
    const auto append = [&](const config::Setting& setting) {
        const auto dot = setting.key.find('.');
        const bool chosen = setting.key == "currency" || setting.key == "time_zone";
        text += fmt::format(
            "# {} ({})\n{}{} = {}\n", setting.doc, setting.variable, chosen ? "" : "# ", setting.key.substr(dot + 1),
            toml_value(setting.get(config))
        );
    };
    // What belongs to no table must stand before the first one.
    for (const config::Setting& setting : config::settings()) {
        if (setting.key.find('.') == std::string_view::npos) append(setting);
    }
    for (const config::Setting& setting : config::settings()) {
        const auto dot = setting.key.find('.');
        if (dot == std::string_view::npos) continue;
        if (setting.key.substr(0, dot) != table) {
            table = setting.key.substr(0, dot);
            text += fmt::format("\n[{}]\n", table);
        }
        append(setting);
    }
    return text +
           "\n# Where the history is stands in warehouse.toml beside this file: folders whose files may be read, and "
           "one\n"
           "# SELECT for each logical table; see docs/warehouse.md.\n";
}

Status write_settings(const config::Config& config) {
    const auto path = config.home / "boon.toml";
    std::ofstream file(path);
    file << initial_settings(config);
    file.close();
    if (!file) return std::unexpected(disk_error("write", path));
    return {};
}

Status make_folder(const std::filesystem::path& home) {
    std::error_code problem;
    std::filesystem::create_directories(home, problem);
    if (problem)
        return fail(ErrorCode::unavailable, fmt::format("could not make {}: {}", home.string(), problem.message()));
    // Models, settings and the socket are the owner's.
    if (chmod(home.c_str(), 0700) != 0) return std::unexpected(disk_error("restrict", home));
    return {};
}

}  // namespace

Result<InstanceLock> InstanceLock::take(const std::filesystem::path& home) {
    const auto path = home / "boon.lock";
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return std::unexpected(disk_error("open", path));
    InstanceLock lock(descriptor);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return std::unexpected(disk_error("lock", path));
        std::array<char, 32> pid{};
        const ssize_t size = pread(descriptor, pid.data(), pid.size() - 1, 0);
        const std::string owner = size > 0 ? fmt::format(" (pid {})", std::string_view(pid.data())) : "";
        return fail(
            ErrorCode::conflict, fmt::format("the instance in {} is in use by another process{}", home.string(), owner),
            "one process owns an instance; stop the other, or ask the running server"
        );
    }
    const std::string pid = fmt::to_string(getpid());
    const bool written = ftruncate(descriptor, 0) == 0 &&
                         pwrite(descriptor, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
    if (!written) return std::unexpected(disk_error("write", path));
    return lock;
}

InstanceLock::InstanceLock(InstanceLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

InstanceLock& InstanceLock::operator=(InstanceLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

InstanceLock::~InstanceLock() {
    if (descriptor_ >= 0) close(descriptor_);
}

Result<CreatedInstance> create_instance(const config::Config& config) {
    if (std::filesystem::exists(config.home / "boon.toml")) {
        return fail(
            ErrorCode::conflict, fmt::format("there is an instance in {} already", config.home.string()),
            "use it, or choose another folder with --home"
        );
    }
    BOON_CHECK(midnight_in({0}, config.time_zone));
    BOON_CHECK(make_folder(config.home));
    BOON_TRY(const auto lock, InstanceLock::take(config.home));
    BOON_TRY(const auto database, db::Database::open({.url = config.database_url}));
    const Timestamp now = system_now();
    BOON_CHECK(storage::migrate(*database, now));
    BOON_CHECK(keep_currency(*database, config.currency));
    access::Keys keys(*database);
    access::NewKey first{
        .name = "first key", .scopes = {access::Scope::admin}, .expires_at = {}, .created_by = "boon init"
    };
    BOON_TRY(const auto created, keys.create(first, now));
    if (config.secrets.key.empty() && config.secrets.key_file.empty()) {
        BOON_CHECK(storage::write_key_file(config.home / "secret.key", {storage::SecretKey::make()}));
    }
    // Last, so that a folder with a boon.toml is always a whole instance.
    BOON_CHECK(write_settings(config));
    return CreatedInstance{created.secret};
}

Status keep_currency(db::Database& database, const Currency& currency) {
    BOON_TRY(const std::string kept, database.write([&](db::Connection& connection) -> Result<std::string> {
        BOON_CHECK(connection.execute(
            "insert into programme (only_row, currency) values (1, ?) on conflict (only_row) do nothing",
            {currency.code()}
        ));
        std::string code;
        BOON_CHECK(connection.query("select currency from programme", {}, [&](const db::Row& row) -> Status {
            code = row.text(0);
            return {};
        }));
        return code;
    }));
    if (kept == currency.code()) return {};
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("this instance's amounts are in {}, and the setting `currency` says {}", kept, currency.code()),
        "an amount does not change with its currency's name: set it back, or make another instance"
    );
}

Result<std::vector<storage::MigrationState>> instance_migrations(const config::Config& config) {
    BOON_TRY(const auto database, db::Database::open({.url = config.database_url}));
    return storage::migration_status(*database);
}

Status accept_lost_erasures(const config::Config& config) {
    BOON_TRY(const auto lock, InstanceLock::take(config.home));
    BOON_TRY(const auto database, db::Database::open({.url = config.database_url}));
    return customers::forget_erasures_file(*database);
}

Result<std::vector<storage::MigrationState>> migrate_instance(const config::Config& config) {
    BOON_TRY(const auto lock, InstanceLock::take(config.home));
    BOON_TRY(const auto database, db::Database::open({.url = config.database_url}));
    return storage::migrate(*database, system_now());
}

}  // namespace boon::app
