#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <espalier/page/numbers.hpp>

namespace espalier::page {

/// What one run measured over training. NaN where it was not measured.
struct Line {
    std::vector<double> x;  ///< ascending; where two are equal the later value counts
    std::vector<double> y;
};

/// The lines of a group together: at each x that all of them have, mean, lowest and highest.
struct Band {
    std::string label;       ///< the group's
    std::size_t group = 0;   ///< its place among the groups: its colour
    std::size_t runs = 0;    ///< lines in it; 0 where nothing was measured
    std::size_t points = 0;  ///< that there are; x and the others have most_points of more
    std::vector<double> x;
    std::vector<double> mean;
    std::vector<double> low;
    std::vector<double> high;

    bool is_empty() const { return x.empty(); }
};

/// Points that a band holds at most: more than a screen shows apart.
inline constexpr std::size_t most_points = 240;

/// Lines without any number are left out. Of more than `most_points` points an even choice is kept, the first and the
/// last always.
Band band_over(std::string label, std::size_t group, std::span<const Line> lines);

/// A chart with a band a group.
struct BandChart {
    std::string id;                ///< "test_accuracy"
    std::string title;             ///< "Test accuracy"
    std::string hint;              ///< how to read it
    std::string unit;              ///< how numbers are written: "percent", "number", "seconds", "flops"
    std::string x_name = "epoch";  ///< or "step"
    std::vector<Band> bands;       ///< those that are not empty
    std::string sentence;          ///< what is seen
};

/// Adds a line to `left_out` where bands have more points than are shown.
void note_thinned(std::span<const BandChart> charts, std::vector<std::string>& left_out);

Json band_chart_json(const BandChart& chart);

}  // namespace espalier::page
