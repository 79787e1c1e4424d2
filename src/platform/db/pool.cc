#include "platform/db/pool.h"

#include <fmt/core.h>

namespace boon::db {

Pool::Pool(Open open, int size, std::chrono::milliseconds patience)
    : open_(std::move(open)), size_(size), patience_(patience) {
    BOON_ASSERT(size > 0);
}

Result<Pool::Lease> Pool::borrow() {
    std::unique_lock lock(mutex_);
    if (!given_back_.wait_for(lock, patience_, [&] { return !idle_.empty() || opened_ < size_; })) {
        return fail(
            ErrorCode::unavailable, fmt::format("all {} connections to the database are busy", size_),
            "try again; allow more readers if this lasts"
        );
    }
    if (idle_.empty()) {
        ++opened_;
        lock.unlock();
        return open_one();
    }
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    lock.unlock();
    if (connection->alive()) return Lease(*this, std::move(connection));
    connection.reset();
    return open_one();
}

Result<Pool::Lease> Pool::open_one() {
    auto connection = open_();
    if (!connection) {
        {
            const std::lock_guard lock(mutex_);
            --opened_;
        }
        given_back_.notify_one();
        return std::unexpected(std::move(connection).error());
    }
    return Lease(*this, *std::move(connection));
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
    {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(connection));
    }
    given_back_.notify_one();
}

}  // namespace boon::db
