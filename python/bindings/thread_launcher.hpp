#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include <espalier/sweep/launcher.hpp>

namespace espalier::python {

/// Runs as threads of this process, which know what Python functions it has registered; processes of their own would
/// not. Notices, results and errors go to the end of folder/log.txt. The destructor stops and waits, and must be called
/// without the GIL, which their functions want.
class ThreadLauncher : public sweep::Launcher {
  public:
    ~ThreadLauncher() override;

    /// @throws IoError where the system refuses a thread or the log
    void start(std::size_t number, const sweep::Job& job) override;
    std::vector<sweep::End> wait(std::chrono::milliseconds patience) override;
    void stop() override { stops_ = true; }
    std::optional<training::RunProgress> progress(std::size_t number) const override;

    /// What ended the first run that failed; null where none has.
    const std::exception_ptr& first_failure() const { return first_failure_; }

  private:
    struct Run {
        std::thread thread{};
        std::optional<training::RunProgress> progress{};
        std::optional<sweep::End> end{};  ///< once it has ended
        std::exception_ptr failure{};
    };

    /// The work of a thread.
    void work(std::size_t number, const sweep::Job& job);

    std::atomic<bool> stops_ = false;
    mutable std::mutex mutex_;
    std::condition_variable ending_;
    std::map<std::size_t, Run> runs_;  ///< those that have not been told to have ended
    std::exception_ptr first_failure_;
};

}  // namespace espalier::python
