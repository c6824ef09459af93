#include <algorithm>
#include <cctype>

#include <espalier/base/text/near_names.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

/// The run of digits at the front, without leading zeros; `text` goes on behind it.
std::string_view take_number(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    std::string_view digits(text.begin(), end);
    text.remove_prefix(digits.size());
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
}

}  // namespace

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
    const std::vector<std::string> near = near_names(word, candidates);
    return near.size() == 1 ? near.front() : "";
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
    return did_you_mean(word, candidates, "");
}

bool natural_less(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        if (is_digit(a.front()) && is_digit(b.front())) {
            const std::string_view x = take_number(a);
            const std::string_view y = take_number(b);
            if (x.size() != y.size()) return x.size() < y.size();
            if (x != y) return x < y;
        } else {
            if (a.front() != b.front()) return a.front() < b.front();
            a.remove_prefix(1);
            b.remove_prefix(1);
        }
    }
    return a.empty() && !b.empty();
}

std::string join(std::span<const std::string> words, std::string_view between) {
    std::string text;
    for (std::size_t k = 0; k < words.size(); ++k) text.append(k == 0 ? "" : between).append(words[k]);
    return text;
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

std::string join_some(std::span<const std::string> words, std::size_t most) {
    if (words.size() <= most) return join(words);
    return join(words.first(most)) + " and " + std::to_string(words.size() - most) + " more";
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = lead < 0x80   ? 1
                                   : lead < 0xc2 ? 0
                                   : lead < 0xe0 ? 2
                                   : lead < 0xf0 ? 3
                                   : lead < 0xf5 ? 4
                                                 : 0;
        if (length == 0 || length > text.size() - at) return false;
        char32_t code = length == 1 ? lead : lead & (0x7fU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto byte = static_cast<unsigned char>(text[at + k]);
            if ((byte & 0xc0U) != 0x80U) return false;
            code = code << 6 | (byte & 0x3fU);
        }
        const bool is_long_form = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
        if (is_long_form || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return false;
        at += length;
    }
    return true;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

}  // namespace espalier
