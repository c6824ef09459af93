#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/run/writer_lock.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("writer lock: there is a writer as long as one holds it", "[training][lock]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    CHECK_FALSE(has_writer(path));
    {
        const WriterLock lock(path);
        CHECK(has_writer(path));
        CHECK_THROWS_WITH(WriterLock(path), Contains("another process"));
        CHECK(has_writer(path));
    }
    CHECK_FALSE(has_writer(path));
    CHECK_FALSE(std::filesystem::exists(work_file(path)));
    std::ofstream(work_file(path)) << "left by a dead process";
    CHECK_FALSE(has_writer(path));
    CHECK_THROWS_AS(WriterLock(folder / "absent/run.h5"), IoError);
}

TEST_CASE("writer lock: who is refused is told which process writes, and touches nothing", "[training][lock]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    CHECK_NOTHROW(require_no_writer(path));
    CHECK(std::filesystem::is_empty(folder.path()));
    const WriterLock lock(path);
    std::ofstream(work_file(path)) << "what it writes";
    const auto told = [](const std::string& number) {
        return Contains("another process" + number + " is writing this run");
    };
    const std::string here = " (" + std::to_string(::getpid()) + ")";
    CHECK_THROWS_WITH(WriterLock(path), told(here) || told(""));  // "" where the system does not say
    CHECK_THROWS_WITH(require_no_writer(path), told(here) || told(""));
    CHECK(read_text(work_file(path)) == "what it writes");
}

TEST_CASE("writer lock: a work file is a regular file of its own, never reached through a link", "[training][lock]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    std::ofstream(folder / "precious") << "untouched";
    std::filesystem::create_symlink(folder / "precious", work_file(path));
    CHECK_THROWS_WITH(WriterLock(path), Contains("run.h5.part: it is a symbolic link") && Contains("remove it"));
    CHECK_FALSE(has_writer(path));
    CHECK(std::filesystem::is_symlink(work_file(path)));
    std::filesystem::remove(work_file(path));
    REQUIRE(::mkfifo(work_file(path).c_str(), 0600) == 0);
    CHECK_THROWS_WITH(WriterLock(path), Contains("it is a FIFO"));
    CHECK_FALSE(has_writer(path));
    std::filesystem::remove(work_file(path));
    std::filesystem::create_hard_link(folder / "precious", work_file(path));
    {
        const WriterLock lock(path);
        std::ofstream(work_file(path)) << "what it writes";
    }
    CHECK(read_text(folder / "precious") == "untouched");
    CHECK_FALSE(std::filesystem::exists(work_file(path)));
}

TEST_CASE("writer lock: it can be handed on, and what has taken its file's place stays", "[training][lock]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    {
        WriterLock first(path);
        const WriterLock second(std::move(first));
        CHECK(second.run_file() == path);
        CHECK(has_writer(path));
        std::filesystem::rename(work_file(path), folder / "moved");
        std::ofstream(work_file(path)) << "another's";
    }
    CHECK(read_text(work_file(path)) == "another's");
}

TEST_CASE("writer lock: of a writer on another machine the owner file tells", "[training][lock][owner]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    {
        const WriterLock lock(path);
        CHECK(std::filesystem::exists(owner_file(path)));
        CHECK_NOTHROW(lock.require_held());
        std::filesystem::remove(owner_file(path));
        std::ofstream(owner_file(path)) << "n2\n4711\n\n";
        CHECK_THROWS_WITH(lock.require_held(), Contains("run.h5: this process was held up"));
    }
    CHECK(std::filesystem::exists(owner_file(path)));  // another's
    std::ofstream(work_file(path)) << "what another machine writes";
    CHECK(has_writer(path));
    const auto told = Contains("cannot write " + path.string() + ": host n2 (process 4711) is writing");
    CHECK_THROWS_WITH(require_no_writer(path), told);
    CHECK_THROWS_WITH(WriterLock(path), told);
    CHECK(read_text(work_file(path)) == "what another machine writes");
    const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::seconds(61);
    std::filesystem::last_write_time(owner_file(path), long_ago);
    CHECK_FALSE(has_writer(path));
    CHECK_NOTHROW(require_no_writer(path));
    { const WriterLock lock(path); }
    CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace espalier::training
