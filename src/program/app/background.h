// Long work gives way to answers: a job that takes every processor for minutes must not make decisions wait.
#pragma once

#include <functional>

namespace boon::app {

// From here on long work of this process gives way: a server says so before it opens its App. A command that does one
// thing for its user has nobody to give way to.
void answer_requests();

// In such a process, lowers the priority of the calling thread, and of every thread that it starts from now on, to ten
// steps of nice: beside threads that answer requests it gets a tenth of a processor, alone all of it. Only a privileged
// process could raise it again. Linux keeps a nice value for each thread (sched(7)).
void give_way();

// Does `work` on a thread that has given way, and returns when it is done: what it starts stays so.
void give_way_while(const std::function<void()>& work);

}  // namespace boon::app
