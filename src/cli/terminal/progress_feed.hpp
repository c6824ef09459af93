#pragma once

#include <chrono>

#include <espalier/training/run/run.hpp>

namespace espalier::cli {

/// Tells the program that started a run how far it is: lines (sweep/progress_text.hpp) on a descriptor, at most four a
/// second, and one for the last step. What nobody reads is lost.
class ProgressFeed {
  public:
    /// @throws ConfigError where the descriptor is not open
    explicit ProgressFeed(int descriptor);

    void update(const training::RunProgress& now);

  private:
    int descriptor_;
    std::chrono::steady_clock::time_point next_{};
};

}  // namespace espalier::cli
