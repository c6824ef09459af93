#include <cmath>

#include <boost/random/uniform_real_distribution.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/graph/published_init.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/channel_scale_layer.hpp>
#include <espalier/nn/layers/convolution.hpp>
#include <espalier/nn/layers/dealt_linear.hpp>
#include <espalier/nn/layers/drop_path_layer.hpp>
#include <espalier/nn/layers/dropout_layer.hpp>
#include <espalier/nn/layers/flatten_layer.hpp>
#include <espalier/nn/layers/gelu_layer.hpp>
#include <espalier/nn/layers/heads_layer.hpp>
#include <espalier/nn/layers/layer_norm_layer.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/layers/padding_layer.hpp>
#include <espalier/nn/layers/pooling_layer.hpp>
#include <espalier/nn/layers/sample_norm_layer.hpp>
#include <espalier/nn/layers/shared_batch_norm_layer.hpp>
#include <espalier/nn/layers/sigmoid_layer.hpp>
#include <espalier/nn/layers/srelu_layer.hpp>
#include <espalier/nn/layers/subsample_layer.hpp>
#include <espalier/nn/layers/sum_layer.hpp>

namespace espalier::nn {
namespace {

/// What a layer is made from.
struct Making {
    const NodeSpec& node;
    kernels::Image input;  ///< what it takes first, as it lies in memory
    std::uint32_t number;  ///< of the node
    Pattern pattern;       ///< of its weights, where it has any
    const BuildOptions& options;

