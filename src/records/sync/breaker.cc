#include "records/sync/breaker.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::sync {

namespace {

std::int64_t micros(std::chrono::seconds time) { return time.count() * kMicrosPerSecond; }

}  // namespace

Status Breakers::admit(std::string_view source, Timestamp now) {
    const std::scoped_lock lock(mutex_);
    const auto found = circuits_.find(source);
    if (found == circuits_.end() || found->second.failures < policy_.failures) return {};
    Circuit& circuit = found->second;
    if (now < circuit.open_until) {
        return fail(
            ErrorCode::unavailable,
            fmt::format(
                "{} failed {} times in a row and is left alone until {}", source, circuit.failures,
                to_string(Timestamp{circuit.open_until.micros / kMicrosPerSecond * kMicrosPerSecond})
            ),
            "mend what the last runs say; the first exchange after that time tries again"
        );
    }
    // This exchange is the one that tries; if it never tells, the next may after another rest.
    circuit.open_until = plus_micros(now, micros(circuit.rest));
    return {};
}

void Breakers::succeeded(std::string_view source) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = circuits_.find(source); found != circuits_.end()) circuits_.erase(found);
}

void Breakers::failed(std::string_view source, Timestamp now) {
    const std::scoped_lock lock(mutex_);
    Circuit& circuit = circuits_.try_emplace(std::string(source)).first->second;
    if (++circuit.failures < policy_.failures) return;
    circuit.rest = circuit.rest.count() == 0 ? policy_.first_rest : std::min(2 * circuit.rest, policy_.longest_rest);
    circuit.open_until = plus_micros(now, micros(circuit.rest));
}

}  // namespace boon::sync
