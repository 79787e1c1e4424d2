// Threads for work that blocks (databases, models' files, other servers), so that the server's own threads never do.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/base/error.h"

namespace boon::http {

class WorkerPool {
public:
    struct Options {
        int threads = 4;
        std::size_t queue = 256;  // jobs that wait; more are refused
    };
    using Job = std::move_only_function<void()>;

    explicit WorkerPool(const Options& options);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    // Runs what waits, then ends.
    ~WorkerPool();

    // Runs `job` on one of the threads, in the order given. `unavailable` when the queue is full: answer it with
    // problem_retry_after(). What a job throws is logged. Thread-safe.
    Status submit(Job job);
    [[nodiscard]] std::size_t waiting() const;

private:
    void work();

    const std::size_t queue_limit_;
    mutable std::mutex mutex_;
    std::condition_variable has_job_;
    std::deque<Job> jobs_;  // under mutex_
    bool ending_ = false;   // under mutex_
    std::vector<std::jthread> threads_;
};

}  // namespace boon::http
