#include <algorithm>
#include <atomic>
#include <exception>
#include <string>
#include <vector>

#include <sched.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/cancellation.hpp>
#include <espalier/base/threads/thread_pool.hpp>
#include <espalier/base/threads/threads.hpp>

namespace espalier {
namespace {

std::atomic<int> thread_count = 1;  // of a Python program, whose threads may ask for several
thread_local bool inside_parts = false;

/// Within another parallel section, parts run one after the other on the thread that asks.
class Inside {
  public:
    Inside() : before_(inside_parts) { inside_parts = true; }
    ~Inside() { inside_parts = before_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

  private:
    bool before_;
};

}  // namespace

void set_threads(int count) {
    if (count < 1 || count > 1024) {
        throw ConfigError("threads = " + std::to_string(count) + ": a number from 1 to 1024 is needed");
    }
    thread_count = count;
    ThreadPool::instance().set_helpers(count - 1);
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
    if (count <= 1 || thread_count == 1 || inside_parts) {
        for (std::size_t k = 0; k < count; ++k) {
            cancellation_point();
            body(k);
        }
        return;
    }
    const std::size_t parts = std::min(count, ThreadPool::most_parts);
    std::vector<std::exception_ptr> failures(parts);
    const std::atomic<bool>* is_cancelled = CancellationScope::current();
    ThreadPool::instance().run(parts, [&](std::size_t part) {
        const Inside inside;
        const CancellationScope scope(is_cancelled);
        try {
            for (std::size_t k = part; k < count; k += parts) {
                cancellation_point();
                body(k);
            }
        } catch (...) {
            failures[part] = std::current_exception();  // it must not leave the thread
        }
    });
    for (const std::exception_ptr& failure : failures) {
        if (failure) std::rethrow_exception(failure);
    }
}

}  // namespace espalier
