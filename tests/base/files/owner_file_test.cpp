#include <array>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/owner_file.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;
using Catch::Matchers::StartsWith;
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

/// Of a machine, with times that a test can wait for.
OwnerRules rules_of(const std::string& host, int touch_every = 20, int believed_for = 60'000) {
    return {.host = host, .touch_every = milliseconds(touch_every), .believed_for = milliseconds(believed_for)};
}

void set_age(const fs::path& file, double seconds) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const timespec then{.tv_sec = now.tv_sec - static_cast<time_t>(seconds), .tv_nsec = now.tv_nsec};
    const std::array<timespec, 2> times = {then, then};
    REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times.data(), 0) == 0);
}

/// What a writer on another machine leaves when it dies.
void leave_owner(const fs::path& file, const std::string& host, double seconds) {
    std::ofstream(file) << host << "\n4711\n12_3\n";
    set_age(file, seconds);
}

}  // namespace

TEST_CASE("owner file: it says who writes, and goes with it", "[base][owner]") {
    const TemporaryFolder folder;
    const fs::path path = folder / "run.h5.owner";
    {
        const OwnerFile owner(path);
        CHECK_THAT(read_text(path), StartsWith(host_name() + "\n" + std::to_string(::getpid()) + "\n"));
        CHECK_FALSE(owner.is_lost());
        CHECK_FALSE(owner_elsewhere(path));  // of this machine's own the lock speaks
        const auto seen = owner_elsewhere(path, rules_of("another"));
        REQUIRE(seen);
        CHECK(seen->host == host_name());
        CHECK(seen->process == std::to_string(::getpid()));
    }
    CHECK(fs::is_empty(folder.path()));
    CHECK_FALSE(owner_elsewhere(path, rules_of("another")));
}

TEST_CASE("owner file: one of another machine is refused while it is young, and replaced when it is old",
          "[base][owner]") {
    const TemporaryFolder folder;
    const fs::path path = folder / "owner";
    leave_owner(path, "n2", 12.0);
    CHECK_THROWS_WITH(OwnerFile(path), Contains("host n2 (process 4711, job 12_3) is writing it, heard of 1") &&
                                           Contains(" s are enough, or remove " + path.string()));
    CHECK(entries_in(folder.path()) == 1);
    leave_owner(path, "n2", 40.0);
    CHECK_THROWS_AS(OwnerFile(path), IoError);
    leave_owner(path, "n2", -3600.0);  // whose clock is an hour ahead
    CHECK_THROWS_AS(OwnerFile(path), IoError);
    for (const double age : {61.0, 1e6}) {
        leave_owner(path, "n2", age);
        CHECK_FALSE(owner_elsewhere(path));
        const OwnerFile owner(path);
        CHECK_THAT(read_text(path), StartsWith(host_name()));
        CHECK(owner_elsewhere(path, rules_of("n2"))->seconds_ago < 30.0);
    }
    std::ofstream(path.string() + ".tmp-17") << "left by one that was killed while it made it";
    leave_owner(path, host_name(), 0.0);  // of a process here that was killed: there was no lock
    CHECK_NOTHROW(OwnerFile(path));
    std::ofstream(path).close();  // cut off: young, and nobody knows whose
    CHECK_THROWS_AS(OwnerFile(path), IoError);
    CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("owner file: as long as its process lives it stays young, and is written again where it is removed",
          "[base][owner]") {
    const TemporaryFolder folder;
    const fs::path path = folder / "owner";
    const OwnerFile owner(path, rules_of("n1"));
    for (int round = 0; round < 3; ++round) {
        set_age(path, 1000.0);
        while (!owner_elsewhere(path, rules_of("n2"))) std::this_thread::sleep_for(milliseconds(5));
    }
    fs::remove(path);
    while (!fs::exists(path)) std::this_thread::sleep_for(milliseconds(5));
    CHECK_FALSE(owner.is_lost());
    CHECK(owner_elsewhere(path, rules_of("n2"))->host == "n1");
}

TEST_CASE("owner file: who was held up for too long finds that it was taken over, and leaves it alone",
          "[base][owner]") {
    const TemporaryFolder folder;
    const fs::path path = folder / "owner";
    {
        OwnerFile first(path, rules_of("n1", 1'000'000));
        set_age(path, 61.0);
        const OwnerFile second(path, rules_of("n2", 1'000'000));
        CHECK(first.is_lost());
        CHECK_FALSE(second.is_lost());
        const OwnerFile moved = std::move(first);
        CHECK(moved.is_lost());
        CHECK_THAT(read_text(path), StartsWith("n2\n"));
    }
    CHECK(fs::is_empty(folder.path()));
    OwnerFile first(path, rules_of("n1", 1'000'000));
    set_age(path, 61.0);
    { const OwnerFile second(path, rules_of("n2", 1'000'000)); }
    CHECK_FALSE(first.is_lost());  // the other has gone again, and what it left is told by the files themselves
    CHECK_THROWS_AS(OwnerFile(folder / "absent/owner"), IoError);
}

}  // namespace espalier
