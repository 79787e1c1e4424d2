// Deadlines of many connections at the price of a store each: time moves in coarse ticks, and setting a later deadline
// only notes it; the entry is moved when its old slot comes round. (A timer of the event loop's per operation costs a
// third of the server's throughput.) One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace boon::http {

class TimerWheel {
public:
    using Tick = std::uint64_t;
    static constexpr Tick kNever = std::numeric_limits<Tick>::max();

    class Entry {
    public:
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        virtual ~Entry() { unlink(); }

    protected:
        // Called once per deadline, from advance(); may set a new one, and may destroy this entry but no other.
        virtual void on_deadline() = 0;

    private:
        friend class TimerWheel;
        void unlink();

        Entry* next_ = nullptr;
        Entry** link_ = nullptr;  // what points here; null when in no slot
        Tick deadline_ = kNever;
        Tick slot_ = kNever;
    };

    // `slots`: a power of two.
    explicit TimerWheel(std::size_t slots = 1024);

    [[nodiscard]] Tick now() const { return now_; }
    // Fires at the first advance() to `deadline` or later; kNever clears.
    void set(Entry& entry, Tick deadline) {
        entry.deadline_ = deadline;
        if (deadline < entry.slot_) link(entry);
    }
    // One tick further.
    void advance();

private:
    void link(Entry& entry);

    Tick now_ = 0;
    std::vector<Entry*> slots_;
};

}  // namespace boon::http
