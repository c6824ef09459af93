#include <cerrno>
#include <fstream>

#include <sys/stat.h>

#include <espalier/base/error.hpp>
#include <espalier/base/files.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

void write_text(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

std::size_t entries(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("replace_file: new content, old mode bits, links stay links, nothing left over", "[base][files]") {
    const TemporaryFolder folder;
    const auto target = folder / "data";
    write_text(target, "old");
    ::chmod(target.c_str(), 0640);
    std::filesystem::create_symlink(target, folder / "link");
    replace_file(folder / "link", [](const auto& temporary) { write_text(temporary, "new"); });
    CHECK(read_text(target) == "new");
    CHECK(std::filesystem::is_symlink(folder / "link"));
    struct stat info {};
    ::stat(target.c_str(), &info);
    CHECK((info.st_mode & 0777) == 0640);
    CHECK(entries(folder.path()) == 2);
}

TEST_CASE("replace_file: whichever call fails, the old file is whole and no temporary stays", "[base][files]") {
    const TemporaryFolder folder;
    const auto source = folder / "source";
    const auto target = folder / "target";
    write_text(source, "new");
    int calls = 0;
    for (int failing = 1;; ++failing) {
        write_text(target, "old");
        calls = 0;
        inject_file_fault = [&](const std::string&) { return ++calls == failing ? ENOSPC : 0; };
        bool done = false;
        try {
            publish_copy(source, target);
            done = true;
        } catch (const IoError& error) {
            CHECK_THAT(error.what(), Contains("No space left"));
        }
        inject_file_fault = nullptr;
        CHECK(entries(folder.path()) == 2);
        const std::string text = read_text(target);
        CHECK((text == "old" || text == "new"));
        if (done) {
            CHECK(text == "new");
            CHECK(failing == calls + 1);  // every call was made to fail once
            break;
        }
    }
    CHECK(calls >= 5);
}

TEST_CASE("replace_file: an exception of the writer leaves the old file", "[base][files]") {
    const TemporaryFolder folder;
    write_text(folder / "f", "old");
    CHECK_THROWS_AS(replace_file(folder / "f",
                                 [](const auto& temporary) {
                                     write_text(temporary, "half");
                                     throw IoError("no");
                                 }),
                    IoError);
    CHECK(read_text(folder / "f") == "old");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("remove_stale_temporaries: what a killed process left goes, the rest stays", "[base][files]") {
    const TemporaryFolder folder;
    write_text(folder / "run.h5", "x");
    write_text(folder / "run.h5.tmp-123", "x");
    write_text(folder / "other.tmp-123", "x");
    remove_stale_temporaries(folder / "run.h5");
    CHECK(entries(folder.path()) == 2);
    CHECK_FALSE(std::filesystem::exists(folder / "run.h5.tmp-123"));
}

TEST_CASE("read_file: missing, directory and too large are one line each", "[base][files]") {
    const TemporaryFolder folder;
    write_text(folder / "f", "12345");
    CHECK(read_file(folder / "f", 5).size() == 5);
    CHECK_THROWS_WITH(read_file(folder / "f", 4), Contains("5 bytes") && Contains("4 allowed"));
    CHECK_THROWS_WITH(read_file(folder / "none", 4), Contains("No such file"));
    CHECK_THROWS_WITH(read_file(folder.path(), 4), Contains("directory"));
}

}  // namespace espalier
