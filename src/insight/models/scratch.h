// Per-thread working space that grows once and then stays.
#pragma once

#include <cstddef>
#include <vector>

namespace boon::models {

template <class T>
void grow(std::vector<T>& space, std::size_t size) {
    if (space.size() < size) space.resize(size);
}

}  // namespace boon::models
