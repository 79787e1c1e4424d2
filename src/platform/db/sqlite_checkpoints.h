// Empties the log (WAL) of a SQLite file into the file while commits go on. SQLite's own way is a checkpoint within the
// commit that finds the log long: everyone who waits for that commit waits for thousands of pages to be copied and
// synced, tens of milliseconds. Here a thread with a connection of its own copies and syncs them, again and again until
// few are left; the writer copies those between two transactions, since only while nobody writes does the log come to
// its end and is begun anew.
//
// Of one writing connection. The thread starts when the log is long for the first time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

struct sqlite3;

namespace boon::db {

class SqliteCheckpoints {
public:
    explicit SqliteCheckpoints(std::string path) : path_(std::move(path)) {}
    // Waits for what is being copied. Before the writing connection is closed.
    ~SqliteCheckpoints();
    SqliteCheckpoints(const SqliteCheckpoints&) = delete;
    SqliteCheckpoints& operator=(const SqliteCheckpoints&) = delete;

    // After each commit: how many pages the log has.
    void note_commit(int pages);

    // Between two transactions of `writer`: copies what is left, if it is little; waits when the log is far too long.
    // An SQLITE_IOERR, then and ever after, when copying failed: pages that could not be synced may count as clean by
    // then, so that nothing may be written until the file has been opened anew. Otherwise SQLITE_OK.
    int finish(sqlite3* writer);

    [[nodiscard]] bool has_failed() const;

private:
    enum class Phase { idle, copying, copied };

    void run();
    int copy();
    int copy_once(sqlite3* connection, int& left);

    std::string path_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Phase phase_ = Phase::idle;
    int pages_ = 0;     // in the log, by the last commit
    int start_at_ = 0;  // so many pages are too many
    int failure_ = 0;   // an SQLITE_IOERR
    bool stopping_ = false;

    sqlite3* connection_ = nullptr;  // of the thread
    std::thread thread_;
};

}  // namespace boon::db
