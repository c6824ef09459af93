#include <algorithm>
#include <map>

#include <espalier/sweep/scheduler.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

/// Jobs that end whenever they are drawn; it watches how much runs at once.
class DrawnLauncher : public Launcher {
  public:
    DrawnLauncher(Stream& stream, const Limits& limits) : stream_(stream), limits_(limits) {}

    void start(std::size_t number, const Job& job) override {
        CHECK(started.insert({number, job}).second);
        running_[number] = job.threads;
        int threads = 0;
        for (const auto& [other, its_threads] : running_) threads += its_threads;
        CHECK(job.threads >= 1);
        CHECK(threads <= limits_.cores);
        CHECK(static_cast<int>(running_.size()) <= limits_.jobs);
        most_threads = std::max(most_threads, threads);
    }
    std::vector<End> wait(std::chrono::milliseconds) override {
        std::vector<End> ends;
        for (const auto& [number, threads] : running_) {
            if (is_stopped || stream_.below(3) == 0) ends.push_back({number, is_stopped ? 130 : 0, "done"});
        }
        for (const End& end : ends) running_.erase(end.job);
        return ends;
    }
    void stop() override { is_stopped = true; }
    std::optional<training::RunProgress> progress(std::size_t) const override { return std::nullopt; }

    std::map<std::size_t, Job> started;
    bool is_stopped = false;
    int most_threads = 0;

  private:
    Stream& stream_;
    Limits limits_;
    std::map<std::size_t, int> running_;
};

std::vector<Job> jobs(std::size_t count) {
    std::vector<Job> all(count);
    for (std::size_t k = 0; k < count; ++k) all[k].folder = std::to_string(k);
    return all;
}

}  // namespace

TEST_CASE("scheduler: all jobs are run once, and never more threads than cores", "[sweep][scheduler]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (int round = 0; round < 200; ++round) {
        const Limits drawn = limits(static_cast<int>(1 + stream.below(8)), static_cast<int>(stream.below(10)),
                                    static_cast<int>(stream.below(10)));
        INFO(drawn.cores << " cores, " << drawn.jobs << " jobs, " << drawn.threads << " threads");
        DrawnLauncher launcher(stream, drawn);
        const std::size_t count = stream.below(12);
        std::vector<std::size_t> prepared;
        const std::vector<Task> tasks = work_off(jobs(count), launcher, drawn,
                                                 {.prepare = [&](std::size_t number) { prepared.push_back(number); }});
        CHECK(launcher.started.size() == count);
        CHECK(std::ranges::is_sorted(prepared));
        CHECK(prepared.size() == count);
        for (const Task& task : tasks) CHECK((task.phase == Phase::ended && task.end.last_words == "done"));
        const bool is_shared_out = drawn.threads == 0 && count > 0;
        if (is_shared_out) CHECK(launcher.most_threads == drawn.cores);  // none is left idle at the start
    }
}

TEST_CASE("scheduler: after a stop request nothing is started, and what runs is waited for", "[sweep][scheduler]") {
    Stream stream = test_stream(1);
    INFO(seed_text());
    const Limits two = limits(2, 0, 0);
    DrawnLauncher launcher(stream, two);
    int shown = 0;
    const std::vector<Task> tasks =
        work_off(jobs(5), launcher, two,
                 {.stop_requested = [&] { return shown > 0; }, .show = [&](const std::vector<Task>&) { ++shown; }});
    CHECK(launcher.is_stopped);
    CHECK(launcher.started.size() == 2);
    CHECK(tasks.size() == 5);
    CHECK(std::ranges::count(tasks, Phase::queued, &Task::phase) == 3);
    CHECK(std::ranges::count(tasks, Phase::ended, &Task::phase) == 2);
}

TEST_CASE("scheduler: what is asked for is cut to the cores", "[sweep][scheduler]") {
    const auto fits = [](const Limits& l, int jobs, int threads) { return l.jobs == jobs && l.threads == threads; };
    CHECK(fits(limits(8, 0, 0), 8, 0));  // one run a core
    CHECK(fits(limits(8, 3, 0), 3, 0));
    CHECK(fits(limits(8, 20, 0), 8, 0));
    CHECK(fits(limits(8, 0, 3), 2, 3));
    CHECK(fits(limits(8, 4, 4), 2, 4));
    CHECK(fits(limits(2, 1, 16), 1, 2));
    CHECK(threads_of_next(limits(8, 3, 0), 0, 0, 10) == 2);
    CHECK(threads_of_next(limits(8, 3, 0), 2, 1, 9) == 3);
    CHECK(threads_of_next(limits(8, 3, 0), 5, 2, 8) == 3);
    CHECK(threads_of_next(limits(8, 3, 0), 0, 0, 1) == 8);  // the only one gets all
}

}  // namespace espalier::sweep
