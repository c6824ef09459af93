#include <set>
#include <utility>

#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

std::size_t WeightSpec::cols() const {
    std::size_t product = 1;
    for (std::size_t k = 1; k < shape.size(); ++k) product *= shape[k];
    return product;
}

std::size_t WeightSpec::fan_out() const {
    std::size_t product = shape[0];
    for (std::size_t k = 2; k < shape.size(); ++k) product *= shape[k];
    return product;
}

std::size_t NetworkSpec::add(NodeSpec node, std::vector<std::size_t> from) {
    node.inputs = std::move(from);
    nodes.push_back(std::move(node));
    return nodes.size() - 1;
}

std::size_t NetworkSpec::add(NodeSpec node) {
    return add(std::move(node), {nodes.size() - 1});  // of the first: network_input
}

kernels::Image NetworkSpec::input_of(std::size_t node) const {
    const std::size_t input = nodes[node].inputs.front();
    if (input != network_input) return nodes[input].output();
    return image.channels == 0 ? kernels::Image{inputs, 1, 1} : image;
}

bool NetworkSpec::is_chain() const {
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        if (nodes[k].inputs != std::vector<std::size_t>{k - 1}) return false;
    }
    return true;
}

std::vector<std::vector<std::size_t>> NetworkSpec::fed_by() const {
    std::vector<std::vector<std::size_t>> all;
    for (const NodeSpec& node : nodes) {
        std::set<std::size_t> feeding;
        for (const std::size_t input : node.inputs) {
            if (input == network_input || nodes[input].weight) {
                feeding.insert(input);
            } else {
                feeding.insert(all[input].begin(), all[input].end());
            }
        }
        all.emplace_back(feeding.begin(), feeding.end());
    }
    return all;
}

std::vector<std::size_t> NetworkSpec::weighted() const {
    std::vector<std::size_t> numbers;
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        if (nodes[k].weight) numbers.push_back(k);
    }
    return numbers;
}

std::vector<std::string> NetworkSpec::weight_names() const {
    std::vector<std::string> names;
    for (const std::size_t k : weighted()) names.push_back(nodes[k].name);
    return names;
}

std::vector<std::vector<std::size_t>> NetworkSpec::weight_shapes() const {
    std::vector<std::vector<std::size_t>> shapes;
    for (const std::size_t k : weighted()) shapes.push_back(nodes[k].weight->shape);
    return shapes;
}

double NetworkSpec::positions() const {
    double sum = 0.0;
    for (const std::vector<std::size_t>& shape : weight_shapes()) {
        double product = 1.0;
        for (const std::size_t side : shape) product *= static_cast<double>(side);
        sum += product;
    }
    return sum;
}

}  // namespace espalier::nn
