// The unit of work of one thread that is made of many writes: the writer lends it the connection. Database::together()
// is what to call; this is how it does it.
//
// A thread has at most one joint of a database at a time. It begins at the first write: a unit in the writer's queue
// whose work hands the connection over and waits for end(). Nested units are savepoints within it.
#pragma once

#include <functional>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "platform/db/finished.h"
#include "platform/db/writer.h"

namespace boon::db {

// When a joint takes its place in the writer's order: before its function runs, so that what the function reads stays
// true until the commit, or no earlier than it must.
enum class Start { at_once, at_first_write };

class Joint {
public:
    // Makes it this thread's. `internal` misuse (a joint within a joint) is an assertion.
    Joint(Writer& writer, Lane lane);
    // Undoes what end() has not ended.
    ~Joint();
    Joint(const Joint&) = delete;
    Joint& operator=(const Joint&) = delete;

    // This thread's joint of that writer, or null.
    static Joint* here(const Writer& writer);
    // Its connection, once it has begun.
    static Connection* connection_here(const Writer& writer);

    // Waits for the writer. An error when the group it belongs to could not begin.
    Status begin();
    // One write within it; begins it where that is needed. An error undoes that write alone.
    Status write(const Writer::Work& work);
    void once_written(std::function<void()> then) { then_.push_back(std::move(then)); }
    // Keeps or undoes everything, waits for the commit, then runs what was given to once_written().
    Status end(Status verdict);

private:
    Status lend(Connection& connection);

    Writer& writer_;
    Lane lane_;
    std::vector<std::function<void()>> then_;
    bool begun_ = false;
    bool ended_ = false;

    // Between the two threads, ordered by the semaphores.
    Connection* connection_ = nullptr;
    bool was_lent_ = false;
    Status verdict_;
    Status outcome_;
    Finished lent_;      // the connection is here, or the unit failed before
    Finished returned_;  // the writer may go on
    Finished finished_;  // the group has ended
};

}  // namespace boon::db
