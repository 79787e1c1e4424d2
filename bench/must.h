// Benchmarks end at the first error, saying it.
#pragma once

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "platform/base/error.h"

template <class T>
T must(boon::Result<T> result) {
    if (!result) {
        fmt::print(stderr, "{}\n", to_text(result.error()));
        std::exit(1);
    }
    return *std::move(result);
}
inline void must(const boon::Status& status) {
    if (status) return;
    fmt::print(stderr, "{}\n", to_text(status.error()));
    std::exit(1);
}
