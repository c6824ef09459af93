#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/layers/dealt_linear.hpp>
#include <espalier/nn/models/models.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

NodeSpec linear_node(const std::string& name, std::size_t outputs, std::size_t inputs) {
    return {
        .name = name, .kind = "linear", .outputs = outputs, .weight = WeightSpec{{outputs, inputs}}, .others = outputs};
}

/// linear, ReLU, ..., linear.
NetworkSpec dealt_spec(const std::vector<std::size_t>& widths) {
    NetworkSpec spec{.inputs = widths.front()};
    for (std::size_t k = 1; k < widths.size(); ++k) {
        spec.add(linear_node("fc" + std::to_string(k), widths[k], widths[k - 1]));
        if (k + 1 < widths.size()) spec.add({.name = "relu" + std::to_string(k), .kind = "relu", .outputs = widths[k]});
    }
    return spec;
}

/// What one pass gives: the output, and all gradients one behind the other.
template <class T>
struct DealtOutcome {
    std::vector<T> output, gradients;
};

template <class T>
std::vector<T> numbers_in(kernels::View<const T> view) {
    std::vector<T> numbers;
    for (std::size_t f = 0; f < view.features; ++f)
        numbers.insert(numbers.end(), view.row(f), view.row(f) + view.lanes);
    return numbers;
}

template <class T>
DealtOutcome<T> dealt_pass(const NetworkSpec& spec, const std::vector<Pattern>& masks, std::size_t lanes, Stream stream,
                           const NeuronDealing* dealing) {
    BuildOptions options;
    options.initialisation.distribution = &initialiser("kaiming_normal");
    options.seed = 3;
    options.dealing = dealing;
    Network<T> network = build<T>(spec, masks, options);
    const auto in = random_activations<T>(spec.inputs, lanes, stream);
    const auto weights = random_activations<T>(spec.nodes.back().outputs, lanes, stream);
    Workspace<T> workspace;
    workspace.is_lean = dealing != nullptr;
    DealtOutcome<T> found;
    for (int turn = 0; turn < 2; ++turn) {  // buffers are used anew
        const kernels::View<T> out = network.forward(workspace, in.view(), {true});
        found.output = numbers_in<T>(out);
        const kernels::View<T> gradient = network.output_gradient(workspace);
        std::copy_n(weights.view().data, weights.view().elements(), gradient.data);
        network.backward(workspace, {true});
    }
    for (const ParameterEntry<T>& entry : network.table().entries()) {
        const std::span<const T> own = entry.parameter->gradient;
        const bool is_dealt = dealing != nullptr && dealing->node(entry.layer).is_dealt;
        const std::vector<T> all = is_dealt ? dealing->whole(own, Reach::all) : std::vector<T>(own.begin(), own.end());
        found.gradients.insert(found.gradients.end(), all.begin(), all.end());
    }
    return found;
}

template <class T>
void check_dealt(const std::vector<std::size_t>& widths, std::vector<Pattern> masks, std::size_t lanes, int count) {
    const NetworkSpec spec = dealt_spec(widths);
    const Stream stream = test_stream();
    const DealtOutcome<T> one = dealt_pass<T>(spec, masks, lanes, stream, nullptr);
    std::vector<DealtOutcome<T>> found(static_cast<std::size_t>(count));
    run_as_ranks(count, [&](Communicator& ranks) {
        const NeuronDealing dealing(ranks, spec, masks);
        found[static_cast<std::size_t>(ranks.rank())] = dealt_pass<T>(spec, masks, lanes, stream, &dealing);
    });
    for (const DealtOutcome<T>& rank : found) {
        CHECK((rank.output == one.output));
        CHECK((rank.gradients == one.gradients));
    }
}

}  // namespace

TEST_CASE("dealt linear: outputs and gradients have the bits of the whole layer on any number of ranks",
          "[nn][ranks]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const int count : {2, 4, 8}) {
        for (const std::size_t lanes : {1, 7, 40}) {
            INFO(count << " ranks, " << lanes << " lanes");
            const std::vector<Pattern> masks = {random_pattern(41, 37, 0.4, stream),
                                                random_pattern(29, 41, 0.3, stream),
                                                random_pattern(10, 29, 0.5, stream)};
            check_dealt<float>({37, 41, 29, 10}, masks, lanes, count);
            check_dealt<double>({37, 41, 29, 10}, masks, lanes, count);
        }
    }
}

TEST_CASE("dealt linear: full and narrow layers are on all ranks, wherever they stand", "[nn][ranks]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern first = random_pattern(41, 37, 0.4, stream), middle = random_pattern(29, 41, 0.3, stream),
                  last = random_pattern(10, 29, 0.5, stream);
    check_dealt<float>({37, 41, 29, 10}, {Pattern::full(41, 37), middle, last}, 20, 4);
    check_dealt<float>({37, 41, 29, 10}, {first, Pattern::full(29, 41), last}, 20, 4);
    check_dealt<float>({37, 41, 29, 10}, {first, middle, Pattern::full(10, 29)}, 20, 4);
    check_dealt<float>({37, 41, 29, 3}, {first, middle, random_pattern(3, 29, 0.5, stream)}, 20, 4);
    check_dealt<float>({37, 41, 29, 10}, {Pattern::empty(41, 37), middle, Pattern::empty(10, 29)}, 20, 2);
}

TEST_CASE("dealt linear: layers so wide that columns are taken in blocks", "[nn][ranks]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const std::vector<Pattern> masks = {random_pattern(3000, 37, 0.05, stream), random_pattern(50, 3000, 0.02, stream),
                                        random_pattern(9, 50, 0.5, stream)};
    for (const std::size_t lanes : {17, 300}) check_dealt<float>({37, 3000, 50, 9}, masks, lanes, 2);
}

}  // namespace espalier::nn
