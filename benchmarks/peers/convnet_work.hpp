#pragma once

#include <optional>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/nn/models/spec.hpp>

#include "work.hpp"

namespace espalier::benchmarks {

/// Random masks, each with the count that its density says.
/// @param erk  densities of layers are those of ERK; else all are equal
std::vector<Pattern> convnet_masks(const nn::NetworkSpec& spec, double density, bool erk);

/// convnet_step (model, classes, batch, density, erk): one training step of a model of images by name on images of
/// 3x32x32 that stay the same; as mlp_step. With erk=1 densities of layers are those of ERK, else all are equal.
/// convnet_evaluation (the same): one forward pass in evaluation, batch norms folded into the weights before them.
/// @return  none for another kind
std::optional<Work> make_convnet_work(const std::string& kind, const Request& request);

}  // namespace espalier::benchmarks
