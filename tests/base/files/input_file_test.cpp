#include <array>

#include <sys/stat.h>

#include <espalier/base/files/input_file.hpp>
#include <espalier/base/text/error.hpp>

#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("input file: ranges come as they are, what is not there is an error", "[base][input_file]") {
    const TemporaryFolder folder;
    write_bytes(folder / "a", "0123456789");
    const InputFile file(folder / "a");
    CHECK(file.size() == 10);
    std::array<char, 4> some{};
    file.read(3, std::as_writable_bytes(std::span(some)));
    CHECK(std::string(some.begin(), some.end()) == "3456");
    CHECK(file.read(10, 0).empty());
    CHECK_THROWS_WITH(file.read(8, 3), Contains("ends early"));
    CHECK_THROWS_WITH(file.read(11, 0), Contains("ends early"));
    CHECK_THROWS_WITH(file.read(0, std::uint64_t{1} << 60), Contains("ends early"));
    std::filesystem::resize_file(folder / "a", 5);
    CHECK_THROWS_WITH(file.read(3, 4), Contains("ends early"));
}

TEST_CASE("input file: only a regular file is opened", "[base][input_file]") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(InputFile(folder / "none"), IoError);
    CHECK_THROWS_WITH(InputFile(folder.path()), Contains("it is a directory"));
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    CHECK_THROWS_WITH(InputFile(folder / "pipe"), Contains("not a regular file"));  // and does not wait for a writer
}

}  // namespace espalier
