#include <csignal>
#include <fstream>

#include <sys/stat.h>

#include <espalier/base/files/program.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

using std::chrono::milliseconds;

ProgramEnd shell(const std::string& lines, milliseconds limit = milliseconds(60'000)) {
    return call_program({"/bin/sh", "-c", lines}, limit);
}

}  // namespace

TEST_CASE("program: its output, its errors and how it ended", "[base][program]") {
    const ProgramEnd good = shell("cat; echo one; echo two >&2");
    CHECK(good.is_good());
    CHECK(good.out == "one\n");
    CHECK(good.err == "two\n");
    const ProgramEnd bad = shell("echo 'first'; echo 'sbatch: error: Invalid partition' >&2; echo >&2; exit 7");
    CHECK(bad.status == 7);
    CHECK_FALSE(bad.is_good());
    CHECK(bad.trouble() == "sbatch: error: Invalid partition");
    CHECK(shell("exit 3").trouble() == "ends with status 3");
    CHECK(shell("kill -9 $$").status == 128 + SIGKILL);
    CHECK(call_program({"sh", "-c", "echo \"$1\"", "sh", "a 'b' $c"}, milliseconds(60'000)).out == "a 'b' $c\n");
}

TEST_CASE("program: much that it says is read while it runs", "[base][program]") {
    const ProgramEnd end = shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2");
    CHECK(end.out.size() == 3'000'000);
    CHECK(end.err.size() == 3'000'000);
}

TEST_CASE("program: its end is waited for, not that of what it leaves behind", "[base][program]") {
    const auto begin = std::chrono::steady_clock::now();
    CHECK(shell("sleep 300 & echo gone").out == "gone\n");
    CHECK(shell("exec >&- 2>&-; sleep 0.2; exit 5").status == 5);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(200));
}

TEST_CASE("program: one that hangs is ended with its children when its time is over", "[base][program]") {
    const ProgramEnd end = shell("echo begun; trap '' TERM; sleep 300; echo never", milliseconds(300));
    CHECK(end.is_too_late);
    CHECK_FALSE(end.is_good());
    CHECK(end.out == "begun\n");
    CHECK(shell("sleep 300", milliseconds(2000)).trouble() == "does not answer within 2 s");
}

TEST_CASE("program: where PATH finds it", "[base][program]") {
    CHECK(find_program("sh"));
    CHECK_FALSE(find_program("no-such-program-of-anybody"));
    CHECK_THROWS_AS(call_program({"/nowhere/squeue"}, milliseconds(1000)), IoError);
    CHECK_THROWS_WITH(call_program({"no-such-program-of-anybody"}, milliseconds(1000)),
                      Contains("cannot start no-such-program-of-anybody"));
}

}  // namespace espalier