    kernels::Image output() const { return kernels::with_border(node.output()); }
    Stream stream() const { return {options.seed, Purpose::weight_init, number}; }
};

/// Weights, and biases where the model's program draws them.
template <class Made>
void draw(Made& layer, const Making& making) {
    const Initialisation& how = making.options.initialisation;
    const WeightSpec& weight = *making.node.weight;
    initialise(layer.weight(), how, draw_of(weight, how), making.stream());
    if (!draws_bias(weight, how)) return;
    Stream stream(making.options.seed, Purpose::weight_init, making.number, 1);
    const double limit = 1.0 / std::sqrt(static_cast<double>(weight.cols()));
    boost::random::uniform_real_distribution<double> between(-limit, limit);
    for (auto& bias : layer.bias().values) bias = static_cast<std::remove_reference_t<decltype(bias)>>(between(stream));
}

/// The numbers that own rows have when all are drawn, one layer at a time.
template <class T>
void draw_dealt(DealtLinear<T>& layer, const Pattern& pattern, const Making& making) {
    const Initialisation& how = making.options.initialisation;
    const WeightSpec& weight = *making.node.weight;
    if (draws_bias(weight, how)) {
        throw ConfigError(
            "--split-neurons: model.init = \"published\" draws biases, which is not built for dealt neurons");
    }
    std::vector<T> all(pattern.edges());
    initialise<T>(pattern, how, draw_of(weight, how), making.stream(), all);
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(pattern.row_begin(layer.own_rows().begin)),
                layer.weight().parameter().values.size(), layer.weight().parameter().values.begin());
}

template <class T>
std::unique_ptr<Layer<T>> make_dealt_linear(const Making& making, const DealtNode& dealt,
                                            const std::shared_ptr<DealtMemory<T>>& memory) {
    auto layer = std::make_unique<DealtLinear<T>>(making.node.name, making.pattern, making.node.others != 0,
                                                  *making.options.dealing,
                                                  WholeActivations{dealt.takes_whole, dealt.gives_whole}, memory);
    draw_dealt(*layer, making.pattern, making);
    return layer;
}

template <class T>
struct Maker {
    const char* kind;
    std::unique_ptr<Layer<T>> (*make)(Making&& making);
};

template <class T>
std::unique_ptr<Layer<T>> make_linear(Making&& making) {
    auto layer = std::make_unique<Linear<T>>(making.node.name, std::move(making.pattern), making.options.execution,
                                             making.node.others != 0);
    draw(*layer, making);
    return layer;
}

template <class T>
std::unique_ptr<Layer<T>> make_convolution(Making&& making) {
    const NodeSpec& node = making.node;
    const kernels::ConvolutionShape shape{making.input, making.output(), node.window->window, node.window->groups};
    auto layer = std::make_unique<Convolution<T>>(node.name, node.kind, shape, std::move(making.pattern),
                                                  node.others != 0, making.options.execution);
    draw(*layer, making);
    return layer;
}

template <class T>
std::unique_ptr<Layer<T>> make_pooling(Making&& making) {
    const NodeSpec& node = making.node;
    const WindowSpec& how = *node.window;
    const PoolingOf what = node.kind == "max_pool" ? PoolingOf::maximum : PoolingOf::mean;
    return std::make_unique<PoolingLayer<T>>(
        node.name, node.kind, what,
        kernels::Pooling{making.input,
                         kernels::pooling_spans(how.window.rows, making.input.height, how.ceil_mode, how.count_padding),
                         kernels::pooling_spans(how.window.cols, making.input.width, how.ceil_mode, how.count_padding),
                         making.output().border});
}

template <class T>
std::unique_ptr<Layer<T>> make_adaptive_pooling(Making&& making) {
    const NodeSpec& node = making.node;
    const PoolingOf what = node.kind == "adaptive_max_pool" ? PoolingOf::maximum : PoolingOf::mean;
    return std::make_unique<PoolingLayer<T>>(
        node.name, node.kind, what,
        kernels::Pooling{making.input, kernels::adaptive_spans(making.input.height, node.image.height),
                         kernels::adaptive_spans(making.input.width, node.image.width), making.output().border});
}

template <class T>
std::unique_ptr<Layer<T>> make_padding(Making&& making) {
    const NodeSpec& node = making.node;
    const PaddingOf what = node.kind == "zero_pad"          ? PaddingOf::zeros
                           : node.kind == "replication_pad" ? PaddingOf::replication
                                                            : PaddingOf::reflection;
    return std::make_unique<PaddingLayer<T>>(node.name, node.kind, what, making.input, node.window->window,
                                             making.output().border);
}

template <class T>
std::unique_ptr<Layer<T>> make_flatten(Making&& making) {
    return std::make_unique<Flatten<T>>(making.node.name, making.input);
}

template <class T>
std::unique_ptr<Layer<T>> make_subsample(Making&& making) {
    return std::make_unique<Subsample<T>>(making.node.name, making.input, making.output(),
                                          making.node.window->window.rows.stride);
}

template <class T>
std::unique_ptr<Layer<T>> make_leaky_relu(Making&& making) {
    return std::make_unique<LeakyRelu<T>>(making.node.name, making.node.kind, making.node.outputs, making.node.slope);
}

template <class T>
std::unique_ptr<Layer<T>> make_srelu(Making&& making) {
    auto layer = std::make_unique<Srelu<T>>(making.node.name, making.node.outputs);
    layer->initialise(making.stream());
    return layer;
}

template <class T>
std::unique_ptr<Layer<T>> make_sigmoid(Making&& making) {
    return std::make_unique<Sigmoid<T>>(making.node.name, making.node.outputs);
}

template <class T>
std::unique_ptr<Layer<T>> make_dropout(Making&& making) {
    return std::make_unique<Dropout<T>>(making.node.name, making.node.outputs, making.node.rate, making.number);
}

template <class T>
std::unique_ptr<Layer<T>> make_sum(Making&& making) {
    return std::make_unique<Sum<T>>(making.node.name, making.node.outputs, making.node.inputs.size());
}

template <class T>
std::unique_ptr<Layer<T>> make_heads(Making&& making) {
    const std::size_t heads = making.node.inputs.size();
    return std::make_unique<Heads<T>>(making.node.name, making.node.outputs / heads, heads);
}

template <class T>
std::unique_ptr<Layer<T>> make_head_mean(Making&& making) {
    return std::make_unique<HeadMean<T>>(making.node.name, making.node.outputs,
                                         making.input.features() / making.node.outputs,
                                         making.node.kind == "head_mean_of_probabilities");
}

/// A use of the arrays of a node before it.
template <class T>
std::unique_ptr<Layer<T>> make_shared_batch_norm(const NodeSpec& node, const std::vector<Node<T>>& before) {
    auto* first = node.shares ? dynamic_cast<BatchNorm<T>*>(before.at(*node.shares).layer.get()) : nullptr;
    if (first == nullptr) throw ConfigError("layer " + node.name + ": what it shares is no batch normalisation");
    return std::make_unique<SharedBatchNorm<T>>(node.name, *first);
}

template <class T>
std::unique_ptr<Layer<T>> make_batch_norm(Making&& making) {
    return std::make_unique<BatchNorm<T>>(making.node.name, making.output());
}

template <class T>
std::unique_ptr<Layer<T>> make_group_norm(Making&& making) {
    return std::make_unique<SampleNorm<T>>(making.node.name, making.node.kind,
                                           kernels::SampleSets::of_groups(making.input, making.node.window->groups),
                                           making.node.epsilon);
}

template <class T>
std::unique_ptr<Layer<T>> make_layer_norm(Making&& making) {
    if (making.node.image.channels != 0) {
        return std::make_unique<SampleNorm<T>>(making.node.name, making.node.kind,
                                               kernels::SampleSets::of_pixels(making.input), making.node.epsilon);
    }
    return std::make_unique<LayerNorm<T>>(making.node.name, making.node.outputs);
}

template <class T>
std::unique_ptr<Layer<T>> make_gelu(Making&& making) {
    return std::make_unique<Gelu<T>>(making.node.name, making.node.outputs);
}

template <class T>
std::unique_ptr<Layer<T>> make_channel_scale(Making&& making) {
    return std::make_unique<ChannelScale<T>>(making.node.name, making.input, making.node.start);
}

template <class T>
std::unique_ptr<Layer<T>> make_drop_path(Making&& making) {
    return std::make_unique<DropPath<T>>(making.node.name, making.node.outputs, making.node.rate, making.number);
}

template <class T>
std::unique_ptr<Layer<T>> layer_of(Making&& making) {
    static constexpr Maker<T> makers[] = {
        {"linear", make_linear<T>},
        {"relu", make_leaky_relu<T>},
        {"leaky_relu", make_leaky_relu<T>},
        {"all_relu", make_leaky_relu<T>},
        {"srelu", make_srelu<T>},
        {"sigmoid", make_sigmoid<T>},
        {"dropout", make_dropout<T>},
        {"sum", make_sum<T>},
        {"batch_norm", make_batch_norm<T>},
        {"layer_norm", make_layer_norm<T>},
        {"conv2d", make_convolution<T>},
        {"conv1d", make_convolution<T>},
        {"pixel_linear", make_convolution<T>},
        {"gelu", make_gelu<T>},
        {"channel_scale", make_channel_scale<T>},
        {"drop_path", make_drop_path<T>},
        {"max_pool", make_pooling<T>},
        {"avg_pool", make_pooling<T>},
        {"adaptive_avg_pool", make_adaptive_pooling<T>},
        {"adaptive_max_pool", make_adaptive_pooling<T>},
        {"zero_pad", make_padding<T>},
        {"replication_pad", make_padding<T>},
        {"reflection_pad", make_padding<T>},
        {"group_norm", make_group_norm<T>},
        {"flatten", make_flatten<T>},
        {"heads", make_heads<T>},
        {"head_mean", make_head_mean<T>},
        {"head_mean_of_probabilities", make_head_mean<T>},
        {"subsample", make_subsample<T>},
    };
    for (const Maker<T>& maker : makers) {
        if (making.node.kind == maker.kind) return maker.make(std::move(making));
    }
    throw ConfigError("layer " + making.node.name + ": there is no layer of kind '" + making.node.kind + "'");
}

void require_shape(const NodeSpec& node, const Pattern& pattern) {
    const WeightSpec& weight = *node.weight;
    if (pattern.rows() == weight.rows() && pattern.cols() == weight.cols()) return;
    throw ConfigError("layer " + node.name + " is " + std::to_string(weight.rows()) + "x" +
                      std::to_string(weight.cols()) + ", its mask " + pattern.shape_text());
}

}  // namespace

