#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/files/descriptor.hpp>
#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sweep/local_launcher.hpp>
#include <espalier/sweep/log_tail.hpp>
#include <espalier/sweep/progress_text.hpp>

namespace espalier::sweep {
namespace {

namespace fs = std::filesystem;

constexpr int progress_descriptor = 3;
constexpr int cannot_execute = 127;

/// The words of a command line as execv() wants them.
class Words {
  public:
    explicit Words(std::vector<std::string> words) : words_(std::move(words)) {
        for (std::string& word : words_) pointers_.push_back(word.data());
        pointers_.push_back(nullptr);
    }
    char* const* get() { return pointers_.data(); }

  private:
    std::vector<std::string> words_;
    std::vector<char*> pointers_;
};

Words command(std::vector<std::string> words, const Job& job) {
    words.insert(words.end(), {"run", (job.folder / "run.toml").string(), "--out", job.folder.string(), "--threads",
                               std::to_string(job.threads), "--progress", "lines", "--progress-fd",
                               std::to_string(progress_descriptor)});
    if (!job.option.empty()) words.push_back(job.option);
    return Words(std::move(words));
}

/// No signal comes meanwhile; those that came do at the end.
class SignalsHeld {
  public:
    SignalsHeld() {
        sigset_t all{};
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;
    ~SignalsHeld() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    const sigset_t& before() const { return before_; }

  private:
    sigset_t before_{};
};

/// A handler of this program would swallow a signal that comes before exec, and the run would never hear of it.
void forget_handlers() {
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) {
        struct sigaction now {};
        if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) ::signal(signal, SIG_DFL);
    }
}

/// Between fork and exec only what is safe in a signal handler may be called.
[[noreturn]] void become(const char* program, char* const* words, int log, int progress, pid_t parent,
                         const sigset_t& signals) {
    forget_handlers();
    ::sigprocmask(SIG_SETMASK, &signals, nullptr);
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(cannot_execute);  // it died before the line above
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    if (progress == progress_descriptor) {
        ::fcntl(progress, F_SETFD, 0);
    } else {
        ::dup2(progress, progress_descriptor);
    }
    ::execv(program, words);
    constexpr const char message[] = "espalier: cannot start this program again\n";
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, message, sizeof message - 1);
    ::_exit(cannot_execute);
}

int wait_for(pid_t child) {
    int state = 0;
    while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
    return state;
}

}  // namespace

OwnCommand& own_command() {
    static OwnCommand command;
    return command;
}

LocalLauncher::~LocalLauncher() {
    LocalLauncher::stop();
    for (const auto& [number, child] : children_) {
        wait_for(child.id);
        ::close(child.pipe);
    }
}

void LocalLauncher::start(std::size_t number, const Job& job) {
    const fs::path path = job.folder / "log.txt";
    // A FIFO in the place of the log is not waited for.
    const Descriptor log(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666));
    if (log.get() < 0) throw_errno("cannot open", path.string());
    require_regular_file(path, "cannot write");
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw_errno("cannot make a pipe for", job.folder.string());
    Descriptor reading(ends[0]);
    const Descriptor writing(ends[1]);
    std::error_code failed;
    Child child{.id = -1, .pipe = -1, .log = path, .log_start = fs::file_size(path, failed)};
    Words words = command(command_.words, job);
    const pid_t parent = ::getpid();
    const SignalsHeld held;
    child.id = ::fork();
    if (child.id < 0) throw_errno("cannot start a process for", job.folder.string());
    if (child.id == 0) {
        become(command_.program.c_str(), words.get(), log.get(), writing.get(), parent, held.before());
    }
    ::setpgid(child.id, child.id);  // here too: whichever of the two comes first
    child.pipe = reading.release();
    children_.insert_or_assign(number, std::move(child));
}

bool LocalLauncher::read_progress(Child& child) {
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t got = ::read(child.pipe, buffer.data(), buffer.size());
        if (got == 0) return false;
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        child.unread.append(buffer.data(), static_cast<std::size_t>(got));
        for (std::size_t end = 0; (end = child.unread.find('\n')) != std::string::npos;) {
            if (auto progress = parse_progress(child.unread.substr(0, end))) child.progress = progress;
            child.unread.erase(0, end + 1);
        }
    }
}

End LocalLauncher::reap(std::size_t number, const Child& child) {
    const int state = wait_for(child.id);
    ::close(child.pipe);
    if (WIFEXITED(state)) return {number, WEXITSTATUS(state), last_line(child.log, child.log_start)};
    const int signal = WTERMSIG(state);
    return {number, 128 + signal, "ended by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")"};
}

std::vector<End> LocalLauncher::wait(std::chrono::milliseconds patience) {
    std::vector<pollfd> pipes;
    for (const auto& [number, child] : children_) pipes.push_back({.fd = child.pipe, .events = POLLIN, .revents = 0});
    ::poll(pipes.data(), pipes.size(), static_cast<int>(patience.count()));  // a signal ends the wait, too
    std::vector<End> ends;
    for (auto& [number, child] : children_) {
        if (!read_progress(child)) ends.push_back(reap(number, child));
    }
    for (const End& end : ends) children_.erase(end.job);
    return ends;
}

void LocalLauncher::stop() {
    for (const auto& [number, child] : children_) ::kill(child.id, SIGTERM);
}

std::optional<training::RunProgress> LocalLauncher::progress(std::size_t number) const {
    const auto found = children_.find(number);
    return found == children_.end() ? std::nullopt : found->second.progress;
}

}  // namespace espalier::sweep
