#include <algorithm>
#include <map>
#include <set>

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
        order[number] = ++clock_;
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
            const int status = is_stopped ? 130 : failing.contains(number) ? 1 : 0;
            if (is_stopped || stream_.below(3) == 0) ends.push_back({number, status, "done"});
        }
        for (const End& end : ends) {
            running_.erase(end.job);
            ended[end.job] = ++clock_;
        }
        return ends;
    }
    void stop() override { is_stopped = true; }
    std::optional<training::RunProgress> progress(std::size_t) const override { return std::nullopt; }

    std::map<std::size_t, Job> started;
    std::map<std::size_t, int> order;  ///< when each was started
    std::map<std::size_t, int> ended;  ///< and when it ended
    std::set<std::size_t> failing;
    bool is_stopped = false;
    int most_threads = 0;

  private:
    int clock_ = 0;
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
        const int most_cores = static_cast<int>(1 + stream.below(8));
        const int most_jobs = static_cast<int>(stream.below(10));
        const int most_threads = static_cast<int>(stream.below(10));
        const Limits drawn = limits(most_cores, most_jobs, most_threads);
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

TEST_CASE("scheduler: a job is started once all that it comes after have ended well", "[sweep][scheduler]") {
    Stream stream = test_stream(2);
    INFO(seed_text());
    for (int round = 0; round < 200; ++round) {
        const Limits drawn = limits(static_cast<int>(1 + stream.below(4)), 0, 0);
        std::vector<Job> all = jobs(1 + stream.below(12));
        for (std::size_t k = 1; k < all.size(); ++k) {
            for (std::size_t b = stream.below(4); b > 0; --b) all[k].after.push_back(stream.below(k));
        }
        DrawnLauncher launcher(stream, drawn);
        const std::vector<Task> tasks = work_off(all, launcher, drawn, {});
        CHECK(launcher.started.size() == all.size());
        for (const auto& [number, order] : launcher.order) {
            for (const std::size_t before : all[number].after) CHECK(launcher.ended.at(before) < order);
        }
        for (const Task& task : tasks) CHECK(task.phase == Phase::ended);
    }
}

TEST_CASE("scheduler: what waits for a job that failed stays queued, all else is run", "[sweep][scheduler]") {
    Stream stream = test_stream(3);
    INFO(seed_text());
    const Limits one = limits(1, 0, 0);
    DrawnLauncher launcher(stream, one);
    launcher.failing = {1};
    std::vector<Job> all = jobs(5);  // 0 -> 1 -> 2 -> 3, and 4 for itself
    for (std::size_t k = 1; k <= 3; ++k) all[k].after = {k - 1};
    const std::vector<Task> tasks = work_off(all, launcher, one, {});
    CHECK(tasks[0].phase == Phase::ended);
    CHECK(tasks[1].end.status == 1);
    CHECK(tasks[2].phase == Phase::queued);
    CHECK(tasks[3].phase == Phase::queued);
    CHECK(tasks[4].phase == Phase::ended);
}

}  // namespace espalier::sweep
