#pragma once

#include <map>

#include <sys/types.h>

#include <espalier/sweep/launcher.hpp>

namespace espalier::sweep {

/// How this program is started again.
struct OwnCommand {
    std::filesystem::path program = "/proc/self/exe";
    std::vector<std::string> words = {"espalier"};  ///< its name, and what stands before the subcommand
};

/// Of this process. A Python interpreter that is this program says so here before it starts any run.
OwnCommand& own_command();

/// Runs as child processes of this program, each in a process group of its own, so that Ctrl-C reaches them only
/// through stop(). What one writes, lines of its progress among it, goes to the end of folder/log.txt. A child gets
/// SIGTERM when this process dies, however it does, and then saves and stops. The destructor stops and waits.
class LocalLauncher : public Launcher {
  public:
    /// @param command  to start; the one that runs this where not given
    explicit LocalLauncher(OwnCommand command = own_command()) : command_(std::move(command)) {}
    explicit LocalLauncher(std::filesystem::path program) : LocalLauncher(OwnCommand{.program = std::move(program)}) {}
    ~LocalLauncher() override;

    /// @throws IoError where the system refuses a process, a pipe or the log
    void start(std::size_t number, const Job& job) override;
    std::vector<End> wait(std::chrono::milliseconds patience) override;
    void stop() override;
    std::optional<training::RunProgress> progress(std::size_t number) const override;

  private:
    struct Child {
        pid_t id = -1;
        int pipe = -1;  ///< its progress, line by line; its end is the child's end
        std::filesystem::path log;
        std::uintmax_t log_start = 0;  ///< what earlier starts have written there
        std::string unread{};          ///< a line of which the rest has not come
        std::optional<training::RunProgress> progress{};
    };

    /// False once the child has ended.
    static bool read_progress(Child& child);
    static End reap(std::size_t number, const Child& child);

    OwnCommand command_;
    std::map<std::size_t, Child> children_;
};

}  // namespace espalier::sweep
