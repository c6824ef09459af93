#pragma once

#include <filesystem>
#include <optional>

#include <espalier/base/files/owner_file.hpp>

namespace espalier::training {

/// "runs/x/run.h5.part", the work file of "runs/x/run.h5".
std::filesystem::path work_file(const std::filesystem::path& run_file);

/// "runs/x/run.h5.owner": who writes the run, for other machines.
std::filesystem::path owner_file(const std::filesystem::path& run_file);

/// Says to all processes that this one writes a run: an exclusive lock (base/files/file_lock.hpp) on the run's work
/// file. Whatever is decided by what the run's folder holds has to be decided while it is held.
///
/// The work file is created where it does not exist, and removed with the lock. It must be a regular file; one that has
/// other names, by hard links, is left to them, and made anew. Beside it lies an owner file
/// (base/files/owner_file.hpp), since on some network file systems the lock ends at the machine's border.
class WriterLock {
  public:
    /// @throws IoError where another process writes this run, here or on another machine
    explicit WriterLock(const std::filesystem::path& run_file);
    WriterLock(WriterLock&& other) noexcept;
    WriterLock& operator=(const WriterLock&) = delete;
    ~WriterLock();

    const std::filesystem::path& run_file() const { return run_file_; }

    /// Before anything is published: this process may have been held up for so long that another machine took it for
    /// dead.
    /// @throws IoError where the run has another writer now
    void require_held() const;

  private:
    std::filesystem::path run_file_;
    int descriptor_ = -1;
    std::optional<OwnerFile> owner_;
};

/// @throws IoError where another process writes this run, as WriterLock does; nothing is made or waited for
void require_no_writer(const std::filesystem::path& run_file);

/// Whether a living process holds the WriterLock of this run. Where the file system has no flock: whether there is a
/// work file. Of another machine's it is also true for a minute after it has died.
bool has_writer(const std::filesystem::path& run_file);

}  // namespace espalier::training
