#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <espalier/page/course.hpp>
#include <espalier/page/numbers.hpp>

namespace espalier::page {

/// Bars of a histogram, at most.
inline constexpr std::size_t most_bars = 60;

/// How many neurons have how many connections: bars of equal width from 0 on.
struct DegreeBars {
    std::size_t width = 1;  ///< degrees a bar covers
    std::vector<std::uint64_t> first;
    std::vector<std::uint64_t> last;  ///< as many bars
};
DegreeBars degree_bars(std::span<const std::uint32_t> first, std::span<const std::uint32_t> last);

/// What became of the degrees: mean, deviation, neurons without connections, at the start and at the end.
/// @param what  "outputs of fc1 have": who, in front of the numbers
std::string degree_sentence(std::span<const std::uint32_t> first, std::span<const std::uint32_t> last,
                            const std::string& what);

/// The same of a run that has no other start.
std::string degree_sentence(std::span<const std::uint32_t> only, const std::string& what);

/// Degrees on both sides of every layer, at the first and the last moment of the chosen runs; "first" is null of a run
/// with one snapshot.
/// @param chosen  places in Course::runs
/// @return {"runs": [place in PageRuns::runs], "layers": [names], "bars": [run][layer][side]}, side 0 the outputs'
Json degrees_json(const Course& course, const std::vector<std::size_t>& chosen);

}  // namespace espalier::page
