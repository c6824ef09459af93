#include <algorithm>
#include <cerrno>
#include <csignal>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/error.hpp>
#include <espalier/base/rehearse.hpp>

namespace espalier {
namespace {

constexpr rlim_t seconds_at_least = 2;
constexpr rlim_t bytes_a_second = 10'000'000;

rlim_t seconds_allowed(const std::filesystem::path& file) {
    std::error_code failed;
    const std::uintmax_t bytes = std::filesystem::file_size(file, failed);
    return seconds_at_least + (failed ? 0 : bytes / bytes_a_second);
}

rlim_t seconds_a_part = 0;  // of the rehearsal that this process is; else 0

/// The system sends SIGXCPU when this process has used so many seconds more. The hard limit stays: it cannot be raised.
void limit_processor(rlim_t seconds) {
    rusage used{};
    rlimit limits{};
    ::getrusage(RUSAGE_SELF, &used);
    ::getrlimit(RLIMIT_CPU, &limits);
    const auto so_far = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1;
    limits.rlim_cur = std::min(so_far + seconds, limits.rlim_max);
    ::setrlimit(RLIMIT_CPU, &limits);
}

void forbid_core_files() {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

[[noreturn]] void play(const std::function<void()>& read, rlim_t seconds) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU}) std::signal(signal, SIG_DFL);
    forbid_core_files();
    seconds_a_part = seconds;
    limit_processor(seconds);
    try {
        read();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the caller meets it again
    }
    ::_exit(0);
}

}  // namespace

void rehearsal_goes_on() {
    if (seconds_a_part > 0) limit_processor(seconds_a_part);
}

void rehearse(const std::filesystem::path& file, const std::function<void()>& read) {
    const rlim_t seconds = seconds_allowed(file);
    const pid_t child = ::fork();
    if (child < 0) return;
    if (child == 0) play(read, seconds);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    throw FormatError(file.string() + ": damaged so that reading it would " +
                      (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU ? "never end" : "crash the HDF5 library"));
}

}  // namespace espalier
