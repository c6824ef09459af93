#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace espalier {

/// What an element is, apart from its width.
enum class ElementKind { boolean, signed_integer, unsigned_integer, floating, brain_floating, bytes, unicode };

/// What the elements of an array are: "float32" is {floating, 4}, bfloat16 {brain_floating, 2}.
struct ElementType {
    ElementKind kind = ElementKind::boolean;
    std::size_t width = 1;  ///< bytes
};

/// One named array of a file, in C order and little-endian whatever the file had: what .npz, .npy, .safetensors and .pt
/// have in common.
///
/// The conversions check every element and name the array and the element that does not fit.
class Tensor {
  public:
    /// @param bytes  exactly shape x width, see bytes_of_shape()
    /// @param where  what errors call it: "masks.npz: 'fc1.weight'"
    Tensor(ElementType type, std::vector<std::size_t> shape, std::vector<std::byte> bytes, std::string where);

    /// What errors call it.
    const std::string& where() const { return where_; }
    /// What its elements are.
    ElementType type() const { return type_; }
    /// Lengths of its sides, outermost first; none of a single number.
    const std::vector<std::size_t>& shape() const { return shape_; }
    /// Number of elements.
    std::size_t size() const { return data_.size() / type_.width; }
    /// The elements in C order, little-endian.
    std::span<const std::byte> bytes() const { return data_; }

    /// True for floating-point numbers: integers and bools are masks without weights.
    bool has_values() const { return type_.kind == ElementKind::floating || type_.kind == ElementKind::brain_floating; }
    /// True for integers, signed or not; bools are none.
    bool is_integer() const {
        return type_.kind == ElementKind::signed_integer || type_.kind == ElementKind::unsigned_integer;
    }
    /// True for strings.
    bool is_text() const { return type_.kind == ElementKind::bytes || type_.kind == ElementKind::unicode; }
    /// @throws FormatError where it is of strings
    void require_numbers() const;

    /// Element k, C order, of an array of numbers or bools (0 or 1).
    double number(std::size_t k) const;
    /// Element k, which is finite in single precision.
    /// @throws FormatError naming it where it is not
    float finite_float(std::size_t k) const;

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
    ElementType type_;
    std::vector<std::size_t> shape_;
    std::vector<std::byte> data_;
};

/// Bytes that an array of this shape takes.
/// @throws FormatError where the product overflows
std::uint64_t bytes_of_shape(const std::vector<std::size_t>& shape, std::size_t width, const std::string& where);

/// Element k of bytes that are numbers or bools (0 or 1) of this type.
double element_number(ElementType type, std::span<const std::byte> bytes, std::size_t k);

/// The number in single precision, where it is finite there.
/// @param place  which entry of the array it is, for the message
/// @throws FormatError naming array and entry
float finite_float(double number, const std::string& where, std::size_t place);

/// @throws FormatError where the type is of strings
void require_numbers(ElementType type, const std::string& where);

/// IEEE 754 half precision to double, exact.
double half_to_double(std::uint16_t bits);

/// A bfloat16, the upper half of a float's bits.
float brain_to_float(std::uint16_t bits);

}  // namespace espalier
