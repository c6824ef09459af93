#pragma once

#include <chrono>
#include <functional>
#include <utility>

namespace espalier {

/// Seconds since some moment; never goes back. What is decided by time takes one, so that a test can decide instead.
using SecondsClock = std::function<double()>;

/// The clock of the system that never goes back.
inline double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Wall clock since it was made.
class Stopwatch {
  public:
    /// Starts now.
    /// @param clock  another than the system's, for tests
    explicit Stopwatch(SecondsClock clock = steady_seconds) : clock_(std::move(clock)), start_(clock_()) {}
    /// Since the start.
    double seconds() const { return clock_() - start_; }

  private:
    SecondsClock clock_;
    double start_;
};

}  // namespace espalier
