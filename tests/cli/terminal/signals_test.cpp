#include <csignal>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

#include <espalier/cli/terminal/signals.hpp>

#include "support.hpp"

namespace espalier::cli {
namespace {

double seconds_now = 0.0;

/// How a child process ends that does this: its exit status, or 128 + the signal's number.
int end_of(const std::function<bool()>& work) {
    seconds_now = 0.0;
    const pid_t child = ::fork();
    if (child == 0) {
        for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) std::signal(signal, SIG_DFL);
        ::_exit(work() ? 0 : 1);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) return -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void catch_by_this_clock() {
    catch_stop_signals([] { return seconds_now; });
}

}  // namespace

TEST_CASE("signals: each of them asks for an end, and again within a second changes nothing", "[cli][signals]") {
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) {
        INFO("signal " << signal);
        CHECK(end_of([&] {
                  catch_by_this_clock();
                  const bool before = stop_requested();
                  std::raise(signal);
                  for (const double later : {0.0, 0.5, 0.999}) {
                      seconds_now = later;
                      std::raise(signal);
                  }
                  return !before && stop_requested();
              }) == 0);
    }
}

TEST_CASE("signals: after a second the same one again ends the program, another one does not", "[cli][signals]") {
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) {
        INFO("signal " << signal);
        CHECK(end_of([&] {
                  catch_by_this_clock();
                  std::raise(signal);
                  seconds_now = 1.0;
                  std::raise(signal);
                  return true;
              }) == 128 + signal);
        CHECK(end_of([&] {
                  catch_by_this_clock();
                  std::raise(signal);
                  seconds_now = 1.0;
                  std::raise(signal == SIGTERM ? SIGINT : SIGTERM);
                  return stop_requested();
              }) == 0);
    }
}

TEST_CASE("signals: a hang-up that nohup has made ignored stays ignored", "[cli][signals]") {
    CHECK(end_of([] {
              std::signal(SIGHUP, SIG_IGN);
              catch_by_this_clock();
              std::raise(SIGHUP);
              seconds_now = 5.0;
              std::raise(SIGHUP);
              return !stop_requested();
          }) == 0);
}

TEST_CASE("signals: the clock that is used goes on", "[cli][signals]") {
    const double before = signal_clock();
    CHECK(before > 0.0);
    CHECK(signal_clock() >= before);
}

TEST_CASE("signals: a warning of a time limit is told from a wish to end", "[cli][signals]") {
    const auto after = [](const std::vector<int>& signals) {
        return end_of([&] {
            catch_by_this_clock();
            const bool before = is_warned_alone();
            for (const int signal : signals) std::raise(signal);
            return !before && is_warned_alone();
        });
    };
    CHECK(after({SIGUSR1}) == 0);
    CHECK(after({SIGUSR1, SIGUSR1}) == 0);
    CHECK(after({SIGTERM}) == 1);
    CHECK(after({SIGUSR1, SIGTERM}) == 1);
    CHECK(after({SIGCONT, SIGUSR1, SIGCONT}) == 0);  // Slurm sends SIGCONT before each other signal
}

}  // namespace espalier::cli
