#pragma once

#include <filesystem>
#include <vector>

namespace espalier::sweep {

/// Says that one process works in a folder: an exclusive lock (base/files/file_lock.hpp) on the folder itself. Makes
/// the folder where there is none; what it made and nobody filled is removed with the lock. Where the file system has
/// no locks: no protection.
class FolderLock {
  public:
    /// @throws IoError where another sweep is at work there, or the folder cannot be made
    explicit FolderLock(const std::filesystem::path& folder);
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

  private:
    int descriptor_ = -1;
    std::vector<std::filesystem::path> made_;  // innermost first
};

}  // namespace espalier::sweep
