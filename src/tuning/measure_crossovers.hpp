#pragma once

#include <functional>
#include <span>
#include <vector>

#include <espalier/nn/execution/crossovers.hpp>
#include <espalier/tuning/layer_timing.hpp>

namespace espalier::tuning {

/// What is measured for a table of crossovers.
struct TuningPlan {
    nn::Crossovers::Grid grid;
    nn::ConvolutionCrossovers::Grid convolutions;  ///< pixels are squares; no channels: none are measured
    std::vector<double> densities;                 ///< ascending; crossovers are looked for between them
    std::size_t largest_square = 1;  ///< layers of more features are thin: a quarter of this on the other side
    double seconds = 0.0;            ///< for each product, density and point of the grid, in each round
    int rounds = 1;                  ///< over all of them: what disturbs one seldom disturbs the next
};

/// Three minutes, and some seconds.
TuningPlan full_plan();
TuningPlan quick_plan();

/// Where the sparse way becomes the slower one, both taken as linear in the density between those measured; the lowest
/// density where it always is, 1 where it never is.
/// @param seconds  one a density, from the lowest; may end once dense is faster
double crossing(std::span<const double> densities, std::span<const Seconds> seconds);

/// Called as the work goes on: done of all, in no particular unit.
using Report = std::function<void(double done, double all)>;

/// Measures one thread of this machine, with the instruction set in use.
///
/// Thin layers serve for large ones, because it is the features that a product reads that count most (see
/// nn::Crossovers), and a table must not take minutes.
/// Memory: some 800 MiB for the full plan.
nn::Crossovers measure_crossovers(const TuningPlan& plan, const Report& report);

}  // namespace espalier::tuning
