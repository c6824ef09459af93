#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espalier {

/// The candidates that `word` may be a slip for: those at the smallest edit distance, a swap of neighbours being one
/// edit, where that is at most a third of its letters and at most 3; and the one that it begins. Case, '-' for '_' and
/// dashes in front make no difference. None where digits differ ("fc4" is no slip for "fc3"), and none where more than
/// two are equally near: a wrong guess is worse than none.
std::vector<std::string> near_names(std::string_view word, std::span<const std::string> candidates);

/// " Did you mean 'x'?", " Did you mean 'x' or 'y'?" or nothing.
/// @param prefix  stands before each candidate
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates, const std::string& prefix);

/// " is not known. Did you mean 'x'? Known: x, y"; without the question where none is near.
std::string not_known(std::string_view word, std::span<const std::string> known);

}  // namespace espalier
