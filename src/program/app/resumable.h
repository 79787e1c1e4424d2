// What jobs over the whole base share: their parameters, and their checkpoints in and out of the job's row.
#pragma once

#include <chrono>
#include <cmath>
#include <optional>

#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "program/app/job_kinds.h"

namespace boon::app {

struct BaseParameters {
    std::optional<Timestamp> as_of;  // empty: that of the profiles
};
BOOST_DESCRIBE_STRUCT(BaseParameters, (), (as_of))

class Stopwatch {
public:
    // To a tenth.
    [[nodiscard]] double seconds() const {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
        return std::round(took.count() * 10) / 10;
    }

private:
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

// The checkpoint of the worker before; nothing when there was none, or it is not of this kind's form.
template <class Checkpoint>
std::optional<Checkpoint> checkpoint_of(const Progress& progress) {
    if (progress.checkpoint.empty()) return std::nullopt;
    auto read = json::read_text<Checkpoint>(progress.checkpoint);
    return read ? std::optional(*std::move(read)) : std::nullopt;
}

// What keeps a checkpoint in each chunk's transaction; `progress` must outlive it.
template <class Checkpoint>
auto keeping(const Progress& progress) {
    return [&progress](db::Connection& connection, const Checkpoint& at, std::int64_t total) {
        return progress.keep(connection, {.done = at.done, .total = total, .checkpoint = json::write(at)});
    };
}

}  // namespace boon::app
