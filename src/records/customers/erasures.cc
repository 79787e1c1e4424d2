#include "records/customers/erasures.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "platform/storage/digest.h"

namespace boon::customers {

namespace {

constexpr std::size_t kMarkBytes = 16;
constexpr std::size_t kMarkDigits = 2 * kMarkBytes;
constexpr std::string_view kKeyWord = "key ";
constexpr std::string_view kAbout =
    "# Who was erased from this instance, by keyed hashes. Keep it outside of the database's backups, and do not lose "
    "it.\n";
// The row of `settings` that says which file belongs to the database.
constexpr std::string_view kFileSetting = "erasures.file";

std::string mark_under(const storage::SecretKey& key, std::string_view customer_id) {
    std::array<unsigned char, kMarkBytes> mark{};
    const auto* text = reinterpret_cast<const unsigned char*>(customer_id.data());
    crypto_generichash(mark.data(), mark.size(), text, customer_id.size(), key.bytes(), storage::SecretKey::kBytes);
    return storage::to_hex(std::as_bytes(std::span(mark)));
}

std::unexpected<Error> disk_error(std::string_view doing, const std::filesystem::path& file) {
    return fail(
        ErrorCode::unavailable, fmt::format("could not {} {}: {}", doing, file.string(), std::strerror(errno)),
        "an erasure that is not on disk would be undone by the next restore"
    );
}

Status write_durably(const std::filesystem::path& file, std::string_view text, int flags) {
    const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
    if (descriptor < 0) return disk_error("open", file);
    const bool written =
        write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(descriptor) == 0;
    const auto result = written ? Status() : Status(disk_error("write", file));
    close(descriptor);
    return result;
}

// The file appears whole, and its name is on disk.
Status make_file(const std::filesystem::path& file) {
    const std::filesystem::path beside = file.string() + ".new";
    const std::string text = fmt::format("{}{}{}\n", kAbout, kKeyWord, storage::SecretKey::make().to_hex());
    BOON_CHECK(write_durably(beside, text, O_TRUNC));
    if (rename(beside.c_str(), file.c_str()) != 0) return disk_error("rename", beside);
    const int folder = open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || fsync(folder) != 0) return disk_error("sync", file.parent_path());
    close(folder);
    return {};
}

// A mark, or the beginning of one that was being written when the power went: its erasure had not begun.
bool is_digits(std::string_view line) {
    return line.size() <= kMarkDigits &&
           std::ranges::all_of(line, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

struct Contents {
    std::optional<storage::SecretKey> key;
    std::unordered_set<std::string> marks;
};

Result<Contents> parse(const std::filesystem::path& file, std::string_view text) {
    Contents contents;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with(kKeyWord)) {
            BOON_TRY(contents.key, storage::SecretKey::parse(line.substr(kKeyWord.size())));
        } else if (is_digits(line)) {
            if (line.size() == kMarkDigits) contents.marks.emplace(line);
        } else {
            return fail(ErrorCode::failed_precondition, file.string() + " is damaged", "restore it from a copy");
        }
    }
    if (contents.key) return contents;
    return fail(ErrorCode::failed_precondition, file.string() + " has no key", "restore it from a copy");
}

Result<Contents> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return disk_error("read", path);
    return parse(path, text.view());
}

Result<std::optional<std::string>> file_of_database(db::Connection& connection) {
    std::optional<std::string> name;
    BOON_CHECK(connection.query(
        "select value from settings where name = ?", {kFileSetting},
        [&](const db::Row& row) -> Status {
            name = row.text(0);
            return {};
        }
    ));
    return name;
}

std::unexpected<Error> wrong_file(std::string_view what) {
    return fail(
        ErrorCode::failed_precondition, std::string(what),
        "bring it back from where the instance ran (BOON_ERASURES_FILE says where it is), or from another server of "
        "the instance; if it is lost, `boon migrate --erasures-lost` begins another, and whom a restored backup brings "
        "back has to be erased again"
    );
}

Result<std::vector<std::string>> marks_where(
    db::Connection& connection, std::string_view condition, const db::Params& params
) {
    std::vector<std::string> marks;
    const std::string sql = fmt::format("select mark from erased_customers where {} order by mark", condition);
    BOON_CHECK(connection.query(sql, params, [&](const db::Row& row) -> Status {
        marks.emplace_back(row.text(0));
        return {};
    }));
    return marks;
}

}  // namespace

