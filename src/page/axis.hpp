#pragma once

#include <span>
#include <vector>

#include <espalier/page/bands.hpp>
#include <espalier/page/page_runs.hpp>

/// What curves over training are drawn over: epochs where all runs of a chart count them, else optimizer steps.
namespace espalier::page {

/// What one run measured, in the order in which it did.
struct Measured {
    std::vector<double> steps;   ///< of the optimizer
    std::vector<double> epochs;  ///< as many; NaN where the run does not say
    std::vector<double> y;       ///< NaN where nothing was measured

    void add(double step, double epoch, double value);
};

/// Whether epochs tell the moments of all of these apart: each is known, and later than the one before. A loop that
/// counts whole epochs and measures within them has none that do.
bool have_epochs(std::span<const Measured> all);

/// The bands of a chart, one a group that measured anything, and the name of its axis.
/// @param measured  [group][run]
void put_bands(BandChart& chart, const PageRuns& all, const std::vector<std::vector<Measured>>& measured);

/// The epoch of a step: as an evaluation of this step says, else in proportion to the last one's. NaN where the run
/// counts no epochs.
double epoch_of_step(const sweep::RunRecord& run, double step);

/// What the run measured last; NaN where it never did.
double last_measured(const sweep::RunRecord& run, double sweep::Evaluation::*member);

}  // namespace espalier::page
