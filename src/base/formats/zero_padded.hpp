#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace espalier {

/// The number with zeros before it, so that it has at least so many digits: 007.
inline std::string zero_padded(std::int64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    text.insert(0, digits - std::min(digits, text.size()), '0');
    return text;
}

}  // namespace espalier
