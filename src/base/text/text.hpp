#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espalier {

/// The candidate with the smallest edit distance to `word`, for "did you mean"; empty where none is near
/// (more than a third of its letters would have to change).
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// " Did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// 0 to 9, whatever the locale.
bool is_digit(char c);

/// Digits compare as numbers: "layer2" before "layer10".
bool natural_less(std::string_view a, std::string_view b);

/// "a, b, c".
std::string join(std::span<const std::string> words, std::string_view between = ", ");

/// "a, b, c and 29997 more": as many as one line of an error holds.
std::string join_some(std::span<const std::string> words, std::size_t most = 20);

/// The lines of a text; what join(lines, "\\n") joined.
std::vector<std::string> split_lines(std::string_view text);

/// Sides of a shape: "300x784".
template <class Integer>
std::string shape_text(const std::vector<Integer>& shape) {
    std::string text;
    for (const Integer side : shape) text.append(text.empty() ? "" : "x").append(std::to_string(side));
    return text;
}

/// Well-formed UTF-8: shortest forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);

/// The words between the separators, empty ones too.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace espalier
