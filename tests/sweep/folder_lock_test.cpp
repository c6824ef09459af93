#include <optional>

#include <espalier/base/error.hpp>
#include <espalier/sweep/folder_lock.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;

TEST_CASE("folder lock: one sweep in a folder", "[sweep][lock]") {
    const TemporaryFolder folder;
    std::optional<FolderLock> lock(folder / "a/b");
    CHECK(std::filesystem::is_directory(folder / "a/b"));
    CHECK_THROWS_WITH(FolderLock(folder / "a/b"), Contains("another sweep is at work in"));
    CHECK_NOTHROW(FolderLock(folder / "a"));
    lock.reset();
    CHECK_NOTHROW(FolderLock(folder / "a/b"));
    CHECK(std::filesystem::is_empty(folder / "a/b"));
}

}  // namespace espalier::sweep
