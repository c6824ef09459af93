#include <sys/stat.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/logs/log_file.hpp>

#include "support.hpp"
#include "training/log_samples.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("log file: what was appended is there at once", "[training][log]") {
    const TemporaryFolder folder;
    LogFile file(folder / "log");
    file.append("one\n");
    CHECK(read_text(folder / "log") == "one\n");
    file.append("two\n");
    file.cut(4);
    file.append("three\n");
    file.sync();
    CHECK(read_text(folder / "log") == "one\nthree\n");
    LogFile again(folder / "log");
    again.append("four\n");
    CHECK(read_text(folder / "log") == "one\nthree\nfour\n");
}

TEST_CASE("log file: links, FIFOs and folders are refused by name", "[training][log]") {
    const TemporaryFolder folder;
    put_text(folder / "precious", "mine");
    std::filesystem::create_symlink(folder / "precious", folder / "link");
    CHECK_THROWS_WITH(LogFile(folder / "link"), Contains("link is a symbolic link") && Contains("move it away"));
    CHECK(read_text(folder / "precious") == "mine");
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK_THROWS_AS(LogFile(folder / "fifo"), IoError);
    CHECK_THROWS_AS(LogFile(folder.path()), IoError);
    CHECK_THROWS_AS(LogFile(folder / "none/log"), IoError);
}

}  // namespace espalier::training
