#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace espalier::training {

/// A file that rows are appended to, each with the system at once: what was appended survives the process.
class LogFile {
  public:
    /// Made where it does not exist.
    /// @throws IoError where it cannot be opened; a symbolic link and what is no regular file are refused
    explicit LogFile(std::filesystem::path path);
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    ~LogFile();

    /// @throws IoError naming the file, like the others
    void append(std::string_view bytes);
    /// What lies behind so many bytes is gone.
    void cut(std::uintmax_t size);
    /// What was appended survives the machine.
    void sync();

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    int descriptor_;
};

}  // namespace espalier::training
