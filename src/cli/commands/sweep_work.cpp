#include <algorithm>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/commands/sweep_display.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/report/forecast.hpp>
#include <espalier/sweep/element.hpp>
#include <espalier/sweep/local_launcher.hpp>
#include <espalier/sweep/run_notices.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using sweep::Item;
using sweep::Task;

/// What the display shows of a sweep.
SweepView view_of(const std::vector<Item>& agenda, const std::vector<std::size_t>& order,
                  const std::vector<Task>& tasks, const sweep::Launcher& launcher) {
    SweepView view;
    view.stopping = stop_requested();
    for (const Item& item : agenda) {
        view.finished += item.step == sweep::Step::skip ? 1 : 0;
        view.failed += item.step == sweep::Step::leave ? 1 : 0;
    }
    double worked = 0.0;
    for (std::size_t k = 0; k < tasks.size(); ++k) {
        const Task& task = tasks[k];
        if (task.phase == sweep::Phase::queued) {
            ++view.queued;
        } else if (task.phase == sweep::Phase::ended) {
            const bool was_stopped = task.end.status == interrupted || view.stopping;
            ++(task.end.status == done ? view.finished : was_stopped ? view.queued : view.failed);
            worked += 1.0;
        } else {
            const auto progress = launcher.progress(k);
            view.running.push_back({agenda[order[k]].point.name, progress});
            if (progress) worked += static_cast<double>(progress->step) / static_cast<double>(progress->total_steps);
        }
    }
    view.share = worked / static_cast<double>(tasks.size());
    return view;
}

/// What the runs wrote into their logs, here.
void print_notices(const std::vector<Item>& agenda, const std::vector<std::uintmax_t>& starts) {
    constexpr std::size_t most = 10;
    const auto ran = static_cast<std::size_t>(std::ranges::count_if(agenda, &Item::ran));
    const std::vector<sweep::RunNotice> notices = sweep::notices_of_runs(agenda, starts);
    for (std::size_t k = 0; k < std::min(most, notices.size()); ++k) {
        const bool is_of_all = ran > 1 && notices[k].runs.size() == ran;
        print_notice(notices[k].text + (is_of_all ? " (in all " + std::to_string(ran) + " runs)"
                                                  : report::concerning(notices[k].runs, ran)));
    }
    if (notices.size() > most) {
        print_notice("and " + std::to_string(notices.size() - most) + " more notices, in log.txt of the runs' folders");
    }
}

}  // namespace

void add_limits(Parser& app, int& jobs, int& threads) {
    app.add_option("--jobs", jobs, "Runs side by side, at most one a core; one a core where not given")
        .between(1, 1024)
        .type_name("N");
    app.add_option("--threads", threads, "Threads of each run; where not given, runs share the cores")
        .between(1, 1024)
        .type_name("N");
}

void add_policy(Parser& app, sweep::Policy& policy) {
    app.add_flag("--retry-failed", policy.retry_failed, "Begin failed runs anew");
    app.add_flag("--force-changed", policy.replace_changed,
                 "Replace runs in the folder that were made with another configuration");
}

void work_off(std::vector<Item>& agenda, const std::vector<std::size_t>& order, std::vector<sweep::Job> jobs,
              const sweep::Limits& limits, ProgressForm form, const std::function<void(std::size_t)>& prepare) {
    const std::vector<std::uintmax_t> log_starts = sweep::log_lengths(agenda);
    sweep::LocalLauncher launcher;
    std::optional<SweepDisplay> display(std::in_place, form);
    const auto show = [&](const std::vector<Task>& tasks) {
        if (display->visible()) display->update(view_of(agenda, order, tasks, launcher));
    };
    sweep::work_off(agenda, order, std::move(jobs), launcher, limits,
                    {.stop_requested = stop_requested, .prepare = prepare, .show = show});
    display.reset();  // which clears its lines
    print_notices(agenda, log_starts);
}

PlannedSweep plan_sweep(const SweepRequest& request, const std::function<void(const std::string&)>& notice,
                        std::chrono::milliseconds patience) {
    PlannedSweep planned{.file = sweep::read_sweep_file(request.file), .result = {}, .order = {}, .lock = nullptr};
    report::SweepResult& result = planned.result;
    result.name = planned.file.name;
    result.out = request.out.empty() ? fs::path("runs") / result.name : fs::path(request.out);
    std::vector<sweep::Point> points = points_of(planned.file, request.assignments);
    if (fs::exists(result.out) && !fs::is_directory(result.out)) {
        throw ConfigError("--out " + result.out.string() + " is a file");
    }
    // Before it is looked at what the folder holds: nobody changes it then.
    if (!request.dry_run) planned.lock = std::make_unique<sweep::FolderLock>(result.out);
    result.items = sweep::make_agenda(std::move(points), result.out, request.policy, patience);
    planned.order = sweep::execution_order(result.items, planned.file.seeds.size());
    report::KnownSizes sizes;
    report::require_no_failure(
        result.items, planned.order, [&](std::size_t k) { report::plan_run(result.items[k].point.config, sizes); },
        notice);
    return planned;
}

PlannedSweep prepare_sweep(const SweepRequest& request, const std::function<void(const std::string&)>& notice) {
    PlannedSweep planned = plan_sweep(request, notice);
    const std::vector<Item>& items = planned.result.items;
    if (request.dry_run) return planned;
    sweep::require_possible(items);
    for (const std::size_t k : planned.order) sweep::prepare(items[k]);
    std::vector<std::vector<fs::path>> elements;
    for (const Item& item : items) elements.push_back({item.folder});
    sweep::write_elements(planned.result.out, elements);
    return planned;
}

report::SweepResult work_off_sweep(const SweepRequest& request, const SweepHost& host) {
    PlannedSweep planned = plan_sweep(request, host.notice);
    report::SweepResult& result = planned.result;
    if (request.dry_run) return std::move(result);
    sweep::require_possible(result.items);
    std::vector<sweep::Job> jobs;
    for (const std::size_t k : planned.order) jobs.push_back(sweep::job_of(result.items[k]));
    host.work(result.items, planned.order, std::move(jobs),
              sweep::limits(available_cores(), request.jobs, request.threads));
    result.stopped = host.stop_requested() && result.count("finished") < result.items.size();
    return std::move(result);
}

std::vector<sweep::Point> points_of(const sweep::SweepFile& file, const std::vector<std::string>& assignments) {
    config::Settings base = config::read_toml(file.base);
    config::override_with(base, assignments);
    return sweep::expand(file, base);
}

int status_of(const report::SweepResult& result) {
    if (result.stopped) return interrupted;
    if (result.failed() > 0) {
        const Item& first = *std::ranges::find_if(result.items, report::has_failed);
        throw Error(std::to_string(result.failed()) + " of " + std::to_string(result.items.size()) +
                    " runs failed, the first " + first.point.name + ": " + first.reason +
                    "; --retry-failed begins them anew");
    }
    const std::size_t open = result.items.size() - result.count("finished");
    if (open > 0)
        throw Error(std::to_string(open) + " runs were stopped by others; the same command goes on with them");
    return done;
}

}  // namespace espalier::cli
