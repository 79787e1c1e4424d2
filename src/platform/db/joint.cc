#include "platform/db/joint.h"

#include <utility>

namespace boon::db {

namespace {

thread_local Joint* t_joint = nullptr;

}  // namespace

Joint::Joint(Writer& writer, Lane lane) : writer_(writer), lane_(lane) {
    BOON_ASSERT(t_joint == nullptr && !writer.is_current_thread());
    t_joint = this;
}

Joint::~Joint() {
    if (!ended_) static_cast<void>(end(fail(ErrorCode::internal, "the unit of work was left")));
    t_joint = nullptr;
}

Joint* Joint::here(const Writer& writer) {
    return t_joint != nullptr && &t_joint->writer_ == &writer ? t_joint : nullptr;
}

Connection* Joint::connection_here(const Writer& writer) {
    const Joint* const joint = here(writer);
    return joint == nullptr ? nullptr : joint->connection_;
}

// On the writer's thread.
Status Joint::lend(Connection& connection) {
    // The writer runs a unit again after a deadlock; this one's function cannot be.
    if (std::exchange(was_lent_, true)) return verdict_;
    connection_ = &connection;
    lent_.signal();
    returned_.wait();
    connection_ = nullptr;
    return verdict_;
}

Status Joint::begin() {
    BOON_ASSERT(!ended_);
    if (!begun_) {
        begun_ = true;
        writer_.enqueue(
            lane_, [this](Connection& connection) { return lend(connection); },
            [this](Status outcome) {
                outcome_ = std::move(outcome);
                if (!was_lent_) lent_.signal();
                finished_.signal();
            }
        );
        lent_.wait();
    }
    return connection_ != nullptr ? Status() : outcome_;
}

Status Joint::write(const Writer::Work& work) {
    BOON_CHECK(begin());
    return in_unit(*connection_, work);
}

Status Joint::end(Status verdict) {
    ended_ = true;
    if (begun_) {
        if (connection_ != nullptr) {
            verdict_ = std::move(verdict);
            returned_.signal();
        }
        finished_.wait();
        verdict = outcome_;
    }
    if (!verdict) return verdict;
    for (const auto& then : then_) then();
    return {};
}

}  // namespace boon::db