template <class T>
Network<T> build(const NetworkSpec& spec, std::vector<Pattern> patterns, const BuildOptions& options) {
    const std::size_t weights = spec.weighted().size();
    if (patterns.size() != weights) {
        throw ConfigError("the network has " + std::to_string(weights) + " weight layers, but there are " +
                          std::to_string(patterns.size()) + " masks");
    }
    std::vector<Node<T>> nodes;
    auto pattern = patterns.begin();
    const auto memory = std::make_shared<DealtMemory<T>>();
    for (const NodeSpec& node : spec.nodes) {
        const DealtNode dealt = options.dealing == nullptr ? DealtNode{} : options.dealing->node(nodes.size());
        kernels::Image input = spec.input_of(nodes.size());
        if (node.inputs[0] != network_input) input = kernels::with_border(input);
        Making making{node, input, static_cast<std::uint32_t>(nodes.size()), {}, options};
        if (node.weight) {
            require_shape(node, *pattern);
            making.pattern = std::move(*pattern++);
        }
        std::unique_ptr<Layer<T>> layer;
        if (node.kind == "shared_batch_norm") {
            layer = make_shared_batch_norm<T>(node, nodes);
        } else if (!dealt.is_dealt) {
            layer = layer_of<T>(std::move(making));
        } else if (node.weight) {
            layer = make_dealt_linear<T>(making, dealt, memory);
        } else {
            NodeSpec own = node;
            own.outputs = options.dealing->own(node.outputs).size();
            layer = layer_of<T>({own, input, making.number, {}, options});
        }
        nodes.push_back({std::move(layer), node.inputs});
    }
    return Network<T>(std::move(nodes));
}

template Network<float> build(const NetworkSpec&, std::vector<Pattern>, const BuildOptions&);
template Network<double> build(const NetworkSpec&, std::vector<Pattern>, const BuildOptions&);

}  // namespace espalier::nn
