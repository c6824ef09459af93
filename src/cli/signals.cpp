#include <atomic>
#include <csignal>

#include <espalier/cli/signals.hpp>

namespace espalier::cli {
namespace {

std::atomic<bool> requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may write only what needs no lock");

extern "C" void request_stop(int) {
    requested.store(true);
}

}  // namespace

void catch_stop_signals() {
    for (const int signal : {SIGINT, SIGTERM}) {
        struct sigaction action {};
        action.sa_handler = request_stop;
        action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
        ::sigaction(signal, &action, nullptr);
    }
}

bool stop_requested() {
    return requested.load();
}

}  // namespace espalier::cli
