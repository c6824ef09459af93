#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

/// One layer of a network that a user spells out. Sizes are {height, width}; of a sequence, which has no height, the
/// second counts.
struct LayerEntry {
    std::string kind;  ///< see layer_kinds()
    std::string name;  ///< empty: kind and place, "conv2d3"
    std::string from;  ///< the layer whose output it takes; empty: the one before, of the first the network's input
    std::string with;  ///< of a sum: the other layer
    std::size_t channels = 0;  ///< of a convolution, subsample; outputs of a linear layer, 0: the classes
    std::array<std::size_t, 2> kernel{1, 1};
    std::array<std::size_t, 2> stride{0, 0};  ///< 0: 1, of pooling its kernel
    std::array<std::size_t, 2> dilation{1, 1};
    std::array<std::size_t, 2> padding_before{0, 0};
    std::array<std::size_t, 2> padding_after{0, 0};
    bool tf_same = false;  ///< padding as TensorFlow's "same", which may be larger at the end
    std::size_t groups = 1;
    bool bias = true;
    double rate = 0.5;
    double epsilon = 1e-5;  ///< of layer_norm and group_norm
    double start = 1.0;     ///< of channel_scale
    bool ceil_mode = false;
    bool count_padding = true;
    std::array<std::size_t, 2> size{1, 1};  ///< of adaptive pooling: its output
};

/// What an entry's kind may be: conv2d, batch_norm, relu, max_pool, ...
const std::vector<std::string>& layer_kinds();

/// The network that the entries spell out, each of which takes what the one before gives unless it says `from`.
/// @throws ConfigError naming the layer: unknown kinds and names, names that stand twice, windows that do not fit
NetworkSpec layer_list_spec(const std::vector<LayerEntry>& entries, const Sample& sample, std::size_t classes);

}  // namespace espalier::nn
