#include <chrono>
#include <thread>

#include <espalier/base/threads/thread_pool.hpp>

namespace espalier {
namespace {

/// How long a thread watches before it sleeps: longer than the work between two jobs of a training step, far shorter
/// than the turn a core gives to another process.
constexpr std::chrono::microseconds watching{100};

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
}

/// Watches until the condition holds; false where it still does not after a while.
template <class Condition>
bool watch(const Condition& holds) {
    const auto end = std::chrono::steady_clock::now() + watching;
    do {
        for (int k = 0; k < 32; ++k) {
            if (holds()) return true;
            pause();
        }
    } while (std::chrono::steady_clock::now() < end);
    return holds();
}

}  // namespace

ThreadPool& ThreadPool::instance() {
    static ThreadPool* const pool = new ThreadPool;  // never destroyed: its threads may outlive any static object
    return *pool;
}

void ThreadPool::run(std::size_t parts, const std::function<void(std::size_t)>& body) {
    const std::unique_lock<std::mutex> job(one_job_, std::try_to_lock);
    if (!job || helpers_ == 0 || parts <= 1) {
        for (std::size_t part = 0; part < parts; ++part) body(part);
        return;
    }
    start_helpers();
    body_ = &body;
    done_ = 0;
    claims_ = static_cast<std::uint64_t>(parts) << 32;
    ++jobs_;
    if (sleepers_ > 0) jobs_.notify_all();
    while (do_part()) {
    }
    wait_until_done(static_cast<std::uint32_t>(parts));
}

void ThreadPool::start_helpers() {
    for (; started_ < helpers_; ++started_) std::thread(&ThreadPool::help, this, started_.load()).detach();
}

void ThreadPool::help(int number) {
    for (;;) {
        watch_for_work(number);
        while (has_work(number) && do_part()) {
        }
    }
}

bool ThreadPool::has_work(int number) const {
    const std::uint64_t claims = claims_;
    return number < helpers_ && static_cast<std::uint32_t>(claims) < claims >> 32;
}

/// Takes the next part and does it; false where all are taken. Who takes a part may read body_: the job cannot end, and
/// no other begin, before the part has returned.
bool ThreadPool::do_part() {
    std::uint64_t claims = claims_;
    do {
        if (static_cast<std::uint32_t>(claims) >= claims >> 32) return false;
    } while (!claims_.compare_exchange_weak(claims, claims + 1));
    (*body_)(static_cast<std::uint32_t>(claims));
    if (++done_ == claims >> 32) done_.notify_one();
    return true;
}

void ThreadPool::watch_for_work(int number) {
    const auto found = [&] { return has_work(number); };
    while (!watch(found)) {
        ++sleepers_;
        const std::uint32_t jobs = jobs_;
        if (!found()) jobs_.wait(jobs);  // returns at once where a job has begun since
        --sleepers_;
    }
}

void ThreadPool::wait_until_done(std::uint32_t parts) {
    if (watch([&] { return done_ == parts; })) return;
    for (std::uint32_t done = done_; done != parts; done = done_) done_.wait(done);
}

}  // namespace espalier
