#pragma once

#include <cstddef>

#include <espalier/base/random/random.hpp>
#include <espalier/robustness/images/filters.hpp>

namespace espalier::robustness {

/// A map of heights in [0, 1] whose roughness falls by `decay` with each halving (diamond-square, on a torus).
/// @param least  its side is the power of two from here on
Plane plasma(std::size_t least, double decay, Stream& stream);

}  // namespace espalier::robustness
