#include <algorithm>

#include <fmt/format.h>

#include <espalier/cli/commands/sweep_display.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/report/table.hpp>

namespace espalier::cli {
namespace {

std::string line_of(const SweepView::Running& run, std::size_t name_width, std::size_t width) {
    const std::string name = fmt::format("{:{}}", run.name, name_width);
    if (!run.progress) return (name + "  starting").substr(0, width);
    const training::RunProgress& now = *run.progress;
    const double share =
        static_cast<double>(now.step) / static_cast<double>(std::max<std::int64_t>(now.total_steps, 1));
    std::string note = "loss " + report::rounded(now.loss);
    if (now.validation_accuracy) note += "  validation " + report::percent(*now.validation_accuracy);
    return progress_line(fmt::format("{}  epoch {}/{}", name, now.epoch, now.epochs), share, -1.0, note, width);
}

/// "12 finished, 2 running, 1 failed, 21 queued".
std::string counts(const SweepView& view) {
    std::string text = view.stopping ? "stopping: " : "";
    text += fmt::format("{} finished, {} running, ", view.finished, view.running.size());
    if (view.failed > 0) text += fmt::format("{} failed, ", view.failed);
    return text + fmt::format("{} queued", view.queued);
}

/// Seconds to go, negative where that is not known.
double remaining(const SweepView& view, double seconds) {
    return view.share > 0.0 && !view.stopping ? seconds * (1.0 - view.share) / view.share : -1.0;
}

}  // namespace

std::vector<std::string> sweep_lines(const SweepView& view, double seconds, const TerminalSize& size) {
    const std::size_t width = size.columns > 1 ? size.columns - 1 : 0;
    const std::size_t room = size.rows > 3 ? size.rows - 3 : 0;
    const std::size_t shown = std::min(view.running.size(), room);
    std::size_t name_width = 0;
    for (std::size_t k = 0; k < shown; ++k) name_width = std::max(name_width, view.running[k].name.size());
    std::vector<std::string> lines;
    for (std::size_t k = 0; k < shown; ++k) lines.push_back(line_of(view.running[k], name_width, width));
    if (shown < view.running.size()) {
        lines.push_back(fmt::format("and {} more", view.running.size() - shown).substr(0, width));
    }
    lines.push_back(progress_line(counts(view), view.share, remaining(view, seconds), "", width));
    return lines;
}

SweepDisplay::~SweepDisplay() {
    clear();
}

void SweepDisplay::clear() {
    if (drawn_ > 0) ports_.write(fmt::format("\r\x1b[{}A\x1b[J", drawn_));
    drawn_ = 0;
}

void SweepDisplay::update(const SweepView& view) {
    if (form_ == ProgressForm::bar) draw(view);
    if (form_ == ProgressForm::lines) log(view);
}

void SweepDisplay::draw(const SweepView& view) {
    std::string text = drawn_ > 0 ? fmt::format("\r\x1b[{}A", drawn_) : "";
    const std::vector<std::string> lines = sweep_lines(view, ports_.seconds(), terminal_size());
    for (const std::string& line : lines) text += line + "\x1b[K\n";
    ports_.write(text + "\x1b[J");
    drawn_ = lines.size();
}

void SweepDisplay::log(const SweepView& view) {
    const double seconds = ports_.seconds();
    const std::size_t ended = view.finished + view.failed;
    const bool is_milestone = std::exchange(ended_, ended) != ended;
    if (!rate_.is_due(seconds, is_milestone)) return;
    ports_.write(progress_log_line(counts(view), view.share, seconds, remaining(view, seconds), ""));
}

}  // namespace espalier::cli
