#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <espalier/kernels/images/image.hpp>

namespace espalier::nn {

/// How the program that a model comes from draws a weight. Biases are drawn with `torch` alone, else they start at 0.
enum class PublishedInit : std::uint8_t {
    torch,             ///< PyTorch's default: uniform within 1 / sqrt(fan-in), biases too
    torch_weights,     ///< the same, but of the weights alone
    kaiming_in,        ///< normal, variance 2 / fan-in
    kaiming_out,       ///< normal, variance 2 / fan-out
    normal_hundredth,  ///< normal, deviation 0.01
    normal_fiftieth,   ///< normal, deviation 0.02
};

/// The weights of a node that a mask can thin out.
struct WeightSpec {
    std::vector<std::size_t> shape;  ///< [outputs, inputs]; [output channels, input channels of a group, height, width]
    double gain = 1.0;               ///< of the activation behind it (He et al. 2015: sqrt(2) for ReLU)
    PublishedInit published = PublishedInit::torch;
    std::size_t uses = 1;  ///< multiply-adds of each weight per sample: the output's pixels

    std::size_t rows() const { return shape[0]; }
    /// Of the matrix that a pattern is of: what one output meets, in the order of the other sides. The fan-in.
    std::size_t cols() const;
    /// What one input meets, of a convolution at all positions of its window.
    std::size_t fan_out() const;
};

/// How a convolution or a pooling layer goes over an image.
struct WindowSpec {
    kernels::Window window = {};
    std::size_t groups = 1;
    bool ceil_mode = false;     ///< of pooling: a last window may reach over the edge
    bool count_padding = true;  ///< of means: padding counts
};

/// Among a node's inputs: what the network itself takes.
inline constexpr std::size_t network_input = ~std::size_t{0};

/// What a network does at one place, as plain data: layers are built from it (build.hpp).
struct NodeSpec {
    std::string name;  ///< "fc1", "block1.fc1": unique in its network; snapshots and `sparsity.dense_layers` call it so
    std::string kind;  ///< as run files and `inspect` name it: "linear", "relu", "dropout", ...
    std::vector<std::size_t> inputs = {};  ///< numbers of the nodes before whose outputs it takes, or network_input
    std::size_t outputs = 0;               ///< features
    std::optional<WeightSpec> weight = std::nullopt;
    std::size_t others = 0;  ///< trained numbers beside the weights; a linear layer or convolution without has no bias
    double slope = 0.0;      ///< of the ReLUs: slope below 0
    std::optional<std::size_t> shares = std::nullopt;  ///< number of the node whose arrays it uses as its own
    double rate = 0.0;                                 ///< of dropout: share of elements set to zero, in [0, 1)
    double epsilon = 1e-5;  ///< of layer_norm and group_norm: added to the variance; of batch_norm it is always that
    double start = 1.0;     ///< of channel_scale: what all its numbers begin with
    kernels::Image image = {0, 0, 0};  ///< of the output; no channels: it has features, but is no image
    std::optional<WindowSpec> window = std::nullopt;

    /// The output as an image; features are channels of one pixel.
    kernels::Image output() const { return image.channels == 0 ? kernels::Image{outputs, 1, 1} : image; }
};

/// What one sample is to a network: an image, or so many features.
struct Sample {
    kernels::Image image;

    constexpr Sample(std::size_t features)
        : image{features, 1, 1} {}  // NOLINT(google-explicit-constructor): most are features
    constexpr Sample(std::size_t channels, std::size_t height, std::size_t width) : image{channels, height, width} {}
    std::size_t features() const { return image.features(); }
};

/// A network without its masks and numbers. All that has to know what a model is made of reads this: how many weights
/// each layer keeps, `inspect`, run files, tickets, drawing weights, building layers.
struct NetworkSpec {
    std::size_t inputs = 0;            ///< features of a sample
    std::vector<NodeSpec> nodes;       ///< each takes what nodes before it give; the last gives the network's output
    kernels::Image image = {0, 0, 0};  ///< a sample, where the network takes images

    /// Adds a node that takes what these nodes give. @return its number
    std::size_t add(NodeSpec node, std::vector<std::size_t> from);
    /// Adds a node that takes what the last one gives, the first what the network takes. @return its number
    std::size_t add(NodeSpec node);
    /// What a node takes first, as an image.
    kernels::Image input_of(std::size_t node) const;
    /// True where every node takes what the one before it gives, and nothing else.
    bool is_chain() const;

    /// Of each node the nodes with weights whose outputs reach it through what lies between (sums, activations),
    /// ascending; network_input, the last, for what the network itself takes.
    std::vector<std::vector<std::size_t>> fed_by() const;

    /// Numbers of the nodes with weights, in order.
    std::vector<std::size_t> weighted() const;
    /// Their names and shapes.
    std::vector<std::string> weight_names() const;
    std::vector<std::vector<std::size_t>> weight_shapes() const;
    /// Positions of all weights; in double, which no width makes overflow.
    double positions() const;
};

}  // namespace espalier::nn
