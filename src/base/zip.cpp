#include <algorithm>
#include <limits>

#include <zlib.h>

#include <espalier/base/error.hpp>
#include <espalier/base/files.hpp>
#include <espalier/base/zip.hpp>
#include <espalier/base/zip_directory.hpp>

namespace espalier {
namespace {

constexpr std::uint64_t most_at_once = std::numeric_limits<uInt>::max();

/// Ends the inflation however it went.
struct InflateStream {
    z_stream state{};
    InflateStream() = default;
    InflateStream(const InflateStream&) = delete;
    InflateStream& operator=(const InflateStream&) = delete;
    ~InflateStream() { inflateEnd(&state); }
};

/// Raw deflate of exactly these bytes into exactly this room; false where the two do not fit each other.
bool inflate_exactly(std::span<const std::byte> from, std::span<std::byte> to) {
    InflateStream stream;
    z_stream& z = stream.state;
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    Bytef spare = 0;  // zlib wants somewhere to write even where nothing is to come
    z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(from.data()));
    z.next_out = to.empty() ? &spare : reinterpret_cast<Bytef*>(to.data());
    std::uint64_t in_left = from.size();
    std::uint64_t out_left = to.size();
    int status = Z_OK;
    while (status == Z_OK) {  // zlib counts in 32 bits: pieces
        const auto in_now = static_cast<uInt>(std::min(in_left, most_at_once));
        const auto out_now = static_cast<uInt>(std::min(out_left, most_at_once));
        z.avail_in = in_now;
        z.avail_out = out_now;
        status = inflate(&z, Z_NO_FLUSH);
        in_left -= in_now - z.avail_in;
        out_left -= out_now - z.avail_out;
    }
    return status == Z_STREAM_END && in_left == 0 && out_left == 0;
}

std::uint32_t crc_of(std::span<const std::byte> bytes) {
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

ZipArchive::ZipArchive(const std::filesystem::path& path, const ZipLimits& limits)
    : path_(path.string()),
      bytes_(read_file(path, limits.file_bytes)),
      members_(read_zip_directory(bytes_, path_, limits)) {}

std::vector<std::byte> ZipArchive::read(const ZipMember& member) const {
    const auto stored = std::span(bytes_).subspan(member.data, member.stored);
    std::vector<std::byte> result(member.size);
    if (!member.deflated) {
        std::ranges::copy(stored, result.begin());
    } else if (!inflate_exactly(stored, result)) {
        throw FormatError(path_ + ": member '" + member.name + "' is damaged: it does not inflate to the " +
                          std::to_string(member.size) + " bytes stated");
    }
    if (crc_of(result) != member.crc) {
        throw FormatError(path_ + ": member '" + member.name + "' is damaged: its CRC does not match");
    }
    return result;
}

}  // namespace espalier
