#include "thread_launcher.hpp"
#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/cli/commands/run_work.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/kernels/instruction_set.hpp>
#include <espalier/report/run_result.hpp>
#include <espalier/training/run/run_summary.hpp>

namespace espalier::python {
namespace {

namespace fs = std::filesystem;
using sweep::End;
using sweep::Job;

/// What a run writes, at the end of its log.
class Log {
  public:
    explicit Log(const fs::path& folder) : path_(folder / "log.txt"), out_(path_, std::ios::app) {
        require_regular_file(path_, "cannot write");
        if (!out_) throw IoError("cannot open " + path_.string());
    }
    void line(const std::string& text) { out_ << text << std::endl; }

  private:
    fs::path path_;
    std::ofstream out_;
};

/// Resuming takes a run's own instruction set, and those beside it in this process have one already.
void require_set_of_process(const fs::path& run_file) {
    const std::string set = training::read_run_summary(run_file).instruction_set();
    const std::string here = kernels::to_string(kernels::instruction_set());
    if (set.empty() || set == here) return;
    throw ConfigError("was computed with instruction set " + set + ", and this process computes with " + here +
                      ": ESPALIER_ISA=" + set + " makes it the same for a Python of its own");
}

cli::RunWork work_of(const Job& job) {
    cli::RunWork work;
    work.settings = config::read_toml(job.folder / "run.toml");
    work.config = config::resolve(work.settings);
    work.folder = job.folder;
    work.resume = job.option == "--resume";
    work.force = job.option == "--force";
    work.threads = job.threads;
    return work;
}

/// As the program would have ended.
End end_of(std::size_t number, const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const ConfigError& error) {
        return {number, cli::wrong_usage, one_line(error.what())};
    } catch (const std::bad_alloc&) {
        return {number, cli::failed, "out of memory"};
    } catch (const std::exception& error) {
        return {number, cli::failed, one_line(error.what())};
    } catch (...) {
        return {number, cli::failed, "an exception that says nothing"};
    }
}

}  // namespace

ThreadLauncher::~ThreadLauncher() {
    ThreadLauncher::stop();
    for (auto& [number, run] : runs_) run.thread.join();
}

void ThreadLauncher::start(std::size_t number, const Job& job) {
    const Log log(job.folder);  // a mistake there ends the sweep, as it does where runs are processes
    const std::lock_guard<std::mutex> lock(mutex_);
    try {
        runs_[number].thread = std::thread([this, number, job] { work(number, job); });
    } catch (const std::system_error& error) {
        runs_.erase(number);
        throw IoError("cannot start a thread for " + job.folder.string() + ": " + error.what());
    }
}

void ThreadLauncher::work(std::size_t number, const Job& job) {
    End end{number, cli::done, ""};
    std::exception_ptr failure;
    try {
        Log log(job.folder);
        try {
            cli::RunWork run = work_of(job);
            if (run.resume) require_set_of_process(job.folder / "run.h5");
            run.stop_requested = [this] { return stops_.load(); };
            run.notice = [&](const std::string& text) { log.line("espalier: note: " + printable(text)); };
            run.observe = [&](const training::RunProgress& now) {
                const std::lock_guard<std::mutex> lock(mutex_);
                runs_.at(number).progress = now;
            };
            const training::RunResult result = cli::work_off_run(run);
            log.line(report::summary(result));
            if (result.status == "interrupted") end.status = cli::interrupted;
        } catch (...) {
            failure = std::current_exception();
            end = end_of(number, failure);
            log.line("espalier: " + end.last_words);
        }
    } catch (...) {
        failure = std::current_exception();
        end = end_of(number, failure);
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    runs_.at(number).end = end;
    runs_.at(number).failure = failure;
    ending_.notify_all();
}

std::vector<End> ThreadLauncher::wait(std::chrono::milliseconds patience) {
    std::vector<std::thread> ended;
    std::vector<End> ends;
    {
        std::unique_lock<std::mutex> lock(mutex_);
        const auto has_ended = [](const auto& run) { return run.second.end.has_value(); };
        ending_.wait_for(lock, patience, [&] { return std::ranges::any_of(runs_, has_ended); });
        for (auto run = runs_.begin(); run != runs_.end();) {
            if (!has_ended(*run)) {
                ++run;
                continue;
            }
            ends.push_back(*run->second.end);
            if (!first_failure_) first_failure_ = run->second.failure;
            ended.push_back(std::move(run->second.thread));
            run = runs_.erase(run);
        }
    }
    for (std::thread& thread : ended) thread.join();
    return ends;
}

std::optional<training::RunProgress> ThreadLauncher::progress(std::size_t number) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = runs_.find(number);
    return found == runs_.end() ? std::nullopt : found->second.progress;
}

}  // namespace espalier::python
