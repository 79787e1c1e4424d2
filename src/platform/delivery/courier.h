// The threads that empty the outbox (platform/storage/outbox.h): they take what is due, hand each message to the
// channel of its kind, and note what came of it. At least once: a message may come twice (the process dies between the
// sending and the noting) and always with the same id; in no particular order.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "platform/storage/outbox.h"

namespace boon::delivery {

// sent: the receiver has it. failed: try again later. never: trying again would not help.
enum class Fate { sent, failed, never };

struct Verdict {
    Fate fate = Fate::sent;
    std::string why = {};                                       // of what was not sent; kept with the message
    std::optional<std::chrono::milliseconds> retry_after = {};  // what the receiver asked for
    bool gone = false;                                          // the receiver wants no more at all
};

// One way out of the house.
struct Channel {
    // Blocks until it is known what became of the message. Called by several threads at once.
    std::function<Verdict(const storage::Message&, Timestamp now)> send;
    // What the channel remembers of it, in the transaction that notes the verdict; may be empty.
    std::function<Status(db::Connection&, const storage::Message&, const Verdict&, Timestamp now)> note = {};
};

// What varies, passed in.
struct World {
    std::function<Timestamp()> now;
    std::function<double()> uniform;  // [0, 1); called by several threads at once
};

struct CourierOptions {
    int threads = 4;
    std::int64_t batch = 16;  // messages that one thread takes at once
    // Longer than a whole batch may last: who holds a message longer loses it to another thread.
    std::int64_t lease_micros = 300 * kMicrosPerSecond;
    std::chrono::milliseconds look_every{1000};  // for what another process has enqueued
    std::int64_t keep_sent_micros = 7 * kMicrosPerDay;
    std::int64_t keep_given_up_micros = 30 * kMicrosPerDay;
};

class Courier {
public:
    // By kind of message. `database` must outlive the courier.
    using Channels = std::map<std::string, Channel, std::less<>>;
    Courier(db::Database& database, Channels channels, World world, CourierOptions options = {});
    // Ends what is being sent and gives back what was only taken.
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    // From now on by itself. Once.
    void start();
    // There may be something to send. Thread-safe.
    void wake();
    // No further message is begun. Returns at once; the destructor waits.
    void stop();

    // One batch, on the calling thread; how many messages it took.
    Result<std::int64_t> deliver_due();

private:
    void loop();
    void wait_for_wake(std::uint64_t seen);
    void tidy_up();
    Result<bool> deliver(const storage::Message& message);
    Status give_back(const storage::Message& message, Timestamp due);
    Status note(const storage::Message& message, const Verdict& verdict);
    [[nodiscard]] Timestamp earliest_retry(const storage::Message& message, const Verdict& verdict, Timestamp now)
        const;

    db::Database& database_;
    const Channels channels_;
    const World world_;
    const CourierOptions options_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::int64_t> tidy_at_ = 0;  // microseconds
    std::mutex mutex_;
    std::condition_variable woken_;
    std::atomic<std::uint64_t> wakes_ = 0;
    std::vector<std::thread> threads_;  // last: ends before the rest goes
};

}  // namespace boon::delivery
