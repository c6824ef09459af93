#include <algorithm>
#include <string>
#include <vector>

#include <omp.h>
#include <sched.h>

#include <espalier/base/error.hpp>
#include <espalier/base/threads.hpp>

namespace espalier {
namespace {
int thread_count = 1;
}  // namespace

void set_threads(int count) {
    if (count < 1 || count > 1024) {
        throw ConfigError("threads = " + std::to_string(count) + ": a number from 1 to 1024 is needed");
    }
    thread_count = count;
    // oneDNN asks OpenMP how many threads it may use when it is called outside a parallel region.
    omp_set_num_threads(count);
    omp_set_max_active_levels(1);
}

int threads() {
    return thread_count;
}

int available_cores() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (sched_getaffinity(0, sizeof(cores), &cores) != 0) return 1;
    return std::max(1, CPU_COUNT(&cores));
}

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
    std::vector<std::exception_ptr> failures(count);
#pragma omp parallel for schedule(dynamic, 1) num_threads(thread_count) if (thread_count > 1 && count > 1)
    for (std::size_t k = 0; k < count; ++k) {
        try {
            body(k);
        } catch (...) {
            failures[k] = std::current_exception();  // an exception must not leave an OpenMP region
        }
    }
    for (const std::exception_ptr& failure : failures) {
        if (failure) std::rethrow_exception(failure);
    }
}

}  // namespace espalier
