#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "layer_problem.hpp"

namespace espalier::benchmarks {

/// What one call of a kernel does, for the counters beside its time.
///
/// `flops` are useful operations: those of kept weights and true samples, never of padding. `bytes` are those the
/// kernel must touch at least: each array it reads or writes once, however often it comes back to it. `operand` are the
/// bytes of activations it loads for its edges, edges * padded lanes * 4: what the nearest cache has to deliver.
struct Work {
    double flops = 0.0;
    double bytes = 0.0;
    double operand = 0.0;
};

/// Times `body` under this name at `threads` threads and reports Work as FLOP/s, bytes/s and operand_bytes/s. `body` is
/// made when its turn has come, by `prepare`.
void measure(const std::string& name, int threads, std::function<std::function<void()>()> prepare,
             std::function<Work()> work);

/// Widths, densities and batches of the sweep over layers of equal width; the goal points of the project among them.
struct Sweep {
    std::vector<std::size_t> widths;
    std::vector<double> densities;
    std::vector<std::size_t> batches;
};
const Sweep& sweep();

/// Registers `kernel` for every point of the sweep at one thread, and for the goal points at two as well:
/// 1024 and 4096 at density 0.05, 16384 at 0.005, batch 128; 1024 at 0.05 with batches 1 and 32.
void measure_layers(const std::string& kernel, void (LayerProblem::*call)(), Work (*work)(const LayerProblem&));

/// "1024x1024/density:0.05/batch:128"
std::string size_text(const LayerSize& size);

/// Features of the elementwise sweep, batch 128: 64 KiB to 8 MiB of activations.
const std::vector<std::size_t>& feature_counts();
inline constexpr std::size_t elementwise_lanes = 128;

}  // namespace espalier::benchmarks
