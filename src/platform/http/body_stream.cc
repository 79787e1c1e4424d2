#include "platform/http/body_stream.h"

#include <utility>

namespace boon::http {

bool BodyStream::write(std::string_view bytes) {
    std::unique_lock lock(mutex_);
    if (ended_) return false;
    if (pending_.size() + bytes.size() > kMaxPending) {
        ended_ = true;
    } else {
        pending_ += bytes;
    }
    const bool open = !ended_;
    wake_reader(std::move(lock));
    return open;
}

void BodyStream::finish() {
    std::unique_lock lock(mutex_);
    ended_ = true;
    wake_reader(std::move(lock));
}

bool BodyStream::is_open() const {
    const std::lock_guard lock(mutex_);
    return !ended_;
}

void BodyStream::attach(std::function<void()> wake) {
    std::unique_lock lock(mutex_);
    wake_ = std::move(wake);
    if (!pending_.empty() || ended_) wake_reader(std::move(lock));
}

bool BodyStream::take(std::string& out) {
    const std::lock_guard lock(mutex_);
    out += pending_;
    pending_.clear();
    return ended_;
}

void BodyStream::abandon() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    pending_.clear();
    wake_ = nullptr;
}

void BodyStream::wake_reader(std::unique_lock<std::mutex> lock) {
    const auto wake = wake_;
    lock.unlock();
    if (wake) wake();
}

}  // namespace boon::http
