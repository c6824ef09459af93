#pragma once

#include <vector>

#include <espalier/topology/distance/nnstd.hpp>

namespace espalier::topology {

/// Sparse topology distance with all hidden permutations chosen together: a smallest mean over layers that changing one
/// layer's matching does not lower any more.
///
/// The chain of `nnstd` matches each layer for itself and never asks what that costs the next. Here, with its
/// neighbours fixed, the matching of a layer is chosen by its own edit distances and by what it does to the layer it
/// feeds. The latter is no linear function of the matching: a pair of neurons of the next layer with c of s inputs
/// (both fan-ins together) in common is alike by c / (s - c). But that is convex in c, so its tangent at the present c
/// is never above it, and a matching that is better by the tangents is better in truth: one linear assignment a step,
/// of similarities plus (outputs / outputs of the next) s / (s - c)^2 for each common input a pair of neurons would
/// add. A step is taken where the exact mean falls. Layers are visited from first to last until none improves.
///
/// Begun from the chain and from the identity, the better end counts: so the mean is never above that of `nnstd`, nor
/// above that of matching every neuron with itself. It is the smallest that was found, hence an upper bound of the
/// least mean over all permutations, which is hard to find (a quadratic assignment). 0 for equal networks, and for
/// renumbered ones where nnstd is 0. Single layers may be farther apart than by `nnstd`. Not symmetric in general.
///
/// @param options  as in nnstd, but every assignment is exact whatever the size
/// @throws FormatError as nnstd, and where layers are no chain
/// Cost: that of some tens of match_layer a hidden layer; the second part of a similarity takes the sum over edges of
/// the next layer of the partner's fan-in.
/// Source: ours, definitions.md 6.4 (the chain alone is 6.3); the tangents are the convex-concave procedure of Yuille
/// and Rangarajan, Neural Computation 15 (2003).
std::vector<LayerMatch> nnstd_joint(const Topology& first, const Topology& second, const NnstdOptions& options = {});

}  // namespace espalier::topology
