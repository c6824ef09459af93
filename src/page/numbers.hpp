#pragma once

#include <span>
#include <string>
#include <vector>

#include <espalier/report/json.hpp>

/// Numbers for the page: no more digits than a picture shows, and texts for its sentences.
namespace espalier::page {

using report::Json;

/// Rounded to so many significant digits; null where it is not finite.
Json rounded_number(double value, int digits = 5);
Json rounded_numbers(std::span<const double> values, int digits = 5);

/// "90.4 %", with one decimal: what a sentence needs. Of shares below one in a hundred two significant digits.
std::string share_text(double share);

/// "3 seeds", "1 seed", "2 topologies".
std::string count_text(std::size_t count, const std::string& noun);

/// "a", "a and b", "a, b and c".
std::string and_text(const std::vector<std::string>& words);

}  // namespace espalier::page
