#include "platform/http/worker_pool.h"

#include <exception>
#include <string>
#include <utility>

#include "platform/base/log.h"

namespace boon::http {

WorkerPool::WorkerPool(const Options& options) : queue_limit_(options.queue) {
    for (int i = 0; i < options.threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
    }
    has_job_.notify_all();
    threads_.clear();
}

Status WorkerPool::submit(Job job) {
    {
        const std::scoped_lock lock(mutex_);
        if (jobs_.size() >= queue_limit_) {
            return fail(ErrorCode::unavailable, "too much work is waiting", "try again in a moment");
        }
        jobs_.push_back(std::move(job));
    }
    has_job_.notify_one();
    return {};
}

std::size_t WorkerPool::waiting() const {
    const std::scoped_lock lock(mutex_);
    return jobs_.size();
}

void WorkerPool::work() {
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            has_job_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        try {
            job();
        } catch (const std::exception& error) {
            log::error(std::string("a job failed: ") + error.what());
        }
    }
}

}  // namespace boon::http
