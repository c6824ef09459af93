#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>

#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/cli/terminal/terminal.hpp>

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

/// How a command shows how far it is, on stderr.
enum class ProgressForm { bar, lines, none };

/// What "auto", "bar", "lines" or "none" means here: auto is a bar on a terminal, else lines.
/// @param where  who asks, for the error: "--progress"
/// @throws ConfigError for another word
ProgressForm progress_form(const std::string& asked, const std::string& where, bool is_terminal);

/// When a line is due where nobody watches all the time: none in the first 10 s, so that what fails at once says one
/// thing; then one per milestone (an epoch, a run that has ended), at most one per second; and one every 10 s in
/// between where milestones are further apart.
class LineRate {
  public:
    /// @param seconds  since the start, never decreasing
    bool is_due(double seconds, bool is_milestone);

  private:
    double line_ = 0.0;
    double milestone_ = 0.0;
};

/// "epoch 3/20, 15 %, loss 0.31, 0:52 gone, 4:31 left\n".
/// @param share      done, in [0, 1]
/// @param remaining  seconds; negative: not shown
std::string progress_log_line(const std::string& label, double share, double gone, double remaining,
                              const std::string& note);

/// Where a display writes, and what time it goes by. Tests give their own.
struct ProgressPorts {
    std::function<double()> seconds = [watch = Stopwatch()] { return watch.seconds(); };  ///< since the start
    std::function<void(const std::string&)> write = write_stderr;
};

/// A bar, at most ten times per second and gone at the end; or lines, as LineRate has it; or nothing.
class Progress {
  public:
    Progress(double total, ProgressForm form, ProgressPorts ports = {});
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    /// @param done  in the unit of `total`; label before, note behind the bar
    void update(double done, const std::string& label, const std::string& note = "", bool is_milestone = false);

  private:
    void draw(const std::string& label, const std::string& note, double done, double seconds);

    double total_;
    ProgressForm form_;
    ProgressPorts ports_;
    bool drawn_ = false;
    Pace pace_;
    double next_drawing_ = 0.0;
    LineRate rate_;
};

}  // namespace espalier::cli
