#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include <zlib.h>

#include <espalier/base/formats/npz_writer.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they are");

constexpr std::uint16_t version_needed = 45;  // Zip64
constexpr std::uint32_t in_extra_field = 0xffffffffU;
constexpr std::uint16_t zip64_field = 1;
constexpr int level = 4;  // masks are nearly all zeros: more effort finds nothing more

template <class T>
std::string bytes_of(T value) {
    return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

template <class... T>
std::string fields(T... values) {
    return (bytes_of(values) + ...);
}

std::string version_to_sizes(const ZipMember& member) {
    constexpr std::uint16_t deflated = 8;
    constexpr std::uint16_t first_day = 33;  // 1 January 1980: equal topologies are equal files
    return fields(version_needed, std::uint16_t{0}, deflated, std::uint16_t{0}, first_day, member.crc, in_extra_field,
                  in_extra_field, static_cast<std::uint16_t>(member.name.size()));
}

std::string local_header(const ZipMember& member) {
    return "PK\x03\x04" + version_to_sizes(member) + fields(std::uint16_t{20}) + member.name +
           fields(zip64_field, std::uint16_t{16}, member.size, member.stored);
}

std::string directory_entry(const ZipMember& member) {
    return "PK\x01\x02" + fields(version_needed) + version_to_sizes(member) +
           fields(std::uint16_t{28}, std::uint16_t{0}, std::uint16_t{0}, std::uint16_t{0}, std::uint32_t{0},
                  in_extra_field) +
           member.name + fields(zip64_field, std::uint16_t{24}, member.size, member.stored, member.header);
}

/// Zip64 and ordinary end of the directory.
std::string directory_end(std::uint64_t members, std::uint64_t begin, std::uint64_t end) {
    const std::uint64_t size = end - begin;
    return "PK\x06\x06" +
           fields(std::uint64_t{44}, version_needed, version_needed, std::uint32_t{0}, std::uint32_t{0}, members,
                  members, size, begin) +
           "PK\x06\x07" + fields(std::uint32_t{0}, end, std::uint32_t{1}) + "PK\x05\x06" +
           fields(std::uint16_t{0}, std::uint16_t{0}, std::uint16_t{0xffff}, std::uint16_t{0xffff}, in_extra_field,
                  in_extra_field, std::uint16_t{0});
}

/// Magic, version 1 and the dictionary, padded to a multiple of 64 bytes as NumPy does.
std::string npy_header(const std::string& type, std::span<const std::size_t> shape) {
    std::string text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (";
    for (const std::size_t side : shape) text += std::to_string(side) + ",";
    text += "), }";
    constexpr std::size_t before = 10;
    text.append(63 - (before + text.size()) % 64, ' ').append("\n");
    return std::string("\x93NUMPY\x01\0", 8) + fields(static_cast<std::uint16_t>(text.size())) + text;
}

}  // namespace

struct NpzWriter::Deflate {
    z_stream state{};
    Deflate() {
        if (deflateInit2(&state, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
    }
    Deflate(const Deflate&) = delete;
    Deflate& operator=(const Deflate&) = delete;
    ~Deflate() { deflateEnd(&state); }
};

NpzWriter::NpzWriter(const std::filesystem::path& path)
    : path_(path.string()), stream_(path, std::ios::binary | std::ios::trunc) {
    if (!stream_) throw_errno("cannot create", path_);
}

NpzWriter::~NpzWriter() = default;

void NpzWriter::put(const std::string& bytes) {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!stream_) throw_errno("cannot write", path_);
}

void NpzWriter::begin(const std::string& name, const std::string& type, std::span<const std::size_t> shape) {
    ZipMember member;
    member.name = name + ".npy";
    member.header = static_cast<std::uint64_t>(stream_.tellp());
    put(local_header(member));  // once more at the end, when sizes are known
    member.data = static_cast<std::uint64_t>(stream_.tellp());
    members_.push_back(std::move(member));
    deflate_ = std::make_unique<Deflate>();
    const std::string header = npy_header(type, shape);
    write(std::as_bytes(std::span(header)));
}

void NpzWriter::deflate_on(std::span<const std::byte> bytes, bool is_last) {
    z_stream& z = deflate_->state;
    std::array<char, 1 << 16> out{};
    z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    z.avail_in = static_cast<uInt>(bytes.size());
    do {
        z.next_out = reinterpret_cast<Bytef*>(out.data());
        z.avail_out = static_cast<uInt>(out.size());
        deflate(&z, is_last ? Z_FINISH : Z_NO_FLUSH);
        put(std::string(out.data(), out.size() - z.avail_out));
    } while (z.avail_out == 0);
}

void NpzWriter::write(std::span<const std::byte> bytes) {
    constexpr std::size_t most_at_once = std::size_t{1} << 30;  // zlib counts in 32 bits
    if (bytes.empty()) return;  // zlib takes no bytes at no address for a wish to begin anew
    ZipMember& member = members_.back();
    member.size += bytes.size();
    member.crc =
        static_cast<std::uint32_t>(crc32_z(member.crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), most_at_once))) {
        deflate_on(bytes.first(std::min(bytes.size(), most_at_once)), false);
    }
}

void NpzWriter::end() {
    deflate_on({}, true);
    deflate_.reset();
    ZipMember& member = members_.back();
    const std::streampos here = stream_.tellp();
    member.stored = static_cast<std::uint64_t>(here) - member.data;
    stream_.seekp(static_cast<std::streamoff>(member.header));
    put(local_header(member));
    stream_.seekp(here);
}

void NpzWriter::text(const std::string& name, const std::string& value) {
    begin(name, "|S" + std::to_string(value.size()), {});
    write(std::as_bytes(std::span(value)));
    end();
}

void NpzWriter::close() {
    const auto begin = static_cast<std::uint64_t>(stream_.tellp());
    for (const ZipMember& member : members_) put(directory_entry(member));
    put(directory_end(members_.size(), begin, static_cast<std::uint64_t>(stream_.tellp())));
    stream_.close();
    if (!stream_) throw_errno("cannot write", path_);
}

}  // namespace espalier
