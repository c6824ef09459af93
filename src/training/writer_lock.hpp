#pragma once

#include <filesystem>

namespace espalier::training {

/// "runs/x/run.h5.part", the work file of "runs/x/run.h5".
std::filesystem::path work_file(const std::filesystem::path& run_file);

/// Says to all processes that this one writes a run: an exclusive flock on the run's work file, which the system drops
/// with the process however it ends. It needs no process numbers, which are used again, and survives no reboot.
///
/// The work file is created where it does not exist, and removed with the lock.
class WriterLock {
  public:
    /// @throws IoError where another process writes this run
    explicit WriterLock(const std::filesystem::path& run_file);
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;
    ~WriterLock();

  private:
    std::filesystem::path path_;
    int descriptor_ = -1;
};

/// Whether a living process holds the WriterLock of this run. Where the file system has no flock: whether there is a
/// work file.
bool has_writer(const std::filesystem::path& run_file);

}  // namespace espalier::training
