// fit_child JOBDIR: fits like `boon __fit`. With BOON_TEST_DEATH=crash|memory|words it dies as a child might.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "insight/training/fit.h"

int main(int count, char** words) {
    if (count != 2) return 2;
    const char* death = std::getenv("BOON_TEST_DEATH");
    const std::string_view how = death == nullptr ? "" : death;
    if (how == "crash") std::raise(SIGSEGV);
    if (how == "memory") std::raise(SIGKILL);
    if (how == "words") {
        std::cerr << "terminate called: std::bad_alloc" << std::endl;
        return 9;
    }
    return boon::training::fit_main(words[1]);
}
