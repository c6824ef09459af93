#pragma once

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace espalier::testing {

/// Signals as a program finds them that is started from a terminal, whatever the tests were started from (nohup, a job
/// in the background).
class UsualSignals {
  public:
    UsualSignals() {
        sigset_t usual;
        ::sigemptyset(&usual);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) ::sigaddset(&usual, signal);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setsigdefault(&attributes_, &usual);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
    }
    UsualSignals(const UsualSignals&) = delete;
    UsualSignals& operator=(const UsualSignals&) = delete;
    ~UsualSignals() { ::posix_spawnattr_destroy(&attributes_); }
    const posix_spawnattr_t* get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_{};
};

/// A program started with its stdout on a pipe; killed with SIGKILL at the end of the scope.
class ChildProcess {
  public:
    explicit ChildProcess(std::vector<std::string> command) {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0) return;
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::vector<char*> words;
        for (std::string& word : command) words.push_back(word.data());
        words.push_back(nullptr);
        const UsualSignals signals;
        if (::posix_spawn(&id_, words[0], &actions, signals.get(), words.data(), environ) != 0) id_ = -1;
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        output_ = ends[0];
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess() {
        kill();
        ::close(output_);
    }

    void kill() {
        if (id_ > 0) ::kill(id_, SIGKILL);
        wait();
    }
    void signal(int number) const {
        if (id_ > 0) ::kill(id_, number);
    }
    /// Whether it has not ended yet; wait() still tells how it did.
    bool is_running() const {
        siginfo_t info{};
        return id_ > 0 && ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
               info.si_pid == 0;
    }
    /// The processes that it has started.
    std::vector<pid_t> children() const {
        const std::string id = std::to_string(id_);
        std::ifstream list("/proc/" + id + "/task/" + id + "/children");
        return {std::istream_iterator<pid_t>(list), {}};
    }
    /// The exit status; -1 after a signal.
    int wait() {
        int status = 0;
        if (id_ > 0 && ::waitpid(id_, &status, 0) == id_) id_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    /// All it has said, once it has ended.
    std::string output() const {
        std::string text;
        char buffer[4096];
        for (ssize_t got = 0; (got = ::read(output_, buffer, sizeof buffer)) > 0;) {
            text.append(buffer, static_cast<std::size_t>(got));
        }
        return text;
    }
    /// Waits for the first line.
    std::string first_line() const {
        std::string line;
        for (char letter = 0; ::read(output_, &letter, 1) == 1 && letter != '\n';) line += letter;
        return line;
    }

  private:
    pid_t id_ = -1;
    int output_ = -1;
};

/// Makes this process the parent of what its children leave behind when they die, so that it can wait for it.
class Orphans {
  public:
    Orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
    Orphans(const Orphans&) = delete;
    Orphans& operator=(const Orphans&) = delete;
    ~Orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }

    /// Until no child of this process is left.
    void wait() const {
        while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
        }
    }
};

}  // namespace espalier::testing
