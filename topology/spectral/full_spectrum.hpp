#pragma once

#include <cstdint>
#include <string>

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

struct FullSpectrumOptions {
    /// Where the distance is taken from: "init", the first snapshot of the file that the topology comes from;
    /// "erk_random", the mean of 10 random masks; else a topology as a user writes it (see read_topologies).
    std::string reference = "init";
    /// Divides each coordinate's difference by its standard deviation over the 10 random masks.
    bool is_z_scaled = false;
    std::uint64_t seed = 0;
};

/// Metric `full_spectrum`: where a network lies by the four measures of its expansion, and how far it has moved.
///
///     delta_r       gap of ramanujan_gap         lambda        gap of weighted_gap
///     delta_r_imdb  delta_r of imdb              lambda_imsg   gap of imsg
///
/// each the mean over the layers where it is defined; the network has `distance` beside them, Euclidean, undefined
/// where a coordinate is undefined here or there. The random masks have each layer's own number of edges and its
/// weights, dealt anew: they are ERK masks where the network's densities are ERK's.
///
/// @throws ConfigError, FormatError, IoError where the reference cannot be read, or holds several topologies
/// Cost: that of the four metrics, twice with a reference from a file, 11 times with random masks.
/// Source: Hoang et al., NeurIPS 2023; definitions.md 6.12. The paper leaves normalisation open.
MetricResult full_spectrum(const Topology& topology, const FullSpectrumOptions& options = {});

}  // namespace espalier::topology
