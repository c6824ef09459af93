#include <algorithm>

#include <espalier/sweep/scheduler.hpp>

namespace espalier::sweep {
namespace {

constexpr std::chrono::milliseconds patience(250);

int count(const std::vector<Task>& tasks, Phase phase) {
    return static_cast<int>(std::ranges::count(tasks, phase, &Task::phase));
}

int used_threads(const std::vector<Task>& tasks) {
    int used = 0;
    for (const Task& task : tasks) used += task.phase == Phase::running ? task.job.threads : 0;
    return used;
}

class Scheduler {
  public:
    Scheduler(std::vector<Job> jobs, Launcher& launcher, const Limits& limits, const Hooks& hooks)
        : launcher_(launcher), limits_(limits), hooks_(hooks) {
        for (Job& job : jobs) tasks_.push_back({.job = std::move(job)});
    }

    std::vector<Task> operator()() {
        bool is_stopping = false;
        while (true) {
            if (!is_stopping && hooks_.stop_requested()) {
                is_stopping = true;
                launcher_.stop();
            }
            if (!is_stopping) fill_up();
            if (count(tasks_, Phase::running) == 0) return std::move(tasks_);
            hooks_.show(tasks_);
            for (End& end : launcher_.wait(patience)) {
                Task& task = tasks_[end.job];
                task.phase = Phase::ended;
                task.end = std::move(end);
            }
        }
    }

  private:
    bool can_start(const Task& task) const {
        return task.phase == Phase::queued && std::ranges::all_of(task.job.after, [&](std::size_t before) {
                   return tasks_[before].phase == Phase::ended && tasks_[before].end.status == 0;
               });
    }

    /// A job that could start alone may have taken every core.
    bool has_room() const {
        return count(tasks_, Phase::running) < limits_.jobs && used_threads(tasks_) < limits_.cores;
    }

    /// Starts what there is room for.
    void fill_up() {
        for (std::size_t next = 0; next < tasks_.size() && has_room(); ++next) {
            if (!can_start(tasks_[next])) continue;
            const auto ready = std::ranges::count_if(tasks_, [&](const Task& task) { return can_start(task); });
            Task& task = tasks_[next];
            task.job.threads =
                threads_of_next(limits_, used_threads(tasks_), count(tasks_, Phase::running), static_cast<int>(ready));
            hooks_.prepare(next);
            launcher_.start(next, task.job);
            task.phase = Phase::running;
        }
    }

    Launcher& launcher_;
    const Limits& limits_;
    const Hooks& hooks_;
    std::vector<Task> tasks_;
};

}  // namespace

Limits limits(int cores, int jobs, int threads) {
    Limits fitting{.cores = std::max(cores, 1), .jobs = 1, .threads = 0};
    fitting.threads = std::clamp(threads, 0, fitting.cores);
    const int most = fitting.cores / std::max(fitting.threads, 1);
    fitting.jobs = jobs == 0 ? most : std::clamp(jobs, 1, most);
    return fitting;
}

int threads_of_next(const Limits& limits, int used, int running, int queued) {
    if (limits.threads > 0) return limits.threads;
    const int starting = std::max(1, std::min(limits.jobs - running, queued));
    return std::max(1, (limits.cores - used) / starting);
}

std::vector<Task> work_off(std::vector<Job> jobs, Launcher& launcher, const Limits& limits, const Hooks& hooks) {
    return Scheduler(std::move(jobs), launcher, limits, hooks)();
}

}  // namespace espalier::sweep
