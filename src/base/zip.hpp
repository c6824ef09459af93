#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

/// What a zip archive from outside may ask for.
struct ZipLimits {
    std::uint64_t file_bytes = 4ULL << 30;      ///< the archive itself, which is held in memory
    std::uint64_t inflated_bytes = 8ULL << 30;  ///< all members together
    /// Deflate cannot shrink further than this: a stated size beyond it is a lie. An all-zero mask comes close.
    std::uint64_t ratio = 1032;
    std::size_t members = 100'000;
};

struct ZipMember {
    std::string name;
    std::uint64_t size = 0;    ///< inflated
    std::uint64_t stored = 0;  ///< bytes in the archive
    std::uint64_t header = 0;  ///< where its local header begins
    std::uint64_t data = 0;    ///< where its bytes begin
    std::uint32_t crc = 0;
    bool deflated = false;
};

/// A zip archive opened for reading; nothing in it is trusted.
///
/// The central directory alone says what there is. Stored and deflated members, Zip64; no encryption, no archives in
/// several parts, nothing before the first member. Members may not overlap each other or the directory, names are
/// unique.
class ZipArchive {
  public:
    /// Reads the file and checks the whole directory; inflates nothing.
    /// @throws IoError where it cannot be read; FormatError naming file, member and what is wrong
    explicit ZipArchive(const std::filesystem::path& path, const ZipLimits& limits = {});

    /// In the order of the directory.
    const std::vector<ZipMember>& members() const { return members_; }

    /// The inflated bytes of one member: exactly the stated size, its CRC verified.
    /// @throws FormatError naming file and member
    std::vector<std::byte> read(const ZipMember& member) const;

  private:
    std::string path_;
    std::vector<std::byte> bytes_;
    std::vector<ZipMember> members_;
};

}  // namespace espalier
