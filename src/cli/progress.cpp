#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <espalier/cli/progress.hpp>
#include <espalier/cli/terminal.hpp>

namespace espalier::cli {
namespace {

constexpr std::size_t remembered = 31;
constexpr auto interval = std::chrono::milliseconds(100);

std::string clock_text(double seconds) {
    const auto whole = static_cast<long>(std::min(std::ceil(seconds), 359999.0));
    if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

void Pace::add(double done, double seconds) {
    if (done <= done_) return;
    seconds_per_unit_.push_back((seconds - seconds_) / (done - done_));
    if (seconds_per_unit_.size() > remembered) seconds_per_unit_.pop_front();
    done_ = done;
    seconds_ = seconds;
}

double Pace::remaining(double units) const {
    if (seconds_per_unit_.empty()) return -1.0;
    std::vector<double> sorted(seconds_per_unit_.begin(), seconds_per_unit_.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle * units;
}

std::string progress_line(const std::string& label, double share, double remaining, const std::string& note,
                          std::size_t width) {
    const double part = std::clamp(share, 0.0, 1.0);
    const std::string left = remaining < 0.0 ? "" : fmt::format(" {}", clock_text(remaining));
    const std::string behind = fmt::format(" {:3.0f} %{}{}{}", 100.0 * part, left, note.empty() ? "" : "  ", note);
    const std::size_t text = label.size() + behind.size() + 3;
    constexpr std::size_t longest_bar = 40;
    const std::size_t bar = text + 8 > width ? 0 : std::min(longest_bar, width - text);
    const auto full = static_cast<std::size_t>(std::floor(part * static_cast<double>(bar)));
    const std::string drawn =
        bar == 0 ? "" : fmt::format(" [{}{}]", std::string(full, '='), std::string(bar - full, ' '));
    return (label + drawn + behind).substr(0, width);
}

void print_notice(const std::string& text) {
    write_stderr("espalier: " + text + "\n");
}

Progress::Progress(double total)
    : total_(total), visible_(stderr_is_terminal()), start_(Clock::now()), next_(start_ + interval) {}

Progress::~Progress() {
    if (drawn_) write_stderr("\r\x1b[K");
}

void Progress::update(double done, const std::string& label, const std::string& note) {
    if (!visible_) return;
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + interval;
    pace_.add(done, std::chrono::duration<double>(now - start_).count());
    // The last column stays free: some terminals wrap when it is written.
    const double left = pace_.remaining(total_ - done);
    write_stderr(
        fmt::format("\r{}\x1b[K", progress_line(label, done / total_, left, note, terminal_size().columns - 1)));
    drawn_ = true;
}

}  // namespace espalier::cli
