#pragma once

#include <filesystem>

namespace espalier::sweep {

/// Says that one process works in a folder: an exclusive flock on the folder itself, which the system drops with the
/// process however it ends. Makes the folder where there is none. Where the file system has no flock: no protection.
class FolderLock {
  public:
    /// @throws IoError where another sweep is at work there, or the folder cannot be made
    explicit FolderLock(const std::filesystem::path& folder);
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

  private:
    int descriptor_ = -1;
};

}  // namespace espalier::sweep
