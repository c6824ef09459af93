#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

namespace espalier::testing {

/// Files written byte by byte, so that a test can get each of them wrong.
inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

template <class T>
std::string little_endian(T value) {
    return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

/// One member of a zip archive; the fields after `content` lie on purpose where a test sets them.
struct ZipEntry {
    std::string name;
    std::string content;
    bool deflated = false;
    bool zip64 = false;
    std::uint16_t flags = 0;
    std::uint16_t method_offset = 0;
    std::uint32_t crc_flip = 0;
    std::int64_t size_offset = 0;
    std::int64_t header_offset = 0;
};

inline std::string raw_deflate(const std::string& content) {
    z_stream z{};
    deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&z, content.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    z.avail_in = static_cast<uInt>(content.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

/// The fields that local header and directory entry share, from "version needed" to the lengths of name and extra
/// field.
inline std::string zip_fields(const ZipEntry& entry, const std::string& stored, std::size_t extra) {
    const auto crc = static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(entry.content.data()), entry.content.size()));
    const auto size = static_cast<std::uint32_t>(static_cast<std::int64_t>(entry.content.size()) + entry.size_offset);
    const auto method = static_cast<std::uint16_t>((entry.deflated ? 8 : 0) + entry.method_offset);
    return little_endian<std::uint16_t>(45) + little_endian(entry.flags) + little_endian(method) +
           little_endian<std::uint32_t>(0) + little_endian(crc ^ entry.crc_flip) +
           little_endian(entry.zip64 ? 0xffffffffU : static_cast<std::uint32_t>(stored.size())) +
           little_endian(entry.zip64 ? 0xffffffffU : size) +
           little_endian(static_cast<std::uint16_t>(entry.name.size())) +
           little_endian(static_cast<std::uint16_t>(extra));
}

inline std::string zip_archive(const std::vector<ZipEntry>& entries, const std::string& comment = "") {
    std::string members;
    std::string directory;
    for (const ZipEntry& entry : entries) {
        const std::string stored = entry.deflated ? raw_deflate(entry.content) : entry.content;
        const std::string extra = entry.zip64 ? little_endian<std::uint16_t>(1) + little_endian<std::uint16_t>(16) +
                                                    little_endian(static_cast<std::uint64_t>(entry.content.size())) +
                                                    little_endian(static_cast<std::uint64_t>(stored.size()))
                                              : "";
        const std::string fields = zip_fields(entry, stored, extra.size());
        const auto header = static_cast<std::uint32_t>(static_cast<std::int64_t>(members.size()) + entry.header_offset);
        directory += "PK\x01\x02" + little_endian<std::uint16_t>(45) + fields + std::string(12 - 2, '\0') +
                     little_endian(header) + entry.name + extra;
        members += "PK\x03\x04" + fields + entry.name + extra + stored;
    }
    const auto count = little_endian(static_cast<std::uint16_t>(entries.size()));
    return members + directory + "PK\x05\x06" + std::string(4, '\0') + count + count +
           little_endian(static_cast<std::uint32_t>(directory.size())) +
           little_endian(static_cast<std::uint32_t>(members.size())) +
           little_endian(static_cast<std::uint16_t>(comment.size())) + comment;
}

/// An .npy array from its header's dictionary and its bytes.
inline std::string npy_raw(const std::string& dictionary, const std::string& data) {
    const std::string header = dictionary + "\n";
    return std::string("\x93NUMPY\x01\0", 8) + little_endian(static_cast<std::uint16_t>(header.size())) + header + data;
}

/// "(3, 4)", and "(3,)" where there is one.
inline std::string npy_shape(const std::vector<std::size_t>& shape) {
    std::string text = "(";
    for (const std::size_t side : shape) text += std::to_string(side) + ",";
    return text + ")";
}

template <class T>
std::string npy(const std::string& type, const std::vector<std::size_t>& shape, const std::vector<T>& values) {
    std::string data;
    for (const T value : values) data += little_endian(value);
    return npy_raw("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + npy_shape(shape) + ", }", data);
}

inline std::string npy_ints(const std::vector<std::int64_t>& values) {
    return npy("<i8", {values.size()}, values);
}

inline std::string npy_text(const std::string& text) {
    return npy_raw("{'descr': '|S" + std::to_string(text.size()) + "', 'fortran_order': False, 'shape': (), }", text);
}

/// A SciPy matrix as save_npz writes it: `format` csr or csc.
inline std::string scipy_npz(const std::string& format, std::int64_t rows, std::int64_t cols,
                             const std::vector<std::int64_t>& indptr, const std::vector<std::int64_t>& indices,
                             const std::vector<float>& data) {
    return zip_archive({{"indices.npy", npy_ints(indices), true},
                        {"indptr.npy", npy_ints(indptr), true},
                        {"format.npy", npy_text(format), true},
                        {"shape.npy", npy_ints({rows, cols}), true},
                        {"data.npy", npy("<f4", {data.size()}, data), true}});
}

}  // namespace espalier::testing
