#include <array>
#include <atomic>
#include <csignal>

#include <time.h>

#include <espalier/cli/terminal/signals.hpp>

namespace espalier::cli {
namespace {

constexpr double one_wish = 1.0;  // seconds

std::atomic<bool> requested = false;
std::atomic<double (*)()> clock_in_use = signal_clock;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<double>::is_always_lock_free,
              "a signal handler may write only what needs no lock");

/// When each signal came first; below 0 where it has not come.
struct Caught {
    int signal;
    std::atomic<double> first = -1.0;
};
std::array<Caught, 4> stop_signals = {{{SIGINT}, {SIGTERM}, {SIGUSR1}, {SIGHUP}}};

/// As if it had never been caught: it comes once this handler has returned.
void end_by(int signal) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

extern "C" void request_stop(int signal) {
    requested.store(true);
    const double now = clock_in_use.load()();
    for (Caught& caught : stop_signals) {
        if (caught.signal != signal) continue;
        double first = -1.0;
        if (!caught.first.compare_exchange_strong(first, now) && now - first >= one_wish) end_by(signal);
    }
}

bool is_ignored(int signal) {
    struct sigaction now {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

double signal_clock() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void catch_stop_signals(double (*clock)()) {
    clock_in_use.store(clock);
    for (const Caught& caught : stop_signals) {
        if (caught.signal == SIGHUP && is_ignored(SIGHUP)) continue;
        struct sigaction action {};
        action.sa_handler = request_stop;
        action.sa_flags = SA_RESTART;
        ::sigaction(caught.signal, &action, nullptr);
    }
}

bool stop_requested() {
    return requested.load();
}

bool is_warned_alone() {
    bool is_warned = false;
    for (const Caught& caught : stop_signals) {
        if (caught.first.load() < 0.0) continue;
        if (caught.signal != SIGUSR1) return false;
        is_warned = true;
    }
    return is_warned;
}

}  // namespace espalier::cli
