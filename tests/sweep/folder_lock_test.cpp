#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/sweep/folder_lock.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;

TEST_CASE("folder lock: one sweep in a folder", "[sweep][lock]") {
    const TemporaryFolder folder;
    std::optional<FolderLock> lock(folder / "a/b");
    CHECK(std::filesystem::is_directory(folder / "a/b"));
    CHECK_THROWS_WITH(FolderLock(folder / "a/b"), Contains("another sweep") && Contains(" is at work in"));
    CHECK_NOTHROW(FolderLock(folder / "a"));
    lock.reset();
    CHECK_NOTHROW(FolderLock(folder / "a/b"));
}

TEST_CASE("folder lock: what it made and nobody filled goes with it, what was there stays", "[sweep][lock]") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "was");
    { const FolderLock lock(folder / "was"); }
    CHECK(std::filesystem::exists(folder / "was"));
    { const FolderLock lock(folder / "a/b"); }
    CHECK_FALSE(std::filesystem::exists(folder / "a"));
    {
        const FolderLock lock(folder / "a/b");
        std::filesystem::create_directory(folder / "a/c");
    }
    CHECK_FALSE(std::filesystem::exists(folder / "a/b"));
    CHECK(std::filesystem::exists(folder / "a/c"));
    std::filesystem::create_directory_symlink(folder / "was", folder / "link");
    const FolderLock lock(folder / "link");
    CHECK_THROWS_WITH(FolderLock(folder / "was"), Contains("another sweep"));
}

}  // namespace espalier::sweep
