#include <csignal>
#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/sweep/local_launcher.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// A program of a few lines of shell in the place of ours.
fs::path program(const TemporaryFolder& folder, const std::string& lines) {
    const fs::path path = folder / "program";
    std::ofstream(path) << "#!/bin/sh\n" << lines;
    fs::permissions(path, fs::perms::owner_all);
    return path;
}

std::vector<End> wait_for_all(LocalLauncher& launcher, std::size_t count) {
    std::vector<End> ends;
    while (ends.size() < count) {
        for (End& end : launcher.wait(std::chrono::seconds(10))) ends.push_back(std::move(end));
    }
    return ends;
}

End only_end(const TemporaryFolder& folder, const std::string& lines) {
    LocalLauncher launcher(program(folder, lines));
    launcher.start(4, {.folder = folder.path(), .option = "--resume", .threads = 3});
    End end = wait_for_all(launcher, 1).front();
    CHECK(end.job == 4);
    return end;
}

}  // namespace

TEST_CASE("local launcher: the command line, and where its output goes", "[sweep][launcher]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "log.txt") << "from before\n";
    const End end = only_end(folder, "echo \"$@\"; echo to stderr >&2; cat");  // cat ends: there is nothing on stdin
    CHECK(end.status == 0);
    const std::string at = folder.path().string();
    CHECK(read_text(folder / "log.txt") == "from before\nrun " + at + "/run.toml --out " + at +
                                               " --threads 3 --progress lines --progress-fd 3 --resume\nto stderr\n");
}

TEST_CASE("local launcher: a run that is only just starting hears that it shall stop", "[sweep][launcher][signals]") {
    const TemporaryFolder folder;
    const fs::path path = program(folder, "exec sleep 20\n");
    const auto before = std::signal(SIGTERM, [](int) {});  // as this program has one, which a fork has too until exec
    for (int round = 0; round < 40; ++round) {
        LocalLauncher launcher(path);
        launcher.start(0, {.folder = folder.path(), .option = "", .threads = 1});
        launcher.stop();
        CHECK(wait_for_all(launcher, 1).front().status == 128 + SIGTERM);
    }
    std::signal(SIGTERM, before);
}

TEST_CASE("local launcher: how it ended, with the last words of this start", "[sweep][launcher]") {
    const TemporaryFolder folder;
    const End failed = only_end(folder, "echo one; echo 'espalier: two' >&2; exit 7");
    CHECK(failed.status == 7);
    CHECK(failed.last_words == "two");
    const End silent = only_end(folder, "exit 1");
    CHECK(silent.status == 1);
    CHECK(silent.last_words.empty());
    const End killed = only_end(folder, "kill -9 $$");
    CHECK(killed.status == 128 + SIGKILL);
    CHECK(killed.last_words == "ended by signal 9 (Killed)");
}

TEST_CASE("local launcher: a program that is not there ends like one that failed", "[sweep][launcher]") {
    const TemporaryFolder folder;
    LocalLauncher launcher("/nowhere/espalier");
    launcher.start(0, {.folder = folder.path(), .option = ""});
    const End end = wait_for_all(launcher, 1).front();
    CHECK(end.status == 127);
    CHECK(end.last_words == "cannot start this program again");
}

TEST_CASE("local launcher: progress comes while it runs, and SIGTERM stops all", "[sweep][launcher]") {
    const TemporaryFolder folder;
    for (const char* name : {"a", "b"}) fs::create_directories(folder / name);
    LocalLauncher launcher(program(folder,
                                   "trap 'exit 130' TERM\nprintf '1 20 1 4 0.5 nan\\n2 20' >&3\n"
                                   "printf ' 1 4 0.25 nan\\n' >&3\nwhile true; do sleep 0.01; done"));
    launcher.start(0, {.folder = folder / "a", .option = ""});
    launcher.start(1, {.folder = folder / "b", .option = ""});
    const auto has_told = [&](std::size_t number) {
        const auto progress = launcher.progress(number);
        return progress && progress->step == 2;
    };
    while (!has_told(0) || !has_told(1)) CHECK(launcher.wait(std::chrono::milliseconds(20)).empty());
    CHECK(launcher.progress(0)->loss == 0.25);
    launcher.stop();
    for (const End& end : wait_for_all(launcher, 2)) CHECK(end.status == 130);
    CHECK_FALSE(launcher.progress(0));
}

}  // namespace espalier::sweep
