#include <espalier/nn/models/heads_spec.hpp>

namespace espalier::nn {

void add_heads(NetworkSpec& spec, const std::vector<std::size_t>& classifiers, HeadMerge how) {
    const std::size_t classes = spec.nodes[classifiers.front()].outputs;
    spec.add({.name = "heads", .kind = "heads", .outputs = classes * classifiers.size()}, classifiers);
    const char* kind = how == HeadMerge::logits ? "head_mean" : "head_mean_of_probabilities";
    spec.add({.name = "head_mean", .kind = kind, .outputs = classes});
}

}  // namespace espalier::nn
