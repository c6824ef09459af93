#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace espalier {

/// The bytes of a pickle, taken from the front; errors name place and reason.
class PickleReader {
  public:
    /// @param bytes  of the whole pickle; must outlive this
    /// @param where  what errors call it; must outlive this
    PickleReader(std::span<const std::byte> bytes, const std::string& where)
        : text_(reinterpret_cast<const char*>(bytes.data()), bytes.size()), where_(where) {}

    /// The place of the opcode being read is what errors name.
    unsigned char opcode();
    /// Bytes before the opcode that was read last.
    std::size_t place() const { return place_; }
    /// @throws FormatError naming file, place and what is wrong
    [[noreturn]] void fail(const std::string& what) const;

    /// A little-endian number of `width` bytes, at most 8.
    std::uint64_t number(std::size_t width);
    /// The same in two's complement.
    std::int64_t signed_number(std::size_t width);
    /// IEEE double, big-endian as the format has it.
    double big_endian_double();
    /// The next `count` bytes, checked against what is left.
    std::string_view take(std::uint64_t count);
    /// The same, which must be UTF-8.
    std::string_view take_text(std::uint64_t count);
    /// Up to the next line feed, without it.
    std::string_view line();

  private:
    std::string_view text_;
    const std::string& where_;
    std::size_t at_ = 0;
    std::size_t place_ = 0;
};

}  // namespace espalier
