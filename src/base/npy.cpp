#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include <espalier/base/error.hpp>
#include <espalier/base/npy.hpp>
#include <espalier/base/npy_header.hpp>

namespace espalier {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they are");

constexpr std::size_t longest_header = 10'000;  // as NumPy
constexpr std::size_t longest_string = 1 << 20;

struct ElementType {
    NpyKind kind;
    std::size_t width;
};

[[noreturn]] void fail_at(const std::string& where, const std::string& what) {
    throw FormatError(where + ": " + what);
}

/// The header's text; `body` becomes what follows it.
std::string_view take_header(std::span<const std::byte> file, std::span<const std::byte>& body,
                             const std::string& where) {
    constexpr std::string_view magic = "\x93NUMPY";
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    if (file.size() < 10 || !text.starts_with(magic)) fail_at(where, "not an .npy array");
    const auto byte = [&](std::size_t at) { return std::to_integer<std::size_t>(file[at]); };
    const std::size_t version = byte(6);
    if (version < 1 || version > 3) fail_at(where, ".npy version " + std::to_string(version) + "; 1 to 3 are read");
    const std::size_t begin = version == 1 ? 10 : 12;
    if (file.size() < begin) fail_at(where, ".npy header is cut off");
    std::size_t length = byte(8) | byte(9) << 8;
    if (version > 1) length |= byte(10) << 16 | byte(11) << 24;
    if (length > longest_header || length > file.size() - begin) {
        fail_at(where, ".npy header of " + std::to_string(length) + " bytes: at most 10000, within the file, are read");
    }
    body = file.subspan(begin + length);
    return text.substr(begin, length);
}

NpyKind kind_of(char letter, const std::string& type, const std::string& where) {
    switch (letter) {
        case 'b':
            return NpyKind::boolean;
        case 'i':
            return NpyKind::signed_integer;
        case 'u':
            return NpyKind::unsigned_integer;
        case 'f':
            return NpyKind::floating;
        case 'S':
            return NpyKind::bytes;
        case 'U':
            return NpyKind::unicode;
        case 'O':
            fail_at(where, "holds Python objects, which are never read; save numbers or bools");
        default:
            fail_at(where, "element type '" + type + "' is not read; save bool, int, uint or float");
    }
}

bool is_possible_width(NpyKind kind, std::size_t width) {
    switch (kind) {
        case NpyKind::boolean:
            return width == 1;
        case NpyKind::floating:
            return width == 2 || width == 4 || width == 8;
        case NpyKind::bytes:
        case NpyKind::unicode:
            return width >= 1 && width <= longest_string;
        default:
            return width == 1 || width == 2 || width == 4 || width == 8;
    }
}

ElementType element_type(const std::string& type, const std::string& where) {
    if (type.size() < 2) fail_at(where, "element type '" + type + "' is not read");
    const NpyKind kind = kind_of(type[1], type, where);
    std::size_t width = 0;
    const char* end = type.data() + type.size();
    const auto [stop, error] = std::from_chars(type.data() + 2, end, width);
    if (error != std::errc() || stop != end || !is_possible_width(kind, width)) {
        fail_at(where, "element type '" + type + "' is not read");
    }
    const bool one_byte = width == 1 || kind == NpyKind::bytes;
    if (type[0] == '>' && !one_byte) {
        fail_at(where, "big-endian ('" + type + "'); save with array.astype(array.dtype.newbyteorder('<'))");
    }
    if (type[0] != '<' && type[0] != '|' && type[0] != '>') fail_at(where, "element type '" + type + "' is not read");
    return {kind, kind == NpyKind::unicode ? 4 * width : width};
}

/// shape product x width, or an error where that is not what the file holds.
void check_size(const std::vector<std::size_t>& shape, std::size_t width, std::size_t held, const std::string& where) {
    std::size_t bytes = width;
    for (const std::size_t side : shape) {
        if (__builtin_mul_overflow(bytes, side, &bytes)) fail_at(where, "its shape overflows");
    }
    if (bytes != held) {
        fail_at(where, "its shape needs " + std::to_string(bytes) + " bytes, the file holds " + std::to_string(held));
    }
}

/// First index fastest to last index fastest.
std::vector<std::byte> c_order(std::span<const std::byte> data, const std::vector<std::size_t>& shape,
                               std::size_t width) {
    std::vector<std::byte> result(data.size());
    std::vector<std::size_t> index(shape.size(), 0);
    std::vector<std::size_t> stride(shape.size());
    std::size_t next = width;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        stride[axis] = next;
        next *= shape[axis];
    }
    std::size_t from = 0;
    for (std::size_t to = 0; to < data.size(); to += width) {
        std::memcpy(result.data() + to, data.data() + from, width);
        for (std::size_t axis = shape.size(); axis-- > 0;) {  // an odometer whose last wheel turns fastest
            from += stride[axis];
            if (++index[axis] < shape[axis]) break;
            from -= stride[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    return result;
}

template <class T>
T element(const std::vector<std::byte>& data, std::size_t k) {
    T value;
    std::memcpy(&value, data.data() + k * sizeof(T), sizeof(T));
    return value;
}

template <class T>
double as_double(const std::vector<std::byte>& data, std::size_t k) {
    return static_cast<double>(element<T>(data, k));
}

}  // namespace

double half_to_double(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const double fraction = bits & 1023;
    const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
    if (exponent == 31) return fraction == 0 ? sign * HUGE_VAL : std::nan("");
    return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024.0 + fraction, exponent - 25));
}

