#pragma once

#include <cstddef>
#include <exception>
#include <functional>

namespace espalier {

/// How many threads kernels and parallel loops use; 1 until set. Results never depend on it.
/// @throws ConfigError for less than 1 or more than 1024
void set_threads(int count);
int threads();

/// Cores this process may run on (its affinity mask), at least 1.
int available_cores();

/// Calls body(k) for k in [0, count), items dealt to threads as they become free: for few, unequal pieces of work that
/// write to places of their own. An exception of any item reaches the caller after all have ended; of several, the one
/// with the lowest k.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace espalier
