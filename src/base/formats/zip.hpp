#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/files/input_file.hpp>

namespace espalier {

/// What a zip archive from outside may ask for.
struct ZipLimits {
    std::uint64_t file_bytes = 1ULL << 40;      ///< the archive itself, of which only what is asked for is read
    std::uint64_t inflated_bytes = 8ULL << 30;  ///< all deflated members together
    /// Deflate cannot shrink further than this: a stated size beyond it is a lie. An all-zero mask comes close.
    std::uint64_t ratio = 1032;
    std::size_t members = 100'000;
};

/// A file in the archive, as the central directory has it.
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
    /// Reads and checks the whole directory; inflates nothing.
    /// @throws IoError where it cannot be read; FormatError naming file, member and what is wrong
    explicit ZipArchive(const std::filesystem::path& path, const ZipLimits& limits = {});

    /// As it was given, for messages.
    const std::string& path() const { return file_.path(); }
    /// The archive itself.
    const InputFile& file() const { return file_; }
    /// In the order of the directory.
    const std::vector<ZipMember>& members() const { return members_; }

    /// The inflated bytes of one member: exactly the stated size, its CRC verified.
    /// @throws FormatError naming file and member
    std::vector<std::byte> read(const ZipMember& member) const;

  private:
    InputFile file_;
    std::vector<ZipMember> members_;
};

/// The inflated bytes of one member from its first on, piece by piece: memory of a piece, whatever its size.
class ZipStream {
  public:
    /// @param archive, member  must outlive it
    ZipStream(const ZipArchive& archive, const ZipMember& member);
    ZipStream(const ZipStream&) = delete;
    ZipStream& operator=(const ZipStream&) = delete;
    ~ZipStream();

    /// The next bytes, as many as there is room for. With the last byte the end of the member and its CRC are checked:
    /// who stops before has bytes that nothing vouches for.
    /// @throws FormatError naming file and member where they are damaged or there are fewer
    void read(std::span<std::byte> to);

  private:
    struct Inflation;

    [[noreturn]] void fail(const std::string& what) const;
    [[noreturn]] void fail_size() const;
    void refill();
    void inflate_into(std::span<std::byte> to);
    void finish_inflating();
    void check_end();

    const ZipArchive& archive_;
    const ZipMember& member_;
    std::unique_ptr<Inflation> inflation_;  ///< none for stored members
    std::uint64_t taken_ = 0;               ///< of the member's bytes in the archive
    std::uint64_t given_ = 0;
    std::uint32_t crc_ = 0;
};

}  // namespace espalier
