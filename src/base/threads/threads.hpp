#pragma once

#include <cstddef>
#include <functional>

namespace espalier {

/// How many threads kernels and parallel loops use; 1 until set. Results never depend on it.
/// @throws ConfigError for less than 1 or more than 1024
void set_threads(int count);
/// As set_threads() has set it.
int threads();

/// Cores this process may run on (its affinity mask), at least 1.
int available_cores();

/// Calls body(k) once for each k in [0, count), items dealt to threads() threads as they become free; returns when all
/// have returned. Items write to places of their own. An exception reaches the caller after that; of several, the one
/// of the lowest item, and with one thread items after it are not begun. Within another parallel section items run one
/// after the other.
///
/// The one way in which work is shared; see ThreadPool.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace espalier
