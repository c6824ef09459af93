#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace espalier {

/// A file that only grows, by whole records: what has been added survives the end of the process at any moment, and
/// after sync() that of the machine. No record is ever written again, so that adding costs its own bytes alone.
///
///     8 bytes "ESPLOG01"; then records: uint64 length, uint32 CRC-32 of the content, content (little-endian)
///
/// The first record is the log's identity: what the others belong to. A record that is cut short or whose checksum
/// differs ends the log for a reader; it was being written when the writer died, and nothing can stand behind it.
class RecordLog {
  public:
    /// An empty log; one that exists is emptied. A symbolic link is not followed.
    /// @throws IoError where `path` cannot be written or is no regular file
    RecordLog(std::filesystem::path path, std::string identity);
    RecordLog(const RecordLog&) = delete;
    RecordLog& operator=(const RecordLog&) = delete;
    ~RecordLog();

    /// @throws IoError naming the file
    void append(std::span<const std::byte> content);
    /// Waits until the disk has all that was added.
    /// @throws IoError naming the file
    void sync();
    /// Back to the identity alone.
    void clear();

  private:
    void write(std::span<const std::byte> content);

    std::filesystem::path path_;
    std::string identity_;
    int descriptor_ = -1;
};

/// Shows the whole records of a log in order, up to the first that is not whole. Nothing where there is no such file,
/// or no log of that identity.
/// @throws IoError where the file cannot be read, what `visit` throws
void read_record_log(const std::filesystem::path& path, const std::string& identity,
                     const std::function<void(std::span<const std::byte> content)>& visit);

}  // namespace espalier
