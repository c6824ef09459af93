#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace espalier::benchmarks {

/// What a worker was asked for: words "name=value".
class Request {
  public:
    /// @throws ConfigError for a word without "=", or a name not known
    explicit Request(const std::vector<std::string>& words);

    std::size_t number(const std::string& name) const;
    double share(const std::string& name) const;
    std::vector<std::size_t> numbers(const std::string& name) const;  ///< "784,1024,10"
    const std::string& text(const std::string& name) const;

  private:
    std::map<std::string, std::string> values_{{"threads", "1"}, {"density", "1"}, {"batch", "128"}, {"erk", "0"}};
};

/// One kind of work, ready to be done again and again.
struct Work {
    std::function<void()> once;
    std::size_t weights = 0;  ///< kept weights it runs over
};

/// - mlp_step (shape, batch, density): one training step of an MLP with ReLU, SGD with momentum 0.9, as the trainer
/// does
///   it: forward, softmax cross-entropy, backward, update; the data stay the same
/// - convnet_step (model, density, erk): see convnet_work.hpp
/// - linear (width, batch, density): forward, weight gradient, bias gradient and input gradient of one layer
/// - product (width, batch, density): the forward product alone
/// - leading_singular_values (shape=outputs,inputs, density): the two largest of a random mask
/// - nnstd (width, density): distance of two independent random layers
/// - components, matching, betweenness (width, density): see structure_work.hpp
/// @throws ConfigError for another kind
Work make_work(const std::string& kind, const Request& request);

}  // namespace espalier::benchmarks
