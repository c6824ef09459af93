#include <algorithm>
#include <limits>

#include <zlib.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/data/gzip.hpp>

namespace espalier::data {
namespace {

constexpr std::size_t largest_deflate_ratio = 1032;
constexpr std::size_t smallest_gzip = 18;  // header 10, checksum 4, length 4

/// zlib's state, freed on every way out.
class Inflater {
  public:
    explicit Inflater(std::span<const std::uint8_t> packed) {
        constexpr int window_bits = 15;
        constexpr int gzip_only = 16;
        if (inflateInit2(&state_, window_bits + gzip_only) != Z_OK) throw Error("zlib does not start");
        state_.next_in = const_cast<Bytef*>(packed.data());  // zlib does not write there
        state_.avail_in = static_cast<uInt>(packed.size());
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() { inflateEnd(&state_); }

    /// Fills the room as far as the input goes; zlib's answer.
    int fill(std::span<std::uint8_t> room) {
        state_.next_out = room.data();
        state_.avail_out = static_cast<uInt>(std::min<std::size_t>(room.size(), std::numeric_limits<uInt>::max()));
        return inflate(&state_, Z_NO_FLUSH);
    }
    std::size_t room_left() const { return state_.avail_out; }
    std::size_t input_left() const { return state_.avail_in; }
    std::string message() const { return state_.msg == nullptr ? "damaged" : state_.msg; }

  private:
    z_stream state_{};
};

/// What the trailer claims as length (modulo 2^32), as far as it can be true; one more, so that the end is seen.
std::size_t first_size(std::span<const std::uint8_t> packed, std::size_t limit_bytes) {
    const auto trailer = packed.last(4);
    const std::size_t claimed =
        trailer[0] | (trailer[1] << 8U) | (trailer[2] << 16U) | (std::size_t{trailer[3]} << 24U);
    return std::min({claimed, packed.size() * largest_deflate_ratio, limit_bytes}) + 1;
}

}  // namespace

std::vector<std::uint8_t> inflate_gzip(std::span<const std::uint8_t> packed, const std::string& where,
                                       std::size_t limit_bytes) {
    if (packed.size() < smallest_gzip) throw FormatError(where + ": truncated gzip data");
    if (packed.size() > std::numeric_limits<uInt>::max()) throw FormatError(where + ": gzip data of 4 GiB or more");
    Inflater inflater(packed);
    std::vector<std::uint8_t> content(first_size(packed, limit_bytes));
    std::size_t size = 0;
    while (true) {
        const int answer = inflater.fill(std::span(content).subspan(size));
        size = content.size() - inflater.room_left();
        if (size > limit_bytes) {
            throw FormatError(where + ": inflates to more than the " + std::to_string(limit_bytes) + " bytes allowed");
        }
        if (answer == Z_STREAM_END) break;
        if (answer != Z_OK && answer != Z_BUF_ERROR) throw FormatError(where + ": gzip: " + inflater.message());
        if (inflater.room_left() > 0) throw FormatError(where + ": truncated gzip data");
        content.resize(std::min(2 * content.size(), limit_bytes) + 1);
    }
    if (inflater.input_left() > 0) {
        throw FormatError(where + ": " + std::to_string(inflater.input_left()) + " bytes behind the end of gzip data");
    }
    content.resize(size);
    return content;
}

std::vector<std::uint8_t> read_inflated(const std::filesystem::path& path, std::size_t limit_bytes) {
    const std::vector<std::byte> raw = read_file(path, limit_bytes);
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
    const bool is_gzip = bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
    if (is_gzip) return inflate_gzip(bytes, path.string(), limit_bytes);
    return {bytes.begin(), bytes.end()};
}

}  // namespace espalier::data
