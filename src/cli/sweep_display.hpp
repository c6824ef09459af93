#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <espalier/cli/terminal.hpp>
#include <espalier/training/run.hpp>

namespace espalier::cli {

/// Where a sweep is.
struct SweepView {
    struct Running {
        std::string name;
        std::optional<training::RunProgress> progress{};  ///< nothing until it has told
    };
    std::vector<Running> running;
    std::size_t finished = 0;  ///< those found finished at the start among them
    std::size_t failed = 0;
    std::size_t queued = 0;
    bool stopping = false;  ///< the runs were asked to save and stop
    double share = 0.0;     ///< of the work of this command that is done, in [0, 1]
};

/// One line a run that runs, then one for the whole: "12 finished, 2 running, 1 failed, 21 queued [===   ]  38 % 3:20".
/// No more lines than fit, each at most as wide as the terminal less one.
std::vector<std::string> sweep_lines(const SweepView& view, double seconds, const TerminalSize& size);

/// These lines on stderr, redrawn in place and gone at the end; nothing where stderr is no terminal.
class SweepDisplay {
  public:
    SweepDisplay() = default;
    SweepDisplay(const SweepDisplay&) = delete;
    SweepDisplay& operator=(const SweepDisplay&) = delete;
    ~SweepDisplay();

    bool visible() const { return visible_; }
    void update(const SweepView& view);

  private:
    void clear();

    bool visible_ = stderr_is_terminal();
    std::size_t drawn_ = 0;  ///< lines
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace espalier::cli
