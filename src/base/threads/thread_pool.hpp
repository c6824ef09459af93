#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>

namespace espalier {

/// Threads that take the numbered parts of a job one by one, together with the thread that asks for the job.
///
/// A part belongs to whoever takes it, so nobody waits for a thread that the system does not run: where other processes
/// hold the cores, the asking thread does all parts itself. It waits only for parts that others have begun. (A barrier
/// of fixed shares, OpenMP's, made two threads half as fast as one beside a busy process.)
/// Threads without work watch for the next job for a moment, since jobs follow each other closely, and then sleep.
class ThreadPool {
  public:
    static constexpr std::size_t most_parts = (std::size_t{1} << 31) - 1;

    /// The one of this process. Its threads end with it; in a child made by fork there are none, and jobs still run.
    static ThreadPool& instance();

    /// How many threads help the asking one; started when first needed.
    void set_helpers(int count) { helpers_ = count; }

    /// Whether all of them are there and none sleeps: a job that begins now need not wake them, so that less work is
    /// worth sharing. A guess of the moment: it may decide who does what, never a result.
    bool is_awake() const { return sleepers_ == 0 && started_ >= helpers_; }

    /// Calls body(part) once for each part in [0, parts), parts <= most_parts; returns when all have returned. The body
    /// must not throw. Where a job is under way already, the parts run one after the other.
    void run(std::size_t parts, const std::function<void(std::size_t)>& body);

  private:
    void start_helpers();
    void help(int number);
    bool has_work(int number) const;
    bool do_part();
    void watch_for_work(int number);
    void wait_until_done(std::uint32_t parts);

    std::mutex one_job_;
    std::atomic<int> helpers_{0};
    std::atomic<int> started_{0};

    const std::function<void(std::size_t)>* body_ = nullptr;  // of the job under way
    std::atomic<std::uint64_t> claims_{0};                    // parts of the job << 32 | parts taken
    std::atomic<std::uint32_t> done_{0};                      // parts that have returned
    std::atomic<std::uint32_t> jobs_{0};                      // begun so far; helpers sleep on it
    std::atomic<int> sleepers_{0};
};

}  // namespace espalier
