#pragma once

#include <cstddef>
#include <vector>

#include <espalier/base/memory/large_pages.hpp>

namespace espalier {

/// A vector of zeros on large pages where it is large: a first touch page by page costs more than all that is written
/// (measured: 350 against 110 ms for 400 MB).
/// @throws std::bad_alloc
template <class T>
std::vector<T> large_vector(std::size_t count) {
    std::vector<T> numbers;
    numbers.reserve(count);
    ask_for_large_pages(numbers.data(), count * sizeof(T));
    numbers.resize(count);
    return numbers;
}

}  // namespace espalier
