#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/files/child_report.hpp>
#include <espalier/base/files/descriptor.hpp>
#include <espalier/base/files/forking.hpp>
#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/text/error.hpp>

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

[[noreturn]] void play(int to, const std::function<void()>& read, rlim_t seconds) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU}) std::signal(signal, SIG_DFL);
    forbid_core_files();
    seconds_a_part = seconds;
    limit_processor(seconds);
    child_report::in_child() = true;
    const auto work = [&] {
        read();
        return std::string();
    };
    ::_exit(child_report::send(to, child_report::of(work)) ? 0 : 1);
}

/// What the child refuses is refused in its words. Where it was short of memory, or failed in a way that is none of
/// ours, the caller finds out by itself.
void refuse_as(const std::string& report) {
    const char kind = report.front();
    if (kind != child_report::memory && kind != child_report::other) child_report::understood(report);
}

}  // namespace

void rehearsal_goes_on() {
    if (seconds_a_part > 0) limit_processor(seconds_a_part);
}

void rehearse(const std::filesystem::path& file, const std::function<void()>& read) {
    const rlim_t seconds = seconds_allowed(file);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    const Descriptor from(ends[0]);
    Descriptor to(ends[1]);
    const pid_t child = fork_child([&] { play(to.get(), read, seconds); });
    if (child < 0) return;
    ::close(to.release());
    const std::string report = child_report::receive(from.get());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return;
    }
    const bool is_whole = WIFEXITED(status) && WEXITSTATUS(status) == 0 && !report.empty();
    if (is_whole) return refuse_as(report);
    throw FormatError(file.string() + ": damaged so that reading it would " +
                      (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU ? "never end" : "crash the HDF5 library"));
}

}  // namespace espalier
