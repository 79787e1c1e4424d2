#include "platform/http/timer_wheel.h"

#include <algorithm>

#include "platform/base/error.h"

namespace boon::http {

TimerWheel::TimerWheel(std::size_t slots) : slots_(slots, nullptr) { BOON_ASSERT((slots & (slots - 1)) == 0); }

void TimerWheel::Entry::unlink() {
    if (link_ == nullptr) return;
    *link_ = next_;
    if (next_ != nullptr) next_->link_ = link_;
    link_ = nullptr;
    next_ = nullptr;
    slot_ = kNever;
}

void TimerWheel::link(Entry& entry) {
    entry.unlink();
    // Beyond the wheel's horizon it waits in the last slot and is looked at again from there.
    entry.slot_ = std::clamp(entry.deadline_, now_ + 1, now_ + slots_.size() - 1);
    Entry*& head = slots_[entry.slot_ & (slots_.size() - 1)];
    entry.next_ = head;
    if (head != nullptr) head->link_ = &entry.next_;
    entry.link_ = &head;
    head = &entry;
}

void TimerWheel::advance() {
    ++now_;
    // Taken off first: on_deadline() may put entries back into this very slot, one turn later.
    Entry* due = slots_[now_ & (slots_.size() - 1)];
    slots_[now_ & (slots_.size() - 1)] = nullptr;
    if (due != nullptr) due->link_ = &due;
    while (due != nullptr) {
        Entry& entry = *due;
        entry.unlink();
        if (entry.deadline_ == kNever) continue;
        if (entry.deadline_ <= now_) {
            entry.deadline_ = kNever;
            entry.on_deadline();
        } else {
            link(entry);
        }
    }
}

}  // namespace boon::http
