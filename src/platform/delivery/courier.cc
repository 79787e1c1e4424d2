#include "platform/delivery/courier.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "platform/base/log.h"

namespace boon::delivery {

namespace {

// On top of the pause, so that what failed together does not come back together.
constexpr double kJitter = 0.25;
// A receiver that asks for more waits this long at most.
constexpr std::int64_t kMostRetryAfterMicros = kMicrosPerDay;

// A message that another thread took, or whose receiver was removed meanwhile: their word counts.
Status unless_lost(Status noted) {
    if (!noted && noted.error().code == ErrorCode::conflict) return {};
    return noted;
}

}  // namespace

Courier::Courier(db::Database& database, Channels channels, World world, CourierOptions options)
    : database_(database), channels_(std::move(channels)), world_(std::move(world)), options_(options) {}

Courier::~Courier() {
    stop();
    for (std::thread& thread : threads_) thread.join();
}

void Courier::start() {
    for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { loop(); });
}

void Courier::wake() {
    {
        const std::scoped_lock lock(mutex_);  // so that no thread is between looking at it and waiting
        ++wakes_;
    }
    woken_.notify_all();
}

void Courier::stop() {
    stopping_ = true;
    wake();
}

void Courier::loop() {
    bool failing = false;
    while (!stopping_) {
        const std::uint64_t seen = wakes_;  // before looking: who enqueues from here on wakes this thread
        const auto taken = deliver_due();
        if (!taken && !failing) log::error("could not look for messages to send: " + to_text(taken.error()));
        failing = !taken.has_value();
        if (taken && *taken > 0) continue;
        tidy_up();
        wait_for_wake(seen);
    }
}

void Courier::wait_for_wake(std::uint64_t seen) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, options_.look_every, [&] { return stopping_ || wakes_ != seen; });
}

// Once an hour, by whichever thread comes first.
void Courier::tidy_up() {
    const Timestamp now = world_.now();
    std::int64_t due = tidy_at_;
    if (now.micros < due || !tidy_at_.compare_exchange_strong(due, now.micros + kMicrosPerHour)) return;
    const auto forgotten = database_.write(db::Lane::batch, [&](db::Connection& connection) {
        return storage::forget_messages(
            connection, {plus_micros(now, -options_.keep_sent_micros), plus_micros(now, -options_.keep_given_up_micros)}
        );
    });
    if (!forgotten) log::error("could not delete old messages: " + to_text(forgotten.error()));
}

Result<std::int64_t> Courier::deliver_due() {
    const Timestamp now = world_.now();
    // Looking costs a read; only what is due is worth a write.
    BOON_TRY(const auto due, database_.read([](db::Connection& c) { return storage::next_message_due(c); }));
    if (!due || *due > now) return 0;
    BOON_TRY(const auto taken, database_.write(db::Lane::batch, [&](db::Connection& connection) {
        return storage::take_messages(connection, {options_.batch, options_.lease_micros}, now);
    }));
    // One failure per receiver and batch: the others would wait for the same dead or slow one.
    std::set<std::string> failed;
    for (const storage::Message& message : taken) {
        const std::string receiver = message.kind + ' ' + message.destination;
        if (stopping_ || failed.contains(receiver)) {
            const Timestamp again = stopping_ ? now : plus_micros(now, storage::kFirstRetryMicros);
            BOON_CHECK(give_back(message, again));
            continue;
        }
        BOON_TRY(const bool sent, deliver(message));
        if (!sent) failed.insert(receiver);
    }
    return static_cast<std::int64_t>(taken.size());
}

Result<bool> Courier::deliver(const storage::Message& message) {
    const auto channel = channels_.find(message.kind);
    const Verdict verdict =
        channel == channels_.end()
            ? Verdict{.fate = Fate::never, .why = fmt::format("nothing sends messages of the kind {}", message.kind)}
            : channel->second.send(message, world_.now());
    BOON_CHECK(unless_lost(note(message, verdict)));
    return verdict.fate == Fate::sent;
}

Status Courier::give_back(const storage::Message& message, Timestamp due) {
    return unless_lost(database_.write(db::Lane::batch, [&](db::Connection& connection) {
        return storage::return_message(connection, message, due);
    }));
}

Status Courier::note(const storage::Message& message, const Verdict& verdict) {
    const Timestamp now = world_.now();
    const bool last = verdict.fate == Fate::never || message.attempts >= storage::kOutboxAttempts;
    if (verdict.fate != Fate::sent && last) {
        log::warning(
            fmt::format("gave up message {} to {} {}: {}", message.id, message.kind, message.destination, verdict.why)
        );
    }
    return database_.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        switch (verdict.fate) {
            case Fate::sent: BOON_CHECK(storage::message_sent(connection, message, now)); break;
            case Fate::failed:
                BOON_CHECK(storage::message_failed(
                    connection, message, verdict.why, now, earliest_retry(message, verdict, now)
                ));
                break;
            case Fate::never: BOON_CHECK(storage::give_up_message(connection, message, verdict.why, now)); break;
        }
        const auto channel = channels_.find(message.kind);
        if (channel == channels_.end() || !channel->second.note) return {};
        return channel->second.note(connection, message, verdict, now);
    });
}

Timestamp Courier::earliest_retry(const storage::Message& message, const Verdict& verdict, Timestamp now) const {
    const auto pause = static_cast<double>(storage::retry_pause(message.attempts));
    const auto with_jitter = static_cast<std::int64_t>(pause * (1 + kJitter * world_.uniform()));
    const std::int64_t asked_for =
        verdict.retry_after ? std::min<std::int64_t>(verdict.retry_after->count() * 1000, kMostRetryAfterMicros) : 0;
    return plus_micros(now, std::max(with_jitter, asked_for));
}

}  // namespace boon::delivery
