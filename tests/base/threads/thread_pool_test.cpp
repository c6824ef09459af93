#include <atomic>
#include <chrono>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/threads/thread_pool.hpp>
#include <espalier/base/threads/threads.hpp>

#include "support.hpp"

namespace espalier {
namespace {

/// A pool with helpers for one test.
class Helpers {
  public:
    explicit Helpers(int count) { set_threads(count + 1); }
    ~Helpers() { set_threads(1); }
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;
};

std::vector<int> hits_of(std::size_t parts) {
    std::vector<int> hits(parts, 0);
    ThreadPool::instance().run(parts, [&](std::size_t part) { ++hits[part]; });
    return hits;
}

}  // namespace

TEST_CASE("thread pool: each part once, job after job, with and without pauses", "[base][threads]") {
    const Helpers helpers(3);
    for (int job = 0; job < 5000; ++job) {
        const std::size_t parts = static_cast<std::size_t>(job) % 17;
        REQUIRE(hits_of(parts) == std::vector<int>(parts, 1));
        if (job % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));  // helpers have gone to sleep
    }
}

TEST_CASE("thread pool: without jobs helpers go to sleep, which it knows, and a job wakes them", "[base][threads]") {
    const Helpers helpers(2);
    CHECK(hits_of(5) == std::vector<int>(5, 1));
    while (ThreadPool::instance().is_awake()) std::this_thread::yield();
    std::atomic<int> waiting = 2;
    ThreadPool::instance().run(2, [&](std::size_t) {
        --waiting;
        while (waiting > 0) std::this_thread::yield();
    });
    CHECK(waiting == 0);
}

TEST_CASE("thread pool: helpers take parts while the asking thread is busy", "[base][threads]") {
    const Helpers helpers(1);
    std::atomic<int> waiting = 2;
    // Two parts that each wait for the other: they can only end on two threads.
    ThreadPool::instance().run(2, [&](std::size_t) {
        --waiting;
        while (waiting > 0) std::this_thread::yield();
    });
    CHECK(waiting == 0);
}

TEST_CASE("thread pool: jobs of several threads at a time all get done", "[base][threads]") {
    const Helpers helpers(2);
    std::atomic<int> failures = 0;
    std::vector<std::thread> askers;
    for (int k = 0; k < 3; ++k) {
        askers.emplace_back([&] {
            for (int job = 0; job < 300; ++job) failures += hits_of(9) == std::vector<int>(9, 1) ? 0 : 1;
        });
    }
    for (std::thread& asker : askers) asker.join();
    CHECK(failures == 0);
}

TEST_CASE("thread pool: in a child made by fork the asking thread does everything", "[base][threads]") {
    const Helpers helpers(2);
    hits_of(8);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(hits_of(100) == std::vector<int>(100, 1) ? 0 : 1);
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

}  // namespace espalier
