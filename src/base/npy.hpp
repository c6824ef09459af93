#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace espalier {

enum class NpyKind { boolean, signed_integer, unsigned_integer, floating, bytes, unicode };

/// One array of NumPy's .npy format, in C order and little-endian whatever the file had.
///
/// The conversions below check every element and name the array and the element that does not fit.
class NpyArray {
  public:
    /// Versions 1 to 3. Bool, integers of 8 to 64 bits, floats of 16 to 64 bits, fixed byte and unicode strings;
    /// objects (pickles), structures, complex and big-endian arrays are refused by name.
    /// @param where  what errors call it: "masks.npz: member 'layer0'"
    /// @throws FormatError; nothing is allocated before header, shape and size agree
    static NpyArray parse(std::span<const std::byte> file, std::string where);

    NpyKind kind() const { return kind_; }
    /// Bytes an element.
    std::size_t width() const { return width_; }
    const std::vector<std::size_t>& shape() const { return shape_; }
    std::size_t size() const { return data_.size() / width_; }
    const std::string& where() const { return where_; }
    /// @throws FormatError where it is of strings
    void require_numbers() const;
    /// Element k, C order, of an array of numbers or bools.
    double number(std::size_t k) const;
    /// Element k, which is finite in single precision.
    /// @throws FormatError naming it where it is not
    float finite_float(std::size_t k) const;

    /// True for floating-point numbers: integers and bools are masks without weights.
    bool has_values() const { return kind_ == NpyKind::floating; }
    bool is_integer() const { return kind_ == NpyKind::signed_integer || kind_ == NpyKind::unsigned_integer; }

    /// @throws FormatError where it is not of integers, or one is negative
    std::vector<std::uint64_t> to_unsigned() const;
    /// Numbers and bools.
    /// @throws FormatError where it is of strings
    std::vector<double> to_doubles() const;
    /// As to_doubles, and finite in single precision.
    /// @throws FormatError naming the element that is not finite
    std::vector<float> to_finite_floats() const;
    /// The one string of a 0-d or one-element array of ASCII strings, without the padding.
    std::string to_text() const;

  private:
    [[noreturn]] void fail(const std::string& what) const;

    std::string where_;
    NpyKind kind_ = NpyKind::boolean;
    std::size_t width_ = 1;
    std::vector<std::size_t> shape_;
    std::vector<std::byte> data_;
};

/// IEEE 754 half precision to double, exact.
double half_to_double(std::uint16_t bits);

}  // namespace espalier
