// Leaves a peer alone that keeps failing: after a few failed exchanges in a row nothing is asked of it for a while,
// each time longer. What it costs to find that out again (a timeout each) is then not paid by every run, and a
// peer that is coming back is not met by all who waited.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::sync {

struct BreakerPolicy {
    int failures = 5;  // in a row, that open it
    std::chrono::seconds first_rest{60};
    std::chrono::seconds longest_rest{900};
};

// One circuit per source and address, for as long as the process lives: a login that works says nothing of the list
// behind it. Thread-safe.
class Breakers {
public:
    explicit Breakers(BreakerPolicy policy = {}) : policy_(policy) {}

    // `unavailable`, with when the rest ends, while it is open. After the rest one exchange may try; the others wait
    // until that one has told.
    Status admit(std::string_view source, std::string_view address, Timestamp now);
    void succeeded(std::string_view source, std::string_view address);
    void failed(std::string_view source, std::string_view address, Timestamp now);

private:
    struct Circuit {
        int failures = 0;
        std::chrono::seconds rest{0};
        Timestamp open_until;
    };

    const BreakerPolicy policy_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Circuit> circuits_;  // only of those that failed last
};

}  // namespace boon::sync
