#include <bit>

#include <espalier/base/formats/pickle_reader.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {

void PickleReader::fail(const std::string& what) const {
    throw FormatError(where_ + ": bad pickle at byte " + std::to_string(place_) + ": " + what);
}

unsigned char PickleReader::opcode() {
    place_ = at_;
    return static_cast<unsigned char>(take(1)[0]);
}

std::string_view PickleReader::take(std::uint64_t count) {
    if (count > text_.size() - at_) fail("it ends early");
    const std::string_view taken = text_.substr(at_, count);
    at_ += count;
    return taken;
}

std::string_view PickleReader::take_text(std::uint64_t count) {
    const std::string_view taken = take(count);
    if (!is_utf8(taken)) fail("a text that is not UTF-8");
    return taken;
}

std::string_view PickleReader::line() {
    const std::size_t end = text_.find('\n', at_);
    if (end == std::string_view::npos) fail("it ends early");
    const std::string_view taken = take_text(end - at_);
    at_ = end + 1;
    return taken;
}

std::uint64_t PickleReader::number(std::size_t width) {
    const std::string_view bytes = take(width);
    std::uint64_t value = 0;
    for (std::size_t k = 0; k < width; ++k) {
        value |= std::uint64_t{static_cast<unsigned char>(bytes[k])} << (8 * k);
    }
    return value;
}

std::int64_t PickleReader::signed_number(std::size_t width) {
    if (width == 0) return 0;
    const std::size_t unused = 64 - 8 * width;
    return static_cast<std::int64_t>(number(width) << unused) >> unused;
}

double PickleReader::big_endian_double() {
    std::uint64_t bits = 0;
    for (const char byte : take(8)) bits = bits << 8 | static_cast<unsigned char>(byte);
    return std::bit_cast<double>(bits);
}

}  // namespace espalier