NpyArray NpyArray::parse(std::span<const std::byte> file, std::string where) {
    std::span<const std::byte> body;
    NpyHeader header = parse_npy_header(take_header(file, body, where), where);
    const ElementType type = element_type(header.type, where);
    check_size(header.shape, type.width, body.size(), where);
    NpyArray array;
    array.data_ = header.fortran_order && header.shape.size() > 1 ? c_order(body, header.shape, type.width)
                                                                  : std::vector<std::byte>(body.begin(), body.end());
    array.where_ = std::move(where);
    array.kind_ = type.kind;
    array.width_ = type.width;
    array.shape_ = std::move(header.shape);
    return array;
}

void NpyArray::fail(const std::string& what) const {
    fail_at(where_, what);
}

std::vector<std::uint64_t> NpyArray::to_unsigned() const {
    if (!is_integer()) fail("integers are needed here");
    std::vector<std::uint64_t> result(size());
    for (std::size_t k = 0; k < result.size(); ++k) {
        std::memcpy(&result[k], data_.data() + k * width_, width_);
        const bool negative = kind_ == NpyKind::signed_integer && (result[k] >> (8 * width_ - 1)) != 0;
        if (negative) fail("entry " + std::to_string(k) + " is negative");
    }
    return result;
}

double NpyArray::number(std::size_t k) const {
    const bool is_signed = kind_ == NpyKind::signed_integer;
    if (kind_ == NpyKind::floating) {
        if (width_ == 2) return half_to_double(element<std::uint16_t>(data_, k));
        return width_ == 4 ? as_double<float>(data_, k) : as_double<double>(data_, k);
    }
    switch (width_) {
        case 1:
            return is_signed ? as_double<std::int8_t>(data_, k) : as_double<std::uint8_t>(data_, k);
        case 2:
            return is_signed ? as_double<std::int16_t>(data_, k) : as_double<std::uint16_t>(data_, k);
        case 4:
            return is_signed ? as_double<std::int32_t>(data_, k) : as_double<std::uint32_t>(data_, k);
        default:
            return is_signed ? as_double<std::int64_t>(data_, k) : as_double<std::uint64_t>(data_, k);
    }
}

void NpyArray::require_numbers() const {
    if (kind_ == NpyKind::bytes || kind_ == NpyKind::unicode) fail("numbers are needed here, not strings");
}

float NpyArray::finite_float(std::size_t k) const {
    const auto value = static_cast<float>(number(k));
    if (!std::isfinite(value)) fail("entry " + std::to_string(k) + " is not a finite single-precision number");
    return value;
}

std::vector<double> NpyArray::to_doubles() const {
    require_numbers();
    std::vector<double> result(size());
    for (std::size_t k = 0; k < result.size(); ++k) result[k] = number(k);
    return result;
}

std::vector<float> NpyArray::to_finite_floats() const {
    require_numbers();
    std::vector<float> result(size());
    for (std::size_t k = 0; k < result.size(); ++k) result[k] = finite_float(k);
    return result;
}

std::string NpyArray::to_text() const {
    if ((kind_ != NpyKind::bytes && kind_ != NpyKind::unicode) || size() != 1) fail("one string is needed here");
    const std::size_t step = kind_ == NpyKind::unicode ? 4 : 1;
    std::string text;
    for (std::size_t k = 0; k < width_; k += step) {
        const auto code = step == 4 ? element<std::uint32_t>(data_, k / 4) : std::to_integer<std::uint32_t>(data_[k]);
        if (code > 126) fail("a string that is not ASCII");
        text.push_back(static_cast<char>(code));
    }
    return text.substr(0, text.find('\0'));
}

}  // namespace espalier
