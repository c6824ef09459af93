#include <algorithm>
#include <fstream>
#include <thread>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/print.hpp>
#include <espalier/sweep/agenda.hpp>
#include <espalier/sweep/log_tail.hpp>
#include <espalier/training/run/writer_lock.hpp>

namespace espalier::sweep {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Children of a sweep that was killed save and stop on their own: that takes a moment.
PointState settled_state(const Point& point, const fs::path& folder, Clock::time_point until) {
    PointState state = state_of(point, folder);
    while (state.status == "running" && Clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        state = state_of(point, folder);
    }
    return state;
}

bool is_to_run(const Item& item) {
    return item.step == Step::start || item.step == Step::resume || item.step == Step::replace;
}

}  // namespace

std::string why_refused(const Item& item) {
    if (item.state.status == "running") {
        return item.folder.string() + " is being run by another process: wait for it, or take another --out";
    }
    return item.folder.string() + " holds a run of another configuration: " + item.state.changes.front() +
           "; take another --out, or --force-changed to replace such runs";
}

std::vector<Item> make_agenda(std::vector<Point> points, const fs::path& folder, const Policy& policy,
                              std::chrono::milliseconds patience) {
    const Clock::time_point until = Clock::now() + patience;
    std::vector<Item> agenda;
    agenda.reserve(points.size());
    for (Point& point : points) {
        Item item{.point = std::move(point), .folder = {}, .state = {}};
        item.folder = folder / item.point.name;
        item.state = settled_state(item.point, item.folder, until);
        item.step = next_step(item.state, policy);
        agenda.push_back(std::move(item));
    }
    return agenda;
}

void require_possible(const std::vector<Item>& agenda) {
    std::size_t refused = 0;
    std::string first;
    for (const Item& item : agenda) {
        if (item.step == Step::refuse && refused++ == 0) first = why_refused(item);
    }
    if (refused > 0) throw ConfigError(first + (refused > 1 ? " (and " + std::to_string(refused - 1) + " more)" : ""));
}

std::vector<std::size_t> execution_order(const std::vector<Item>& agenda, std::size_t seeds) {
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < agenda.size(); ++k) {
        if (is_to_run(agenda[k])) order.push_back(k);
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t k) { return k % std::max<std::size_t>(seeds, 1); });
    return order;
}

void tidy(const std::vector<Item>& agenda) {
    for (const Item& item : agenda) {
        const fs::path run = item.folder / "run.h5";
        std::error_code ignored;
        if (!fs::is_directory(item.folder, ignored) || training::has_writer(run)) continue;
        for (const char* name : {"run.h5", "run.h5.owner", "checkpoint.h5", "run.toml", "ticket.h5"}) {
            remove_stale_temporaries(item.folder / name, MadeOn::any);
        }
        if (!fs::exists(training::work_file(run), ignored)) continue;
        const training::WriterLock lock(run);  // goes at once, and its file with it
    }
}

void prepare(const Item& item) {
    std::error_code failed;
    fs::create_directories(item.folder, failed);
    if (failed) throw IoError("cannot make the folder " + item.folder.string() + ": " + failed.message());
    replace_file(item.folder / "run.toml", [&](const fs::path& temporary) {
        std::ofstream out(temporary);
        out << config::to_toml(item.point.config);
        if (!out.flush()) throw IoError("cannot write " + (item.folder / "run.toml").string());
    });
}

Job job_of(const Item& item) {
    const char* option = item.step == Step::resume ? "--resume" : item.step == Step::replace ? "--force" : "";
    return {.folder = item.folder, .option = option};
}

void settle(Item& item, const Task* task, bool stopped) {
    item.ran = task != nullptr && task->phase != Phase::queued;
    if (item.ran) item.state = state_of(item.point, item.folder);
    item.status = item.state.status == "absent" ? "queued" : item.state.status;
    item.reason = item.state.record.reason;
    if (item.status == "failed") item.reason = item.state.record.failure();
    if (item.status == "failed" && item.reason.empty()) item.reason = last_line(item.folder / "log.txt");
    if (task == nullptr || !item.ran || item.status == "finished") return;
    const bool was_stopped = stopped || task->end.status == 130;
    if (was_stopped) return;
    item.status = "failed";
    item.reason = task->end.last_words;
}

void work_off(std::vector<Item>& agenda, const std::vector<std::size_t>& order, std::vector<Job> jobs,
              Launcher& launcher, const Limits& limits, const Hooks& hooks) {
    tidy(agenda);
    Hooks of_jobs = hooks;
    of_jobs.prepare = [&](std::size_t number) { hooks.prepare(order[number]); };
    const std::vector<Task> tasks = work_off(std::move(jobs), launcher, limits, of_jobs);
    std::vector<const Task*> task_of(agenda.size(), nullptr);
    for (std::size_t k = 0; k < order.size(); ++k) task_of[order[k]] = &tasks[k];
    for (std::size_t k = 0; k < agenda.size(); ++k) settle(agenda[k], task_of[k], hooks.stop_requested());
}

}  // namespace espalier::sweep
