#include <espalier/base/error.hpp>
#include <espalier/nn/dropout_layer.hpp>
#include <espalier/nn/linear.hpp>
#include <espalier/nn/mlp.hpp>

namespace espalier::nn {
namespace {

template <class T>
void add_linear(Network<T>& network, const std::string& name, Pattern pattern, double gain, const MlpOptions& options) {
    const auto number = static_cast<std::uint32_t>(network.size());
    auto layer = std::make_unique<Linear<T>>(name, std::move(pattern), options.execution);
    initialise(*layer->weight(), options.initialisation, gain, Stream(options.seed, Purpose::weight_init, number));
    network.add(std::move(layer));
}

template <class T>
void add_hidden_tail(Network<T>& network, std::size_t number, std::size_t width, const MlpOptions& options) {
    auto layer_number = static_cast<std::uint32_t>(network.size());
    network.add(make_activation<T>(options.activation, number, width,
                                   Stream(options.seed, Purpose::weight_init, layer_number)));
    if (options.dropout > 0.0) {
        ++layer_number;
        network.add(
            std::make_unique<Dropout<T>>("dropout" + std::to_string(number), width, options.dropout, layer_number));
    }
}

}  // namespace

std::vector<std::vector<std::size_t>> MlpShape::weight_shapes() const {
    std::vector<std::vector<std::size_t>> shapes;
    std::size_t before = inputs;
    for (const std::size_t width : hidden) {
        shapes.push_back({width, before});
        before = width;
    }
    shapes.push_back({classes, before});
    return shapes;
}

std::vector<std::string> MlpShape::weight_names() const {
    std::vector<std::string> names;
    for (std::size_t k = 1; k <= hidden.size() + 1; ++k) names.push_back("fc" + std::to_string(k));
    return names;
}

template <class T>
Network<T> make_mlp(const MlpShape& shape, std::vector<Pattern> patterns, const MlpOptions& options) {
    const auto names = shape.weight_names();
    const auto shapes = shape.weight_shapes();
    if (patterns.size() != shapes.size()) {
        throw ConfigError("the network has " + std::to_string(shapes.size()) + " weight layers, but there are " +
                          std::to_string(patterns.size()) + " masks");
    }
    Network<T> network;
    for (std::size_t k = 0; k < patterns.size(); ++k) {
        if (patterns[k].rows() != shapes[k][0] || patterns[k].cols() != shapes[k][1]) {
            throw ConfigError("layer " + names[k] + " is " + std::to_string(shapes[k][0]) + "x" +
                              std::to_string(shapes[k][1]) + ", its mask " + patterns[k].shape_text());
        }
        const bool is_hidden = k < shape.hidden.size();
        const double gain = is_hidden ? options.activation.gain(k + 1) : 1.0;
        add_linear(network, names[k], std::move(patterns[k]), gain, options);
        if (is_hidden) add_hidden_tail(network, k + 1, shape.hidden[k], options);
    }
    return network;
}

template Network<float> make_mlp(const MlpShape&, std::vector<Pattern>, const MlpOptions&);
template Network<double> make_mlp(const MlpShape&, std::vector<Pattern>, const MlpOptions&);

}  // namespace espalier::nn
