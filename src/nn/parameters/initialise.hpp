#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>

namespace espalier::nn {

struct Initialisation;

/// A distribution of initial weights.
struct Initialiser : Named {
    bool is_uniform;  ///< else normal
    bool has_fan;     ///< its variance follows from the fan: fan modes rescale it
    /// Standard deviation of the weights of a neuron that has all its inputs.
    double (*deviation)(const Initialisation& how, std::size_t fan_in, std::size_t fan_out, double gain);
};

/// kaiming_uniform, kaiming_normal, xavier_uniform, xavier_normal, normal; and published, for models of the literature:
/// each weight as its program draws it (published_init.hpp).
const std::vector<Initialiser>& initialisers();

/// @throws ConfigError for an unknown name
const Initialiser& initialiser(std::string_view name);

/// How the fan-in of a masked neuron is counted:
/// - sparse_aware (default): its kept weights, so that the variance of its sum is that of a dense network;
/// - dense_then_mask: all inputs, as the PyTorch programs do (without normalisation layers the signal shrinks by about
///   the square root of the density in every layer);
/// - scaled: all inputs times the global density (Random_Pruning's --scaled);
/// - sparse_norm: as sparse_aware where weights are drawn for a mask; weights that a score chose (keep_of_dense) get
/// the
///   norm that all of their neuron's had: chosen ones are larger than others, so that their number says too little;
/// - layer_density: all inputs times the layer's density, a factor of sqrt(1/d) for all weights of a layer.
enum class FanMode { sparse_aware, dense_then_mask, scaled, sparse_norm, layer_density };

const std::vector<Choice<FanMode>>& fan_modes();

struct Initialisation {
    const Initialiser* distribution = &initialisers().front();
    FanMode fan_mode = FanMode::sparse_aware;
    double normal_std = 0.1;      ///< of "normal", which has no fan-in and is never rescaled
    double global_density = 1.0;  ///< of "scaled"
};

/// What the weights of a layer are drawn from.
struct Draw {
    double deviation;  ///< of the weights of a neuron that has all its inputs
    bool is_uniform;   ///< else normal
    bool has_fan;      ///< fan modes rescale it
};
Draw draw_of(const Initialisation& how, std::size_t fan_in, std::size_t fan_out, double gain);

/// Draws the kept weights in the pattern's order; neurons without inputs keep only their bias.
///
/// Equal in distribution to a dense draw that is masked and then rescaled by sqrt(fan_in / kept), without the dense
/// draw.
/// @param gain of the activation behind the layer (He et al. 2015: sqrt(2) for ReLU); xavier and normal take none
template <class T>
void initialise(MaskedWeight<T>& weight, const Initialisation& how, double gain, Stream stream);
template <class T>
void initialise(MaskedWeight<T>& weight, const Initialisation& how, const Draw& draw, Stream stream);

/// The kept ones of weights that were drawn for all positions, times what the fan mode says of their neuron
/// (definitions.md 7.1): initial weights of a network whose mask was found by looking at them.
/// @param dense [outputs x inputs], drawn with fan mode dense_then_mask
/// @throws FormatError where the sizes differ
template <class T>
void keep_of_dense(MaskedWeight<T>& weight, std::span<const double> dense, const Initialisation& how);

/// The same for values that are no layer's: [edges].
template <class T>
void initialise(const Pattern& pattern, const Initialisation& how, const Draw& draw, Stream stream,
                std::span<T> values);

}  // namespace espalier::nn
