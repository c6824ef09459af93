#include <algorithm>
#include <atomic>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include <omp.h>
#include <sched.h>

#include <espalier/base/error.hpp>
#include <espalier/base/threads.hpp>

namespace espalier {
namespace {

int thread_count = 1;
thread_local bool inside_parts = false;

void on_threads(int parts, const std::function<void(int)>& body) {
#if defined(__SANITIZE_THREAD__)
    std::vector<std::thread> others;
    for (int part = 1; part < parts; ++part) others.emplace_back(body, part);
    body(0);
    for (std::thread& other : others) other.join();
#else
#pragma omp parallel for schedule(static, 1) num_threads(parts)
    for (int part = 0; part < parts; ++part) body(part);
#endif
}

void rethrow_first(const std::vector<std::exception_ptr>& failures) {
    for (const std::exception_ptr& failure : failures) {
        if (failure) std::rethrow_exception(failure);
    }
}

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

void run_parts(int parts, const std::function<void(int)>& body) {
    if (parts <= 1 || inside_parts) {
        for (int part = 0; part < parts; ++part) body(part);
        return;
    }
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(parts));
    on_threads(parts, [&](int part) {
        inside_parts = true;
        try {
            body(part);
        } catch (...) {
            failures[static_cast<std::size_t>(part)] = std::current_exception();  // it must not leave the thread
        }
        inside_parts = false;
    });
    rethrow_first(failures);
}

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
    std::vector<std::exception_ptr> failures(count);
    std::atomic<std::size_t> next = 0;
    run_parts(static_cast<int>(std::min<std::size_t>(count, static_cast<std::size_t>(thread_count))), [&](int) {
        for (std::size_t k = next++; k < count; k = next++) {
            try {
                body(k);
            } catch (...) {
                failures[k] = std::current_exception();
            }
        }
    });
    rethrow_first(failures);
}

}  // namespace espalier
