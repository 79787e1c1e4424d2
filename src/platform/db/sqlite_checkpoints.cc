#include "platform/db/sqlite_checkpoints.h"

#include <algorithm>
#include <utility>

#include <sqlite3.h>

namespace boon::db {

namespace {

// Pages of 4 KiB. 16 MB: a page that changes often is copied once for all its changes in the log.
constexpr int kLongLog = 4000;
// So few are left to the writer: one or two milliseconds.
constexpr int kFew = 250;
// Copying does not keep up, or a reader of an old state holds it back: 128 MB.
constexpr int kFarTooLong = 32'000;
constexpr int kPasses = 4;

bool is_io_error(int code) { return (code & 0xff) == SQLITE_IOERR; }

int checkpoint(sqlite3* connection, int* pages, int* copied) {
    return sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_PASSIVE, pages, copied);
}

// SQLite syncs the file only when it has copied the log to its end; this leaves the writer little to sync.
int sync_file(sqlite3* connection) {
    sqlite3_file* file = nullptr;
    const int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    if (code != SQLITE_OK) return code;
    return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

}  // namespace

SqliteCheckpoints::~SqliteCheckpoints() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    sqlite3_close(connection_);
}

void SqliteCheckpoints::note_commit(int pages) {
    {
        const std::lock_guard lock(mutex_);
        pages_ = pages;
        if (pages < kLongLog) start_at_ = kLongLog;
        if (phase_ != Phase::idle || pages < start_at_) return;
        phase_ = Phase::copying;
    }
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    changed_.notify_all();
}

int SqliteCheckpoints::finish(sqlite3* writer) {
    {
        std::unique_lock lock(mutex_);
        if (pages_ >= kFarTooLong) changed_.wait(lock, [this] { return phase_ != Phase::copying; });
        if (failure_ != SQLITE_OK || phase_ != Phase::copied) return failure_;
    }
    int pages = 0;
    int copied = 0;
    const int code = checkpoint(writer, &pages, &copied);
    const std::lock_guard lock(mutex_);
    phase_ = Phase::idle;
    // A reader, or another process, may have held it back; some commits later it is worth another try.
    start_at_ = code == SQLITE_OK && copied == pages ? kLongLog : pages_ + kFew;
    if (is_io_error(code)) failure_ = code;
    return failure_;
}

bool SqliteCheckpoints::has_failed() const {
    const std::lock_guard lock(mutex_);
    return failure_ != SQLITE_OK;
}

void SqliteCheckpoints::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || phase_ == Phase::copying; });
        if (stopping_) return;
        lock.unlock();
        const int code = copy();
        lock.lock();
        // Any other error only means that the log stays as long as it is until the next time.
        if (is_io_error(code)) failure_ = code;
        phase_ = Phase::copied;
        changed_.notify_all();
    }
}

int SqliteCheckpoints::copy() {
    if (connection_ == nullptr) {
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
        int code = sqlite3_open_v2(path_.c_str(), &connection_, flags, nullptr);
        // Without it the connection does not know of the log.
        constexpr const char* kSettings = "pragma journal_mode = wal; pragma synchronous = full;";
        if (code == SQLITE_OK) code = sqlite3_exec(connection_, kSettings, nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) {
            sqlite3_close(std::exchange(connection_, nullptr));
            return code;
        }
        sqlite3_extended_result_codes(connection_, 1);
    }
    int left = kLongLog;
    int code = SQLITE_OK;
    for (int pass = 0; pass < kPasses && code == SQLITE_OK && left > kFew; ++pass) code = copy_once(connection_, left);
    return code;
}

// `left`: how many pages have come meanwhile.
int SqliteCheckpoints::copy_once(sqlite3* connection, int& left) {
    int pages = 0;
    int copied = 0;
    int code = checkpoint(connection, &pages, &copied);
    if (code == SQLITE_OK) code = sync_file(connection);
    const std::lock_guard lock(mutex_);
    left = std::max(pages_ - copied, 0);
    return code;
}

}  // namespace boon::db
