#pragma once

#include <string_view>

namespace espalier {

/// True where the text has a '*' or '?', which matches_glob() takes for more than themselves.
bool is_glob(std::string_view text);

/// Whether all of `text` is what the pattern says: '*' is any text, '?' any one byte, all else itself.
/// Cost: O(pattern x text).
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace espalier
