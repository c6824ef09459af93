#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <espalier/cli/terminal/progress.hpp>
#include <espalier/cli/terminal/terminal.hpp>
#include <espalier/training/run/run.hpp>

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

/// One line per run that runs, then one for the whole: "12 finished, 2 running, 1 failed, 21 queued [===   ]  38 %
/// 3:20". No more lines than fit, each at most as wide as the terminal less one.
std::vector<std::string> sweep_lines(const SweepView& view, double seconds, const TerminalSize& size);

/// These lines on stderr, redrawn in place and gone at the end; or, where no bar is asked for, from time to time one
/// for the whole, as LineRate has it: a run that has ended is the milestone.
class SweepDisplay {
  public:
    explicit SweepDisplay(ProgressForm form, ProgressPorts ports = {}) : form_(form), ports_(std::move(ports)) {}
    SweepDisplay(const SweepDisplay&) = delete;
    SweepDisplay& operator=(const SweepDisplay&) = delete;
    ~SweepDisplay();

    bool visible() const { return form_ != ProgressForm::none; }
    void update(const SweepView& view);

  private:
    void clear();
    void draw(const SweepView& view);
    void log(const SweepView& view);

    ProgressForm form_;
    ProgressPorts ports_;
    std::size_t drawn_ = 0;  ///< lines
    std::size_t ended_ = 0;  ///< runs, when it was last told
    LineRate rate_;
};

}  // namespace espalier::cli
