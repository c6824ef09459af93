#pragma once

#include <cstddef>
#include <functional>

namespace espalier {

/// How many threads kernels and parallel loops use; 1 until set. Results never depend on it.
/// @throws ConfigError for less than 1 or more than 1024
void set_threads(int count);
int threads();

/// Cores this process may run on (its affinity mask), at least 1.
int available_cores();

/// Calls body(part) for part in [0, parts), each on a thread of its own, this one among them; returns when all have
/// ended. Parts write to places of their own. An exception of any part reaches the caller after that; of several, the
/// one of the lowest part. Within another parallel section the parts run one after the other.
///
/// The one place that starts threads: OpenMP's pool, or under the thread sanitizer, which cannot see into that, plain
/// threads.
void run_parts(int parts, const std::function<void(int)>& body);

/// Calls body(k) for k in [0, count), items dealt to threads() threads as they become free: for few, unequal pieces of
/// work. Otherwise as run_parts.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace espalier
