#pragma once

#include <espalier/nn/models/spec.hpp>
#include <espalier/nn/parameters/initialise.hpp>

namespace espalier::nn {

/// What a weight of a network is drawn from: as the initialisation says, or with "published" as the weight's own
/// program does. Sources: definitions.md 7.6.
Draw draw_of(const WeightSpec& weight, const Initialisation& how);

/// Whether its bias is drawn, too, uniform within 1 / sqrt(fan-in), instead of beginning at zero.
bool draws_bias(const WeightSpec& weight, const Initialisation& how);

}  // namespace espalier::nn
