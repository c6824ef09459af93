#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace espalier {

/// A regular file opened for reading ranges of it: files of any size cost the ranges asked for.
///
/// Ranges are copied (pread), not mapped: a file that is cut short by somebody else meanwhile is then an error, where
/// a mapping would be a bus error.
class InputFile {
  public:
    /// @throws IoError where it cannot be opened or is no regular file (a folder, a pipe, a device)
    explicit InputFile(const std::filesystem::path& path);
    /// The other one may only be destroyed afterwards.
    InputFile(InputFile&& other) noexcept;
    InputFile& operator=(InputFile&& other) = delete;
    ~InputFile();

    /// As it was given, for messages.
    const std::string& path() const { return path_; }
    /// Bytes, as they were when it was opened.
    std::uint64_t size() const { return size_; }

    /// The bytes from `at` on, as many as there is room for.
    /// @throws IoError where they are not all there
    void read(std::uint64_t at, std::span<std::byte> to) const;
    /// The same; checked against size() before anything is allocated.
    std::vector<std::byte> read(std::uint64_t at, std::uint64_t count) const;

  private:
    std::string path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace espalier
