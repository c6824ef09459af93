#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/assignment/cost_matrix.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// How the output neurons of one layer of a first network go with those of a second.
struct LayerMatch {
    double distance = 0;                 ///< cost / outputs, in [0, 1]; 0 without outputs
    double cost = 0;                     ///< sum of the matched neurons' normalised edit distances
    std::vector<std::uint32_t> partner;  ///< [outputs of the first] neuron of the second
    /// No matching of this layer has a smaller distance (inputs named as they are here); equal to it where that is
    /// exact, and where the matching is given: by a stream, or by outputs that stand for themselves.
    double lower_bound = 0;
};

/// What may be chosen about nnstd.
struct NnstdOptions {
    /// Of equally cheap matchings the one that keeps most neurons in their places; else whatever the solver finds.
    bool prefer_identity = true;
    /// Outputs of the last layer are matched as all others; else each stands for itself: classes have identity.
    bool match_last = true;
    /// Layers with more outputs are matched approximately, with a lower bound from the prices of an auction.
    std::size_t exact_limit = 16384;
};

/// Normalised edit distances of every output neuron of the first with every one of the second: |X sym.diff. Y| / |X u
/// Y| of their sets of inputs (the Jaccard distance), 0 where both are empty.
/// @param partner_before  [neurons of the layer before] which neuron of the second stands for which of the first; each
/// is a
///                        block of cols / neurons inputs (the places of a kernel or of a flattened map); empty: inputs
///                        as they are
/// @throws FormatError where the shapes differ, or the inputs are no whole number of blocks
/// Cost: the sum over inputs of the product of both fan-outs, + outputs^2.
CostMatrix edit_distances(const Pattern& first, const Pattern& second,
                          std::span<const std::uint32_t> partner_before = {});

/// The cheapest matching of one layer. No matrix of outputs^2 numbers is stored: rows are counted when asked for.
/// @throws FormatError as edit_distances
/// Cost: twice the counting of edit_distances, then see match_most_alike; some 700 bytes per output.
LayerMatch match_layer(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before = {},
                       const NnstdOptions& options = {});

/// Neural network sparse topology distance: layer after layer, the matching of each layer renaming the inputs of the
/// next.
///
/// It does not mind how hidden neurons are numbered (`jaccard` does): 0 for equal networks, and for networks equal up
/// to a renumbering as long as no two neurons of a hidden layer have the same inputs. Not symmetric beyond the first
/// layer where optima are not unique. What several layers
/// write to, a residual stream, has one matching (tied_units.hpp): the first of them chooses it, the others are
/// measured with it, and all who read the stream have their inputs renamed by it. Where a shortcut without parameters
/// joins stages, the units of the narrower stage keep its matching in the wider one, whose other units are matched
/// among themselves. Grouped convolutions are compared as block-diagonal graphs, depthwise ones by the matching of what
/// they take.
///
/// @throws FormatError naming the layer and both shapes where these differ, where a layer's inputs are not the
///         outputs of what feeds it, or where the two networks' layers are not fed by the same ones
/// Cost: see match_layer, a layer.
/// Source: Liu et al., "Topological insights into sparse neural networks", ECML-PKDD 2020; definitions.md 6.3. We
/// differ: ties prefer the identity (theirs are the solver's choice, an option), and shapes must be equal.
std::vector<LayerMatch> nnstd(const Topology& first, const Topology& second, const NnstdOptions& options = {});

/// The same with each layer on its own, its inputs as they are numbered: independent of ties.
std::vector<LayerMatch> nnstd_layerwise(const Topology& first, const Topology& second,
                                        const NnstdOptions& options = {});

}  // namespace espalier::topology
