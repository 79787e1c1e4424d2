// The fake upstream of tests/upstream as a child of one test executable: real HTTP and TLS on free ports of this
// machine, steered by its tests. It ends with us.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "platform/base/json.h"

namespace boon::sync::testing {

class FakeUpstream {
public:
    // Aborts with the reason when it cannot be had.
    FakeUpstream();
    ~FakeUpstream();
    FakeUpstream(const FakeUpstream&) = delete;
    FakeUpstream& operator=(const FakeUpstream&) = delete;

    // `http`, or by its TLS certificate `good`, `expired`, `wrong_host`; `dead`: nobody listens there.
    [[nodiscard]] std::string url(std::string_view server = "http") const;
    // Of the authority that signed its certificates.
    [[nodiscard]] std::string ca_file() const;
    // What fake.py says of POST /control.
    void control(const std::string& body);
    // The requests so far: [{method, target, status}].
    [[nodiscard]] json::Array requests();
    // How many of them have `part` in their target.
    [[nodiscard]] int count(std::string_view part);

private:
    std::filesystem::path folder_;
    pid_t pid_ = -1;
    int stdin_ = -1;
    json::Value ports_;
};

// The one of this process, as it was at its start.
FakeUpstream& fresh_upstream();

}  // namespace boon::sync::testing
