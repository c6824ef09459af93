#pragma once

#include <functional>
#include <vector>

#include <espalier/sweep/launcher.hpp>

namespace espalier::sweep {

/// How many runs side by side, and with how many threads.
struct Limits {
    int cores = 1;    ///< that may be used
    int jobs = 1;     ///< at once, at most `cores`
    int threads = 0;  ///< of each run; 0: the free cores are shared out among those that can start
};

/// What is asked for, made such that jobs times threads is at most the number of cores.
/// @param jobs, threads  0: not asked for. Without either: one run a core, with one thread
Limits limits(int cores, int jobs, int threads);

/// Threads of the next run: with those that run already never more than the cores.
/// @param used     by those that run
/// @param running  how many these are
/// @param queued   how many could begin now, the next one among them
int threads_of_next(const Limits& limits, int used, int running, int queued);

enum class Phase { queued, running, ended };

struct Task {
    Job job;
    Phase phase = Phase::queued;
    End end{};  ///< once it has ended
};

struct Hooks {
    std::function<bool()> stop_requested = [] { return false; };
    std::function<void(std::size_t)> prepare = [](std::size_t) {};  ///< called before a job is started
    std::function<void(const std::vector<Task>&)> show = [](const std::vector<Task>&) {
    };  ///< about four times per second
};

/// Works the jobs off in their order, each once all of Job::after have ended well; what waits for one that has not
/// stays queued. A stop request starts no more, asks those that run to stop and waits for them.
/// Returns all of them, also those still queued.
/// @throws what prepare and Launcher::start throw; what runs then is the launcher's to stop
std::vector<Task> work_off(std::vector<Job> jobs, Launcher& launcher, const Limits& limits, const Hooks& hooks);

}  // namespace espalier::sweep
