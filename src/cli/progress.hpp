#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>

namespace espalier::cli {

/// Time to go, from the median pace of the last pieces of work: one slow piece (an evaluation) does not make it jump.
class Pace {
  public:
    /// `done` units are finished at `seconds` since the start; neither decreases.
    void add(double done, double seconds);

    /// Seconds to go for so many units; negative while nothing is known.
    double remaining(double units) const;

  private:
    std::deque<double> seconds_per_unit_;
    double done_ = 0.0;
    double seconds_ = 0.0;
};

/// "epoch 3/20 [=====>     ]  25 % 1:02 loss 0.31", cut to `width` columns.
/// @param share      done, in [0, 1]
/// @param remaining  seconds; negative: not shown
std::string progress_line(const std::string& label, double share, double remaining, const std::string& note,
                          std::size_t width);

/// A line on stderr that is no error: what was done otherwise than asked, or what of that has no effect.
void print_notice(const std::string& text);

/// A bar on stderr: at most ten times a second, gone at the end; nothing where stderr is no terminal.
class Progress {
  public:
    explicit Progress(double total);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    /// @param done  in the unit of `total`; label before, note behind the bar
    void update(double done, const std::string& label, const std::string& note = "");

  private:
    using Clock = std::chrono::steady_clock;

    double total_;
    bool visible_;
    bool drawn_ = false;
    Pace pace_;
    Clock::time_point start_;
    Clock::time_point next_;
};

}  // namespace espalier::cli
