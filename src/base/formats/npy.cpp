#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <vector>

#include <espalier/base/formats/npy.hpp>
#include <espalier/base/formats/strided.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>

namespace espalier {
namespace {

constexpr std::uint64_t longest_npy_header = 10'000;  // as NumPy
constexpr std::size_t longest_string = 1 << 20;

[[noreturn]] void fail_at(const std::string& where, const std::string& what) {
    throw FormatError(where + ": " + what);
}

ElementKind kind_of(char letter, const std::string& type, const std::string& where) {
    switch (letter) {
        case 'b':
            return ElementKind::boolean;
        case 'i':
            return ElementKind::signed_integer;
        case 'u':
            return ElementKind::unsigned_integer;
        case 'f':
            return ElementKind::floating;
        case 'S':
            return ElementKind::bytes;
        case 'U':
            return ElementKind::unicode;
        case 'O':
            fail_at(where, "holds Python objects, which are never read; save numbers or bools");
        default:
            fail_at(where, "element type '" + excerpt(type) + "' is not read; save bool, int, uint or float");
    }
}

bool is_possible_width(ElementKind kind, std::size_t width) {
    switch (kind) {
        case ElementKind::boolean:
            return width == 1;
        case ElementKind::floating:
            return width == 2 || width == 4 || width == 8;
        case ElementKind::bytes:
        case ElementKind::unicode:
            return width >= 1 && width <= longest_string;
        default:
            return width == 1 || width == 2 || width == 4 || width == 8;
    }
}

/// The strides of an array whose first index is the fastest.
std::vector<std::size_t> fortran_strides(const std::vector<std::size_t>& shape) {
    std::vector<std::size_t> strides;
    std::size_t next = 1;
    for (const std::size_t side : shape) {
        strides.push_back(next);
        next *= side;
    }
    return strides;
}

/// Big-endian to little-endian; of a string each character.
void turn_bytes(std::span<std::byte> data, ElementType type) {
    const std::size_t unit = type.kind == ElementKind::unicode ? 4 : type.kind == ElementKind::bytes ? 1 : type.width;
    for (std::size_t at = 0; at < data.size(); at += unit) std::ranges::reverse(data.subspan(at, unit));
}

}  // namespace

ElementType npy_element_type(const std::string& descr, const std::string& where) {
    if (descr.size() < 2) fail_at(where, "element type '" + excerpt(descr) + "' is not read");
    const ElementKind kind = kind_of(descr[1], descr, where);
    std::size_t width = 0;
    const char* end = descr.data() + descr.size();
    const auto [stop, error] = std::from_chars(descr.data() + 2, end, width);
    const bool is_order = descr[0] == '<' || descr[0] == '|' || descr[0] == '>';
    if (error != std::errc() || stop != end || !is_order || !is_possible_width(kind, width)) {
        fail_at(where, "element type '" + excerpt(descr) + "' is not read");
    }
    return {kind, kind == ElementKind::unicode ? 4 * width : width};
}

NpyPrefix read_npy_prefix(const ByteSource& next, std::uint64_t size, const std::string& where) {
    constexpr std::string_view magic = "\x93NUMPY";
    std::array<unsigned char, 12> start{};
    const auto take = [&](std::size_t from, std::size_t count) {
        next(std::as_writable_bytes(std::span(start).subspan(from, count)));
    };
    if (size >= 10) take(0, 10);
    if (std::memcmp(start.data(), magic.data(), magic.size()) != 0) fail_at(where, "not an .npy array");
    const unsigned version = start[6];
    if (version < 1 || version > 3) fail_at(where, ".npy version " + std::to_string(version) + "; 1 to 3 are read");
    const std::uint64_t begin = version == 1 ? 10 : 12;
    if (size < begin) fail_at(where, ".npy header is cut off");
    if (version > 1) take(10, 2);
    const std::uint64_t length =
        start[8] | start[9] << 8 | std::uint64_t{start[10]} << 16 | std::uint64_t{start[11]} << 24;
    if (length > longest_npy_header || length > size - begin) {
        fail_at(where, ".npy header of " + std::to_string(length) + " bytes: at most 10000, within the file, are read");
    }
    std::string text(length, '\0');
    next(std::as_writable_bytes(std::span(text)));
    return {parse_npy_header(text, where), size - begin - length};
}

ElementStream stream_npy(const ByteSource& next, std::uint64_t size, const std::string& where) {
    NpyPrefix prefix = read_npy_prefix(next, size, where);
    const NpyHeader& header = prefix.header;
    const ElementType type = npy_element_type(header.type, where);
    const std::uint64_t needed = bytes_of_shape(header.shape, type.width, where);
    if (needed != prefix.bytes) {
        fail_at(where,
                "its shape needs " + std::to_string(needed) + " bytes, the file holds " + std::to_string(prefix.bytes));
    }
    const bool is_turned = header.type[0] == '>';
    const auto elements = [next, type, is_turned](std::span<std::byte> to) {
        next(to);
        if (is_turned) turn_bytes(to, type);
    };
    return {where, type, std::move(prefix.header.shape), header.fortran_order, elements};
}

Tensor read_npy(const ByteSource& next, std::uint64_t size, const std::string& where) {
    ElementStream stream = stream_npy(next, size, where);
    std::vector<std::byte> data(bytes_of_shape(stream.shape, stream.type.width, where));
    stream.next(data);
    if (stream.is_fortran_order && stream.shape.size() > 1) {
        data = gather_strided(data, stream.shape, fortran_strides(stream.shape), stream.type.width);
    }
    return {stream.type, std::move(stream.shape), std::move(data), where};
}

Tensor parse_npy(std::span<const std::byte> file, const std::string& where) {
    const auto next = [left = file](std::span<std::byte> to) mutable {
        std::ranges::copy(left.first(to.size()), to.begin());
        left = left.subspan(to.size());
    };
    return read_npy(next, file.size(), where);
}

}  // namespace espalier
