#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::testing {

/// Nodes of a network, added one by one; each takes what the one before gives unless it says otherwise.
template <class T>
class NodeList {
  public:
    std::size_t add(std::unique_ptr<nn::Layer<T>> layer) { return add(std::move(layer), {nodes_.size() - 1}); }
    std::size_t add(std::unique_ptr<nn::Layer<T>> layer, std::vector<std::size_t> inputs) {
        nodes_.push_back({std::move(layer), std::move(inputs)});
        return nodes_.size() - 1;
    }
    nn::Network<T> network() { return nn::Network<T>(std::move(nodes_)); }

  private:
    std::vector<nn::Node<T>> nodes_;
};

}  // namespace espalier::testing
