#pragma once

#include <span>
#include <string>

#include <espalier/base/patterns/pattern_update.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::sparsity {

/// What a new weight begins with (definitions.md 3.2).
struct GrowInit {
    enum class Kind { zeros, normal, uniform, gradient };
    Kind kind = Kind::zeros;
    double scale = 0.0;  ///< deviation of normal; factor of gradient
};

/// "zeros", "uniform", "normal:0.1", "grad:1".
/// @throws ConfigError with what completes `sparsity.grow_init = "..." ...`
GrowInit parse_grow_init(const std::string& text);

/// Gives the weights that grew in this update their values; the others stay.
/// - normal: N(0, scale^2), SET's NumPy program with 0.1;
/// - uniform: between -sqrt(6 / inputs) and sqrt(6 / inputs), the truly sparse program;
/// - gradient: scale times `gradient`, [edges] of the new pattern.
/// @param values [edges] of the new pattern
/// @param stream read by position in the mask: equal numbers whatever else grows
void set_grown(const GrowInit& how, const PatternUpdate& update, std::span<const float> gradient, const Stream& stream,
               std::span<float> values);

}  // namespace espalier::sparsity
