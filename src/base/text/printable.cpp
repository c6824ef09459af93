#include <algorithm>
#include <array>
#include <cstdio>

#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

bool continues(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
}

/// Bytes of the character that begins at `at`; 1 where none does.
std::size_t character_width(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t width = first >= 0xf0U && first < 0xf8U ? 4 : first >= 0xe0U ? 3 : first >= 0xc2U ? 2 : 1;
    if (first >= 0xf8U) return 1;
    for (std::size_t k = 1; k < width; ++k) {
        if (!continues(text, at + k)) return 1;
    }
    return width;
}

std::string escaped(const char* form, unsigned code) {
    std::array<char, 8> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), form, code);
    return {buffer.data(), static_cast<std::size_t>(length)};
}

bool is_control(unsigned code) {
    return code < 0x20U || (code >= 0x7fU && code < 0xa0U);
}

}  // namespace

std::string printable(std::string_view text, std::string_view keep) {
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t width = character_width(text, at);
        const auto first = static_cast<unsigned char>(text[at]);
        const bool is_second_half = width == 2 && first == 0xc2U;  // U+0080 to U+00BF
        const unsigned code = is_second_half ? static_cast<unsigned char>(text[at + 1]) : first;
        if (width > 2 || !is_control(code) || (width == 2 && !is_second_half) ||
            keep.find(text[at]) != std::string_view::npos) {
            shown += text.substr(at, width);
        } else {
            shown += escaped(width == 1 && first >= 0x80U ? "\\x%02x" : "\\u%04x", code);
        }
        at += width;
    }
    return shown;
}

std::string one_line(std::string text) {
    const std::size_t end = text.find_last_not_of(" \n\r\t");
    text.resize(end == std::string::npos ? 0 : end + 1);
    std::ranges::replace(text, '\n', ' ');
    return printable(text);
}

std::string excerpt(std::string_view text, std::size_t longest) {
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view character = text.substr(at, character_width(text, at));
        const bool is_whole = is_utf8(character);
        const std::size_t end = at + (is_whole ? character.size() : 1);
        if (end > longest) return shown + "...";
        shown += is_whole ? printable(character) : escaped("\\x%02x", static_cast<unsigned char>(text[at]));
        at = end;
    }
    return shown;
}

}  // namespace espalier
