#pragma once

#include <string>
#include <vector>

#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/masks/distribution.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::sparsity {

/// One layer's share of the kept weights.
struct LayerAllotment {
    std::string name;
    Shape shape;
    double asked_density = 1.0;  ///< what the distribution says, before rounding to a count
    std::size_t kept = 0;
    bool forced_dense = false;
    std::size_t uses = 1;   ///< multiply-adds of a weight per sample: 1, of a convolution its output pixels
    std::string note = {};  ///< why it does not get the structure asked for; else empty
};

/// What a configuration says about how many weights each layer keeps.
struct AllotmentRequest {
    Init init = parse_init("erk");
    double density = 0.1;
    double epsilon = 0.0;                   ///< above 0: er by epsilon, density unused
    std::vector<std::string> dense_layers;  ///< names, "first", "last"
    /// The distribution, where init does not say it.
    const Distribution* layer_densities = &distribution("erk");
    double erk_power = 1.0;                    ///< of erk and erk_plus
    bool score_by_layer = false;               ///< saliencies rank layer by layer, by layer_densities
    const topology::Topology* file = nullptr;  ///< what init names, where that is a file
};

/// Exact counts (definitions.md 2.1). A density is allotted by largest remainder, ties to the earlier layer, so that
/// the counts add up to round(sum of d_l N_l); an epsilon gives round(p_l N_l) in each layer. Layers forced dense are
/// left out of the equations (they count in the reported density).
///
/// A structure whose weights come in units (blocks, one input for every output) gets the nearest whole number of units
/// in each layer, at least one; one that says itself how many weights are kept (nm) gets these.
/// Where one ranking of all layers decides (snip and its like), asked_density is that of all and the counts are
/// provisional: only their sum holds. A file's layers keep what they have there, in its order.
/// @throws ConfigError for an unknown layer name, a density outside (0, 1], an epsilon that leaves a layer without
/// weights, a structure that does not fit a layer's shape, a file whose layers have other shapes
std::vector<LayerAllotment> allot(const std::vector<std::string>& names, const std::vector<Shape>& shapes,
                                  const AllotmentRequest& request);

}  // namespace espalier::sparsity
