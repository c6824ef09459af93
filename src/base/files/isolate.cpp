#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <new>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/files/child_report.hpp>
#include <espalier/base/files/forking.hpp>
#include <espalier/base/files/isolate.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

std::size_t address_space_in_use() {
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0;
    statm >> pages;
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void limit(int resource, rlim_t most) {
    const rlimit limits{.rlim_cur = most, .rlim_max = most};
    ::setrlimit(static_cast<__rlimit_resource>(resource), &limits);
}

void confine(const IsolationLimits& limits) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGALRM}) std::signal(signal, SIG_DFL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_AS, address_space_in_use() + limits.bytes);
    limit(RLIMIT_CPU, limits.seconds);
    ::alarm(limits.seconds);
}

[[noreturn]] void play(int to, const IsolationLimits& limits, const std::function<std::string()>& work) {
    confine(limits);
    child_report::in_child() = true;
    ::_exit(child_report::send(to, child_report::of(work)) ? 0 : 1);
}

std::string ending(int status, const IsolationLimits& limits) {
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const bool is_late = signal == SIGALRM || signal == SIGXCPU || signal == SIGKILL;
    return is_late ? "takes longer than " + std::to_string(limits.seconds) + " s" : "crashes the reading process";
}

}  // namespace

std::string isolated(const std::string& what, const IsolationLimits& limits, const std::function<std::string()>& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw_errno("cannot make a pipe for", what);
    const pid_t child = fork_child([&] {
        ::close(ends[0]);
        play(ends[1], limits, work);
    });
    if (child < 0) {
        const int why = errno;
        ::close(ends[0]);
        ::close(ends[1]);
        errno = why;
        throw_errno("cannot start a process for", what);
    }
    ::close(ends[1]);
    const std::string report = child_report::receive(ends[0]);
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) throw_errno("cannot wait for the reader of", what);
    }
    const bool is_whole = WIFEXITED(status) && WEXITSTATUS(status) == 0 && !report.empty();
    if (!is_whole) throw FormatError(what + ": damaged or hostile: " + ending(status, limits));
    try {
        return child_report::understood(report);
    } catch (const std::bad_alloc&) {
        throw FormatError(what + ": needs more than the " + std::to_string(limits.bytes >> 20) +
                          " MiB that an isolated reader may use");
    }
}

}  // namespace espalier
