#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <new>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/error.hpp>
#include <espalier/base/isolate.hpp>

namespace espalier {
namespace {

/// First byte of what the child sends: how the text after it is meant.
enum Report : char { result = 'r', config = 'c', format = 'f', io = 'i', numeric = 'n', memory = 'm', other = 'o' };

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

std::string report_of(const std::function<std::string()>& work) {
    try {
        return char{result} + work();
    } catch (const ConfigError& error) {
        return char{config} + std::string(error.what());
    } catch (const FormatError& error) {
        return char{format} + std::string(error.what());
    } catch (const IoError& error) {
        return char{io} + std::string(error.what());
    } catch (const NumericError& error) {
        return char{numeric} + std::string(error.what());
    } catch (const std::bad_alloc&) {
        return {memory};
    } catch (const std::exception& error) {
        return char{other} + std::string(error.what());
    }
}

[[noreturn]] void play(int to, const IsolationLimits& limits, const std::function<std::string()>& work) {
    confine(limits);
    const std::string report = report_of(work);
    for (std::size_t sent = 0; sent < report.size();) {
        const ssize_t now = ::write(to, report.data() + sent, report.size() - sent);
        if (now < 0 && errno != EINTR) ::_exit(1);
        if (now > 0) sent += static_cast<std::size_t>(now);
    }
    ::_exit(0);
}

std::string receive(int from) {
    std::string report;
    std::array<char, 1 << 14> buffer{};
    while (true) {
        const ssize_t got = ::read(from, buffer.data(), buffer.size());
        if (got == 0 || (got < 0 && errno != EINTR)) return report;
        if (got > 0) report.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::string ending(int status, const IsolationLimits& limits) {
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const bool is_late = signal == SIGALRM || signal == SIGXCPU || signal == SIGKILL;
    return is_late ? "takes longer than " + std::to_string(limits.seconds) + " s" : "crashes the reading process";
}

std::string understood(const std::string& report, const std::string& what, const IsolationLimits& limits) {
    std::string text = report.substr(1);
    switch (report.front()) {
        case result:
            return text;
        case config:
            throw ConfigError(text);
        case format:
            throw FormatError(text);
        case io:
            throw IoError(text);
        case numeric:
            throw NumericError(text);
        case memory:
            throw FormatError(what + ": needs more than the " + std::to_string(limits.bytes >> 20) +
                              " MiB that an isolated reader may use");
        default:
            throw Error(text);
    }
}

}  // namespace

std::string isolated(const std::string& what, const IsolationLimits& limits, const std::function<std::string()>& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw_errno("cannot make a pipe for", what);
    const pid_t child = ::fork();
    if (child < 0) {
        const int why = errno;
        ::close(ends[0]);
        ::close(ends[1]);
        errno = why;
        throw_errno("cannot start a process for", what);
    }
    if (child == 0) {
        ::close(ends[0]);
        play(ends[1], limits, work);
    }
    ::close(ends[1]);
    const std::string report = receive(ends[0]);
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) throw_errno("cannot wait for the reader of", what);
    }
    const bool is_whole = WIFEXITED(status) && WEXITSTATUS(status) == 0 && !report.empty();
    if (!is_whole) throw FormatError(what + ": damaged or hostile: " + ending(status, limits));
    return understood(report, what, limits);
}

}  // namespace espalier
