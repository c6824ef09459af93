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

/// The system sends SIGXCPU at the first limit and kills at the second.
void limit_processor(rlim_t seconds) {
    const rlimit limits{.rlim_cur = seconds, .rlim_max = seconds + 1};
    ::setrlimit(RLIMIT_CPU, &limits);
}

void forbid_core_files() {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

[[noreturn]] void play(const std::function<void()>& read, rlim_t seconds) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU}) std::signal(signal, SIG_DFL);
    forbid_core_files();
    limit_processor(seconds);
    try {
        read();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the caller meets it again
    }
    ::_exit(0);
}

}  // namespace

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