Result<std::unique_ptr<Erasures>> Erasures::open(db::Database& database, std::filesystem::path file, Timestamp now) {
    BOON_ASSERT(sodium_init() >= 0);
    if (!std::filesystem::exists(file)) {
        BOON_TRY(const auto belongs, database.read(file_of_database));
        if (belongs) return wrong_file(fmt::format("{}, which says who was erased, is not there", file.string()));
        BOON_CHECK(make_file(file));
    }
    BOON_TRY(auto contents, read_file(file));
    std::unique_ptr<Erasures> erasures(
        new Erasures(database, std::move(file), *std::move(contents.key), std::move(contents.marks))
    );
    BOON_CHECK(erasures->belong(now));
    BOON_CHECK(erasures->bring(now));
    BOON_CHECK(erasures->follow());
    return erasures;
}

// The mark of no customer names the key.
Status Erasures::belong(Timestamp now) {
    const std::string name = mark_of("");
    BOON_TRY(const auto before, database_.read(file_of_database));
    if (before == name) return {};
    BOON_TRY(const auto belongs, database_.write([&](db::Connection& connection) {
        const auto noted = connection.execute(
            "insert into settings (name, value, updated_at) values (?, ?, ?) on conflict (name) do nothing",
            {kFileSetting, name, now}
        );
        return noted ? file_of_database(connection) : std::unexpected(noted.error());
    }));
    if (belongs == name) return {};
    return wrong_file(fmt::format("{} belongs to another instance", file_.string()));
}

Status Erasures::bring(Timestamp now) {
    BOON_TRY(const auto known, database_.read([](db::Connection& connection) {
        return marks_where(connection, "1 = 1", {});
    }));
    std::vector<std::string> missing;
    for (const std::string& mark : marks_) {
        if (!std::ranges::binary_search(known, mark)) missing.push_back(mark);
    }
    if (missing.empty()) return {};
    return database_.write([&](db::Connection& connection) -> Status {
        for (const std::string& mark : missing) BOON_CHECK(begin_erasure(connection, mark, now));
        return {};
    });
}

std::string Erasures::mark_of(std::string_view customer_id) const { return mark_under(key_, customer_id); }

bool Erasures::has(std::string_view customer_id) const {
    {
        const std::lock_guard lock(mutex_);
        if (marks_.empty()) return false;
    }
    const std::string mark = mark_of(customer_id);
    const std::lock_guard lock(mutex_);
    return marks_.contains(mark);
}

Status Erasures::note(const std::string& mark) {
    const std::lock_guard lock(mutex_);
    if (marks_.contains(mark)) return {};
    // Begins with an end of line: what is before it may be half a line.
    BOON_CHECK(write_durably(file_, "\n" + mark + "\n", O_APPEND));
    marks_.insert(mark);
    return {};
}

Status Erasures::follow() {
    BOON_TRY(const auto known, database_.read([](db::Connection& connection) {
        return marks_where(connection, "1 = 1", {});
    }));
    for (const std::string& mark : known) BOON_CHECK(note(mark));
    return {};
}

Status begin_erasure(db::Connection& connection, const std::string& mark, Timestamp now) {
    BOON_CHECK(connection.execute(
        "insert into erased_customers (mark, erased_at) values (?, ?) "
        "on conflict (mark) do update set finished_at = null",
        {mark, now}
    ));
    return storage::append_change(connection, kErasedChange, mark, now);
}

Result<bool> finish_erasure(db::Connection& connection, const std::string& mark, Timestamp now) {
    BOON_TRY(
        const std::int64_t rows,
        connection.execute(
            "update erased_customers set finished_at = ? where mark = ? and finished_at is null", {now, mark}
        )
    );
    return rows == 1;
}

Result<std::vector<std::string>> unfinished_erasures(db::Connection& connection) {
    return marks_where(connection, "finished_at is null", {});
}

Result<std::vector<std::string>> erasures_since(db::Connection& connection, Timestamp since) {
    return marks_where(connection, "erased_at >= ?", {since});
}

Status forget_erasures_file(db::Database& database) {
    return database.write([](db::Connection& connection) -> Status {
        BOON_CHECK(connection.execute("delete from settings where name = ?", {kFileSetting}));
        // Marks under a key that is gone find nobody.
        BOON_CHECK(connection.execute("delete from erased_customers"));
        return {};
    });
}

}  // namespace boon::customers
