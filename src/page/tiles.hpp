#pragma once

#include <string>
#include <vector>

#include <espalier/page/bands.hpp>
#include <espalier/page/page_runs.hpp>

/// What stands first on the page: title, and a few numbers.
namespace espalier::page {

/// A number and what it is.
struct Tile {
    std::string value;
    std::string label;
};

/// Runs, best mean of the test accuracy (or loss, where there is no accuracy), what is kept, how much was explored.
std::vector<Tile> tiles(const PageRuns& all, const std::vector<BandChart>& charts);

/// "digits at density 0.08": what all runs have in common. Where a run has not said its dataset, the groups' names;
/// where it has not said its density, what was measured.
std::string title_of(const PageRuns& all);

/// "9 runs, 3 groups, mlp 64-128-96-10"; without the kind of model where it is not known.
std::string subtitle_of(const PageRuns& all);

}  // namespace espalier::page
