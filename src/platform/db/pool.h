// A bounded set of connections, opened as they are needed, lent to one thread at a time. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/connection.h"

namespace boon::db {

class Pool {
public:
    using Open = std::function<Result<std::unique_ptr<Connection>>()>;

    // `patience`: how long borrow() waits for a connection when all are lent.
    Pool(Open open, int size, std::chrono::milliseconds patience);

    // Gives its connection back when it goes.
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
        ~Lease() {
            if (connection_ != nullptr) pool_->give_back(std::move(connection_));
        }
        Lease(Lease&&) = default;
        Lease& operator=(Lease&&) = delete;

        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    // A live connection: one that its server has closed meanwhile is replaced. `unavailable` when none is to be had.
    Result<Lease> borrow();

private:
    void give_back(std::unique_ptr<Connection> connection);
    Result<Lease> open_one();

    Open open_;
    int size_;
    std::chrono::milliseconds patience_;
    std::mutex mutex_;
    std::condition_variable given_back_;
    std::vector<std::unique_ptr<Connection>> idle_;
    int opened_ = 0;  // idle and lent
};

}  // namespace boon::db
