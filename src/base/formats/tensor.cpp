#include <bit>
#include <cmath>
#include <cstring>

#include <espalier/base/formats/tensor.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they are");

template <class T>
T element(std::span<const std::byte> data, std::size_t k) {
    T value;
    std::memcpy(&value, data.data() + k * sizeof(T), sizeof(T));
    return value;
}

template <class T>
double as_double(std::span<const std::byte> data, std::size_t k) {
    return static_cast<double>(element<T>(data, k));
}

double signed_number(std::span<const std::byte> data, std::size_t width, std::size_t k) {
    switch (width) {
        case 1:
            return as_double<std::int8_t>(data, k);
        case 2:
            return as_double<std::int16_t>(data, k);
        case 4:
            return as_double<std::int32_t>(data, k);
        default:
            return as_double<std::int64_t>(data, k);
    }
}

double unsigned_number(std::span<const std::byte> data, std::size_t width, std::size_t k) {
    switch (width) {
        case 1:
            return as_double<std::uint8_t>(data, k);
        case 2:
            return as_double<std::uint16_t>(data, k);
        case 4:
            return as_double<std::uint32_t>(data, k);
        default:
            return as_double<std::uint64_t>(data, k);
    }
}

}  // namespace

double half_to_double(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const double fraction = bits & 1023;
    const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
    if (exponent == 31) return fraction == 0 ? sign * HUGE_VAL : std::nan("");
    return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024.0 + fraction, exponent - 25));
}

float brain_to_float(std::uint16_t bits) {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

std::uint64_t bytes_of_shape(const std::vector<std::size_t>& shape, std::size_t width, const std::string& where) {
    std::uint64_t bytes = width;
    for (const std::size_t side : shape) {
        if (__builtin_mul_overflow(bytes, side, &bytes)) throw FormatError(where + ": its shape overflows");
    }
    return bytes;
}

double element_number(ElementType type, std::span<const std::byte> bytes, std::size_t k) {
    switch (type.kind) {
        case ElementKind::boolean:
            return bytes[k] != std::byte{0} ? 1.0 : 0.0;
        case ElementKind::signed_integer:
            return signed_number(bytes, type.width, k);
        case ElementKind::brain_floating:
            return static_cast<double>(brain_to_float(element<std::uint16_t>(bytes, k)));
        case ElementKind::floating:
            if (type.width == 2) return half_to_double(element<std::uint16_t>(bytes, k));
            return type.width == 4 ? as_double<float>(bytes, k) : as_double<double>(bytes, k);
        default:
            return unsigned_number(bytes, type.width, k);
    }
}

float finite_float(double number, const std::string& where, std::size_t place) {
    const auto single = static_cast<float>(number);
    if (std::isfinite(single)) return single;
    const char* what = std::isnan(number) ? "NaN" : std::isinf(number) ? "infinite" : "too large";
    throw FormatError(where + ": entry " + std::to_string(place) + " is " + what +
                      ", not a finite single-precision number");
}

void require_numbers(ElementType type, const std::string& where) {
    const bool is_text = type.kind == ElementKind::bytes || type.kind == ElementKind::unicode;
    if (is_text) throw FormatError(where + ": numbers are needed here, not strings");
}

Tensor::Tensor(ElementType type, std::vector<std::size_t> shape, std::vector<std::byte> bytes, std::string where)
    : where_(std::move(where)), type_(type), shape_(std::move(shape)), data_(std::move(bytes)) {
    if (data_.size() != bytes_of_shape(shape_, type_.width, where_)) fail("its shape does not fit its bytes");
}

void Tensor::fail(const std::string& what) const {
    throw FormatError(where_ + ": " + what);
}

void Tensor::require_numbers() const {
    espalier::require_numbers(type_, where_);
}

double Tensor::number(std::size_t k) const {
    return element_number(type_, data_, k);
}

float Tensor::finite_float(std::size_t k) const {
    return espalier::finite_float(number(k), where_, k);
}

std::vector<std::uint64_t> Tensor::to_unsigned() const {
    if (!is_integer()) fail("integers are needed here");
    std::vector<std::uint64_t> result(size());
    for (std::size_t k = 0; k < result.size(); ++k) {
        std::memcpy(&result[k], data_.data() + k * type_.width, type_.width);
        const bool is_negative = type_.kind == ElementKind::signed_integer && (result[k] >> (8 * type_.width - 1)) != 0;
        if (is_negative) fail("entry " + std::to_string(k) + " is negative");
    }
    return result;
}

std::vector<double> Tensor::to_doubles() const {
    require_numbers();
    std::vector<double> result(size());
    for (std::size_t k = 0; k < result.size(); ++k) result[k] = number(k);
    return result;
}

std::vector<float> Tensor::to_finite_floats() const {
    require_numbers();
    std::vector<float> result(size());
    for (std::size_t k = 0; k < result.size(); ++k) result[k] = finite_float(k);
    return result;
}

std::string Tensor::to_text() const {
    if (!is_text() || size() != 1) fail("one string is needed here");
    const std::size_t step = type_.kind == ElementKind::unicode ? 4 : 1;
    std::string text;
    for (std::size_t k = 0; k < type_.width; k += step) {
        const auto code = step == 4 ? element<std::uint32_t>(data_, k / 4) : std::to_integer<std::uint32_t>(data_[k]);
        if (code > 126) fail("a string that is not ASCII");
        text.push_back(static_cast<char>(code));
    }
    return text.substr(0, text.find('\0'));
}

}  // namespace espalier
