#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands/slurm_watch.hpp>
#include <espalier/cli/commands/slurm_work.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/cli/terminal/terminal.hpp>
#include <espalier/report/run_standing.hpp>

namespace espalier::cli {
namespace {

using sweep::Item;
using sweep::QueuedElement;
using WatchClock = std::chrono::steady_clock;

/// What one look at all has found.
struct Look {
    std::vector<std::string> lines;  ///< one a run
    std::vector<bool> ended;
    std::string sum;
    bool is_open = false;
};

/// The queue as it was last known.
struct QueueSeen {
    sweep::HeldRuns held;
    std::string trouble = "the queue has not been asked";
    bool is_known = false;

    void look(const std::filesystem::path& out) {
        if (!sweep::has_squeue()) {
            trouble = "no squeue here: the run files alone";
            is_known = sweep::submissions_of(out).empty();
            return;
        }
        try {
            held = held_now(out);
            is_known = true;
            trouble.clear();
        } catch (const IoError& error) {
            trouble = std::string(error.what()).substr(0, std::string(error.what()).find(';'));
        }
    }
};

/// A finished run stays as it is.
void look_at_run(Item& item) {
    if (item.state.status != "finished") item.state = sweep::state_of(item.point, item.folder);
}

Look look_at_all(report::SweepResult& result, QueueSeen& queue) {
    // First the files: what ends in between is then shown as queued once more, never as lost.
    for (Item& item : result.items) look_at_run(item);
    queue.look(result.out);
    Look look;
    std::vector<const QueuedElement*> holders;
    std::size_t width = 0;
    for (const Item& item : result.items) width = std::max(width, item.point.name.size());
    for (const Item& item : result.items) {
        const QueuedElement* holder = sweep::holder_of(queue.held, item.folder);
        holders.push_back(holder);
        look.lines.push_back(
            fmt::format("{:{}}  {}", printable(item.point.name), width, report::run_standing(item, holder)));
        const bool is_waiting = item.state.status == "absent" || item.state.status == "interrupted";
        const bool is_open = report::is_open(item, holder) || (!queue.is_known && is_waiting);
        look.ended.push_back(!is_open);
        look.is_open = look.is_open || is_open;
    }
    look.sum = report::standings_text(result.items, holders) +
               (queue.trouble.empty() ? "" : " (" + printable(queue.trouble) + ")");
    return look;
}

/// Lines in place of those before, as many as fit: what is under way before what has ended.
class Screen {
  public:
    Screen() = default;
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    ~Screen() { clear(); }

    void draw(const Look& look) {
        const TerminalSize size = terminal_size();
        const std::size_t room = size.rows > 4 ? size.rows - 4 : 1;
        std::vector<std::string> shown;
        for (const bool ended : {false, true}) {
            for (std::size_t k = 0; k < look.lines.size() && shown.size() < room; ++k) {
                if (look.ended[k] == ended) shown.push_back(look.lines[k]);
            }
        }
        if (look.lines.size() <= room) shown = look.lines;
        if (shown.size() < look.lines.size()) shown.push_back(fmt::format("and {} more", look.lines.size() - room));
        shown.push_back(look.sum);
        clear();
        for (const std::string& line : shown) write_stderr(line.substr(0, size.columns - 1) + "\n");
        drawn_ = shown.size();
    }

  private:
    void clear() {
        if (drawn_ > 0) write_stderr(fmt::format("\r\x1b[{}A\x1b[J", drawn_));
        drawn_ = 0;
    }
    std::size_t drawn_ = 0;
};

void print_changes(const Look& look, std::vector<std::string>& before) {
    std::string text;
    for (std::size_t k = 0; k < look.lines.size(); ++k) {
        if (before.size() <= k || before[k] != look.lines[k]) text += look.lines[k] + "\n";
    }
    if (!text.empty()) write_stdout(text + look.sum + "\n\n");
    before = look.lines;
}

}  // namespace

void watch_runs(report::SweepResult& result, bool shows, std::chrono::milliseconds pause) {
    catch_stop_signals();
    QueueSeen queue;
    {
        Screen screen;
        std::vector<std::string> before;
        while (true) {
            const Look look = look_at_all(result, queue);
            if (shows && stderr_is_terminal()) screen.draw(look);
            if (shows && !stderr_is_terminal()) print_changes(look, before);
            if (!look.is_open) break;
            const auto until = WatchClock::now() + pause;
            while (WatchClock::now() < until && !stop_requested()) {
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
            if (stop_requested()) break;
        }
    }
    for (Item& item : result.items) sweep::settle(item, nullptr, false);
    result.stopped = stop_requested() && result.count("finished") < result.items.size();
}

int watched_status(const report::SweepResult& result) {
    const std::size_t open = result.items.size() - result.count("finished") - result.failed();
    if (result.stopped || result.failed() > 0 || open == 0) return status_of(result);
    throw Error(std::to_string(open) + " of " + std::to_string(result.items.size()) +
                " runs are not finished and not in Slurm's queue; --launcher slurm submits them");
}

}  // namespace espalier::cli
