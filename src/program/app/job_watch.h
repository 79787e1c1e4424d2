// Tells who listens how jobs go: one thread for all listeners, which looks at the jobs a few times a second while there
// are any. Jobs that other servers of the database do are among them.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "platform/storage/jobs.h"

namespace boon::app {

class JobWatch {
public:
    // Of one owner, and of all: each holds a connection open.
    static constexpr std::size_t kMaxOfOwner = 8;
    static constexpr std::size_t kMaxListeners = 512;

    // Told at every look, also when nothing has changed, of the jobs that have changed since the last one; at first of
    // those that live. Must not block. False: wants to hear no more.
    using Listen = std::function<bool(std::span<const storage::Job> changed, Timestamp at)>;

    // `database` must outlive it.
    JobWatch(db::Database& database, std::function<Timestamp()> clock);

    // `limited` when the owner, or everybody together, listens too often already. At first, those that ended after
    // `since` are told, too.
    Status listen(std::string_view owner, Timestamp since, Listen listener);
    [[nodiscard]] std::size_t listeners() const;

private:
    struct Listener {
        std::string owner;
        Timestamp since;
        Listen tell;
        std::map<std::string, std::string> told;  // by job: its state as it was told last
    };

    void loop(const std::stop_token& stop);
    void look();
    static std::vector<storage::Job> news_for(Listener& listener, std::span<const storage::Job> jobs);

    db::Database& database_;
    std::function<Timestamp()> clock_;
    mutable std::mutex mutex_;
    std::condition_variable_any woken_;
    std::list<Listener> listeners_;  // under mutex_
    bool failing_ = false;           // of the thread
    std::jthread thread_;            // last: ends before the rest goes
};

}  // namespace boon::app
