#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include <espalier/base/files/file_lock.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

/// A file opened for the time of a scope.
struct Opened {
    int number;
    explicit Opened(const std::filesystem::path& path) : number(::open(path.c_str(), O_RDWR | O_CREAT, 0600)) {}
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() { ::close(number); }
};

}  // namespace

TEST_CASE("file lock: one alone, or many that share it", "[base][lock]") {
    const TemporaryFolder folder;
    const Opened first(folder / "f"), second(folder / "f");
    {
        const Opened third(folder / "f");
        CHECK(try_lock(third.number, true) == Lock::taken);
        CHECK(try_lock(first.number, true) == Lock::refused);
        CHECK(try_lock(first.number, false) == Lock::refused);
    }
    CHECK(try_lock(first.number, false) == Lock::taken);
    CHECK(try_lock(second.number, false) == Lock::taken);
    CHECK(try_lock(second.number, true) == Lock::refused);
}

TEST_CASE("file lock: the process that has it alone is named", "[base][lock]") {
    const TemporaryFolder folder;
    const Opened first(folder / "f"), second(folder / "f");
    CHECK(lock_holder(second.number) == 0);
    REQUIRE(try_lock(first.number, false) == Lock::taken);
    CHECK(lock_holder(second.number) == 0);  // of those that share it none is named
    REQUIRE(try_lock(first.number, true) == Lock::taken);
    const pid_t holder = lock_holder(second.number);
    CHECK((holder == ::getpid() || holder == 0));  // 0: this system does not say
    CHECK(another_process(4711) == "another process (4711)");
    CHECK(another_process(0) == "another process");
}

TEST_CASE("file lock: a file that was removed, replaced or linked to is not the one that was opened", "[base][lock]") {
    const TemporaryFolder folder;
    const Opened file(folder / "f");
    CHECK(is_still(folder / "f", file.number));
    std::filesystem::create_symlink(folder / "f", folder / "link");
    CHECK_FALSE(is_still(folder / "link", file.number));
    std::filesystem::rename(folder / "f", folder / "g");
    CHECK_FALSE(is_still(folder / "f", file.number));
    std::ofstream(folder / "f") << "another";
    CHECK_FALSE(is_still(folder / "f", file.number));
    CHECK(is_still(folder / "g", file.number));
}

}  // namespace espalier
