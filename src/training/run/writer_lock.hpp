#pragma once

#include <filesystem>

namespace espalier::training {

/// "runs/x/run.h5.part", the work file of "runs/x/run.h5".
std::filesystem::path work_file(const std::filesystem::path& run_file);

/// Says to all processes that this one writes a run: an exclusive lock (base/files/file_lock.hpp) on the run's work
/// file. Whatever is decided by what the run's folder holds has to be decided while it is held.
///
/// The work file is created where it does not exist, and removed with the lock. It must be a regular file; one that has
/// other names, by hard links, is left to them, and made anew.
class WriterLock {
  public:
    /// @throws IoError where another process writes this run
    explicit WriterLock(const std::filesystem::path& run_file);
    WriterLock(WriterLock&& other) noexcept;
    WriterLock& operator=(const WriterLock&) = delete;
    ~WriterLock();

    const std::filesystem::path& run_file() const { return run_file_; }

  private:
    std::filesystem::path run_file_;
    int descriptor_ = -1;
};

/// @throws IoError where another process writes this run, as WriterLock does; nothing is made or waited for
void require_no_writer(const std::filesystem::path& run_file);

/// Whether a living process holds the WriterLock of this run. Where the file system has no flock: whether there is a
/// work file.
bool has_writer(const std::filesystem::path& run_file);

}  // namespace espalier::training
