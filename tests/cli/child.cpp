#include "child.hpp"
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/files/files.hpp>

#include "support.hpp"

namespace espalier::testing {
namespace {

// How long a run takes decides whether it tells its progress, and no test is about that; one that is says --progress.
[[maybe_unused]] const int is_quiet = ::setenv("ESPALIER_PROGRESS", "none", 0);

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> surroundings(const std::vector<std::string>& more) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
    all.insert(all.begin(), more.begin(), more.end());  // getenv takes the first
    return all;
}

int wait_for(pid_t child) {
    int state = 0;
    while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

}  // namespace

Outcome espalier(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
    const TemporaryFolder folder;
    const std::string out = (folder / "out").string();
    const std::string err = (folder / "err").string();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT, 0600);

    std::vector<std::string> words = arguments;
    words.insert(words.begin(), ESPALIER_PROGRAM);
    std::vector<std::string> variables = surroundings(environment);
    pid_t child = 0;
    const int failed =
        ::posix_spawn(&child, ESPALIER_PROGRAM, &actions, nullptr, pointers(words).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    REQUIRE(failed == 0);
    const int status = wait_for(child);
    return {status, read_text(out), read_text(err)};
}

std::string check_fails(int status, const std::vector<std::string>& arguments) {
    const Outcome outcome = espalier(arguments);
    INFO("stderr: " << outcome.err);
    CHECK(outcome.status == status);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.starts_with("espalier: "));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    return outcome.err;
}

std::string check_succeeds(const std::vector<std::string>& arguments) {
    const Outcome outcome = espalier(arguments);
    INFO("stderr: " << outcome.err);
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    return outcome.out;
}

std::string check_noted(const std::vector<std::string>& arguments, std::string& notes) {
    const Outcome outcome = espalier(arguments);
    INFO("stderr: " << outcome.err);
    CHECK(outcome.status == 0);
    CHECK_FALSE(outcome.err.empty());
    std::istringstream lines(outcome.err);
    for (std::string line; std::getline(lines, line);) CHECK(line.starts_with("espalier: note: "));
    notes = outcome.err;
    return outcome.out;
}

}  // namespace espalier::testing
