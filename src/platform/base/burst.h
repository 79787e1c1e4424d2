// Where a thread does many things in a row that each end in the same act, such as waking another thread, a Burst puts
// the act off until they are all done:
//
//     {
//         const Burst burst;
//         for (Unit& unit : group) unit.done(…);   // each calls Burst::at_end(wake)
//     }                                            // the other thread is woken here
//
// Of one thread; bursts may be within another, and the outermost counts.
#pragma once

#include <functional>

namespace boon {

class Burst {
public:
    Burst();
    // Does what was put off, in order.
    ~Burst();
    Burst(const Burst&) = delete;
    Burst& operator=(const Burst&) = delete;

    // Does it when this thread's burst ends, or now where there is none. Whoever calls it sees to it that one act is
    // not put off many times. It must not throw.
    static void at_end(std::function<void()> act);
};

}  // namespace boon
