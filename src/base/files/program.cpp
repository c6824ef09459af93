#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/files/descriptor.hpp>
#include <espalier/base/files/program.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

namespace fs = std::filesystem;
using ProgramClock = std::chrono::steady_clock;

struct Pipe {
    Descriptor reading{-1};
    Descriptor writing{-1};

    static Pipe made(const std::string& what) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("cannot make a pipe for", what);
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        return {Descriptor(ends[0]), Descriptor(ends[1])};
    }
};

/// Its attributes and files, given back at the end of the scope.
struct Spawning {
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};

    Spawning(int out, int err) {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
        ::posix_spawnattr_init(&attributes);
        sigset_t usual{};
        ::sigemptyset(&usual);
        ::posix_spawnattr_setsigmask(&attributes, &usual);
        for (const int signal : {SIGPIPE, SIGXFSZ}) ::sigaddset(&usual, signal);
        ::posix_spawnattr_setsigdefault(&attributes, &usual);
        ::posix_spawnattr_setpgroup(&attributes, 0);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    Spawning(const Spawning&) = delete;
    Spawning& operator=(const Spawning&) = delete;
    ~Spawning() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }
};

pid_t start_program(std::vector<std::string> words, const Spawning& how) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = -1;
    errno = ::posix_spawnp(&child, pointers.front(), &how.files, &how.attributes, pointers.data(), environ);
    if (errno != 0) throw_errno("cannot start", words.front());
    return child;
}

/// What there is to read now.
void drain(int from, std::string& into) {
    std::array<char, 1 << 14> buffer{};
    for (ssize_t got = 0; (got = ::read(from, buffer.data(), buffer.size())) > 0;) {
        into.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

int shell_status(int state) {
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

}  // namespace

std::string ProgramEnd::trouble() const {
    if (is_too_late) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
        return "does not answer within " + std::to_string(seconds) + " s";
    }
    for (const std::string* said : {&err, &out}) {
        std::string last;
        for (const std::string& line : split_lines(*said)) last = line.empty() ? last : line;
        if (!last.empty()) return excerpt(last, 300);
    }
    return "ends with status " + std::to_string(status);
}

std::optional<fs::path> find_program(const std::string& name) {
    const char* folders = std::getenv("PATH");
    for (const std::string& folder : split(folders == nullptr ? "" : folders, ':')) {
        const fs::path file = fs::path(folder.empty() ? "." : folder) / name;
        std::error_code unknown;
        if (fs::is_regular_file(file, unknown) && ::access(file.c_str(), X_OK) == 0) return file;
    }
    return std::nullopt;
}

ProgramEnd call_program(const std::vector<std::string>& words, std::chrono::milliseconds limit) {
    Pipe out = Pipe::made(words.front());
    Pipe err = Pipe::made(words.front());
    const pid_t child = start_program(words, Spawning(out.writing.get(), err.writing.get()));
    for (Pipe* pipe : {&out, &err}) ::close(pipe->writing.release());
    ProgramEnd end;
    end.limit = limit;
    const auto until = ProgramClock::now() + limit;
    int state = 0;
    while (true) {
        // Its end is what counts: a child of its own may keep the pipes.
        const pid_t ended = ::waitpid(child, &state, WNOHANG);
        drain(out.reading.get(), end.out);
        drain(err.reading.get(), end.err);
        if (ended == child) break;
        if (ended < 0 && errno != EINTR) throw_errno("cannot wait for", words.front());
        if (ProgramClock::now() >= until) {
            end.is_too_late = true;
            ::kill(-child, SIGKILL);
            while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
            }
            break;
        }
        std::array<pollfd, 2> pipes = {pollfd{.fd = out.reading.get(), .events = POLLIN, .revents = 0},
                                       pollfd{.fd = err.reading.get(), .events = POLLIN, .revents = 0}};
        if (::poll(pipes.data(), pipes.size(), 20) > 0 && ((pipes[0].revents | pipes[1].revents) & POLLIN) == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));  // both are closed: it is about to end
        }
    }
    end.status = shell_status(state);
    return end;
}

}  // namespace espalier
