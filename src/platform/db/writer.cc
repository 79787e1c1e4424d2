#include "platform/db/writer.h"

#include <chrono>
#include <iterator>
#include <random>
#include <utility>

#include "platform/base/burst.h"

namespace boon::db {

namespace {

constexpr std::size_t kGroupUnits = 2000;
constexpr std::chrono::milliseconds kGroupTime{10};
constexpr int kTries = 5;

// Long enough for the other side of a deadlock to take its locks, and random, so that two do not meet again.
std::chrono::milliseconds pause_before_try(int attempt) {
    std::random_device random;
    return std::chrono::milliseconds(std::uniform_int_distribution<int>(5 << attempt >> 1, 5 << attempt)(random));
}

}  // namespace

Writer::Writer(Pool& pool) : pool_(pool), thread_([this] { run(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_waits_.notify_one();
    thread_.join();
}

void Writer::enqueue(Lane lane, Work work, Done done, Failing failing) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        (lane == Lane::ledger ? ledger_ : batch_).push_back({std::move(work), std::move(done), failing});
        wake = std::exchange(idle_, false);
    }
    if (wake) work_waits_.notify_one();
}

Status Writer::health() const {
    const std::lock_guard lock(mutex_);
    return health_;
}

void Writer::run() {
    while (wait_for_work()) {
        run_group();
        // Most of those who are told wait on few other threads: one wake-up each is enough.
        const Burst burst;
        for (Unit& unit : group_) unit.done(std::move(unit.status));
        group_.clear();
    }
}

bool Writer::wait_for_work() {
    if (!taken_.empty() || !again_.empty()) return true;
    std::unique_lock lock(mutex_);
    while (ledger_.empty() && batch_.empty()) {
        if (stopping_) return false;
        idle_ = true;
        work_waits_.wait(lock);
    }
    idle_ = false;
    return true;
}

void Writer::run_group() {
    if (!again_.empty()) std::this_thread::sleep_for(pause_before_try(again_.front().tries));
    if (broken_) {
        take_all_waiting();
        return fail_group(health().error());
    }
    Status status;
    if (auto connection = pool_.borrow()) {
        status = write_units(**connection);
        if (!status) {
            broken_ = (*connection)->remedy() == Remedy::restart;
            (*connection)->rollback();
        }
    } else {
        take_all_waiting();
        status = std::unexpected(std::move(connection).error());
    }
    if (!status) fail_group(status.error());
    note_health(status);
}

// An error is one of the whole group.
Status Writer::write_units(Connection& connection) {
    if (Status begun = connection.begin_write(); !begun) {
        take_all_waiting();
        return begun;
    }
    for (Unit& unit : std::exchange(again_, {})) taken_.push_front(std::move(unit));
    const auto end = std::chrono::steady_clock::now() + kGroupTime;
    const auto is_full = [&] { return group_.size() >= kGroupUnits || std::chrono::steady_clock::now() >= end; };
    batch_in_group_ = false;
    Next next = Next::go_on;
    while (next == Next::go_on && (group_.empty() || !is_full()) && take_next()) next = run_last(connection);
    // A busy ledger must not starve the batch lane.
    if (next == Next::go_on && !batch_in_group_ && take_batch()) next = run_last(connection);
    if (next == Next::give_up) return group_.back().status;
    return connection.commit();
}

// Runs the last unit of `group_`.
Writer::Next Writer::run_last(Connection& connection) {
    Unit& unit = group_.back();
    unit.status = run_unit(connection, unit);
    if (unit.status) return Next::go_on;
    if (!connection.in_transaction()) return Next::give_up;
    if (connection.remedy() != Remedy::retry || ++unit.tries >= kTries) return Next::go_on;
    // To run again in the next group, once this one has let go of its locks.
    again_.push_back(std::move(unit));
    group_.pop_back();
    return Next::commit;
}

// Moves the next unit to the end of `group_`; false when none waits that this group should take.
bool Writer::take_next() {
    if (taken_.empty()) {
        const std::lock_guard lock(mutex_);
        taken_.swap(ledger_);
    }
    if (taken_.empty()) return take_batch();
    group_.push_back(std::move(taken_.front()));
    taken_.pop_front();
    return true;
}

bool Writer::take_batch() {
    const std::lock_guard lock(mutex_);
    if (batch_.empty()) return false;
    group_.push_back(std::move(batch_.front()));
    batch_.pop_front();
    batch_in_group_ = true;
    return true;
}

void Writer::take_all_waiting() {
    const auto append = [this](auto& units) {
        group_.insert(group_.end(), std::move_iterator(units.begin()), std::move_iterator(units.end()));
        units.clear();
    };
    append(again_);
    append(taken_);
    const std::lock_guard lock(mutex_);
    append(ledger_);
    append(batch_);
}

Status Writer::run_unit(Connection& connection, const Unit& unit) {
    // A statement that fails on PostgreSQL ends the transaction, unless there is a savepoint to go back to.
    if (unit.failing == Failing::leaves_nothing && connection.engine() == Engine::sqlite) return unit.work(connection);
    return in_unit(connection, unit.work);
}

void Writer::fail_group(const Error& error) {
    for (Unit& unit : group_) unit.status = std::unexpected(error);
}

void Writer::note_health(const Status& status) {
    const std::lock_guard lock(mutex_);
    health_ = status;
}

}  // namespace boon::db
