#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/cli/terminal/progress.hpp>

namespace espalier::cli {
namespace {

constexpr std::size_t remembered = 31;
constexpr double between_drawings = 0.1;  // seconds
constexpr double silence = 10.0;          // at the start, and between lines without a milestone

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

ProgressForm progress_form(const std::string& asked, const std::string& where, bool is_terminal) {
    if (asked == "auto") return is_terminal ? ProgressForm::bar : ProgressForm::lines;
    if (asked == "bar") return ProgressForm::bar;
    if (asked == "lines") return ProgressForm::lines;
    if (asked == "none") return ProgressForm::none;
    const std::vector<std::string> known = {"auto", "bar", "lines", "none"};
    throw ConfigError(where + " '" + asked + "'" + not_known(asked, known));
}

bool LineRate::is_due(double seconds, bool is_milestone) {
    if (is_milestone) milestone_ = seconds;
    const bool is_time = is_milestone ? seconds - line_ >= 1.0 : seconds - std::max(line_, milestone_) >= silence;
    if (seconds < silence || !is_time) return false;
    line_ = seconds;
    return true;
}

std::string progress_log_line(const std::string& label, double share, double gone, double remaining,
                              const std::string& note) {
    std::string text = fmt::format("{}, {:.0f} %", label, 100.0 * std::clamp(share, 0.0, 1.0));
    if (!note.empty()) text += ", " + note;
    text += ", " + clock_text(gone) + " gone";
    if (remaining >= 0.0) text += ", " + clock_text(remaining) + " left";
    return text + "\n";
}

Progress::Progress(double total, ProgressForm form, ProgressPorts ports)
    : total_(total), form_(form), ports_(std::move(ports)) {}

Progress::~Progress() {
    if (drawn_) ports_.write("\r\x1b[K");
}

void Progress::update(double done, const std::string& label, const std::string& note, bool is_milestone) {
    if (form_ == ProgressForm::none) return;
    const double seconds = ports_.seconds();
    if (form_ == ProgressForm::bar) {
        if (seconds >= next_drawing_) draw(label, note, done, seconds);
        return;
    }
    if (is_milestone) pace_.add(done, seconds);
    if (!rate_.is_due(seconds, is_milestone)) return;
    pace_.add(done, seconds);
    ports_.write(progress_log_line(label, done / total_, seconds, pace_.remaining(total_ - done), note));
}

void Progress::draw(const std::string& label, const std::string& note, double done, double seconds) {
    next_drawing_ = seconds + between_drawings;
    pace_.add(done, seconds);
    // The last column stays free: some terminals wrap when it is written.
    const double left = pace_.remaining(total_ - done);
    const std::size_t width = terminal_size().columns - 1;
    ports_.write(fmt::format("\r{}\x1b[K", progress_line(label, done / total_, left, note, width)));
    drawn_ = true;
}

}  // namespace espalier::cli
