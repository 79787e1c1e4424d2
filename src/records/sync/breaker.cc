#include "records/sync/breaker.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::sync {

namespace {

// Addresses that are never asked again (cursors) would stay for ever.
constexpr std::size_t kMostCircuits = 1000;

std::int64_t micros(std::chrono::seconds time) { return time.count() * kMicrosPerSecond; }

}  // namespace

Status Breakers::admit(std::string_view source, std::string_view address, Timestamp now) {
    const std::scoped_lock lock(mutex_);
    const auto found = circuits_.find({std::string(source), std::string(address)});
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

void Breakers::succeeded(std::string_view source, std::string_view address) {
    const std::scoped_lock lock(mutex_);
    circuits_.erase({std::string(source), std::string(address)});
}

void Breakers::failed(std::string_view source, std::string_view address, Timestamp now) {
    const std::scoped_lock lock(mutex_);
    if (circuits_.size() >= kMostCircuits) circuits_.clear();
    Circuit& circuit = circuits_[{std::string(source), std::string(address)}];
    if (++circuit.failures < policy_.failures) return;
    circuit.rest = circuit.rest.count() == 0 ? policy_.first_rest : std::min(2 * circuit.rest, policy_.longest_rest);
    circuit.open_until = plus_micros(now, micros(circuit.rest));
}

}  // namespace boon::sync
