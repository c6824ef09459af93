#include <algorithm>
#include <utility>

#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/saliency/path_maps.hpp>

#include "sparsity/saliency/image_problems.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// What arrives at each unit of a layer of the network itself, with weights of 1 and nothing else in the way.
std::vector<double> arriving_in_network(const nn::NetworkSpec& spec, const nn::Network<double>& network,
                                        const nn::Workspace<double>& workspace, std::size_t k) {
    const kernels::View<const double> in = network.layer_input(workspace, k);
    kernels::Image image{in.features, 1, 1};
    if (spec.nodes[k].window) image = spec.input_of(k);
    if (in.features != image.features()) image = kernels::with_border(image);
    std::vector<double> units(image.channels, 0.0);
    for (std::size_t f = 0; f < image.features(); ++f) units[f / image.pixels()] += in.row(image.place(f))[0];
    const double largest = *std::ranges::max_element(units);
    for (double& unit : units) unit /= largest > 0.0 ? largest : 1.0;
    return units;
}

}  // namespace

TEST_CASE("path maps: what arrives is what a network of ones lets through", "[sparsity][saliency]") {
    for (const nn::NetworkSpec& spec : networks_with_paths()) {
        if (spec.nodes[2].kind == "max_pool") continue;  // sums stand in their place
        INFO(seed_text() << " " << spec.nodes.front().name << " " << spec.nodes.size() << " nodes");
        Stream stream = test_stream();
        std::vector<Pattern> masks;
        for (const Pattern& all : ImageProblem::full(spec)) {
            const std::size_t kept = std::max<std::size_t>(1, all.positions() / 3);
            masks.push_back(random_mask(all.rows(), all.cols(), kept, Stream(stream(), Purpose::mask_init)));
        }
        nn::Network<double> network = nn::build<double>(spec, masks, {});
        for (const nn::ParameterEntry<double>& entry : network.table().entries()) {
            // Without a mean, and with a variance that epsilon completes to 1.
            const bool is_variance = entry.parameter->name == "running_var";
            const bool passes = entry.weight != nullptr || entry.parameter->role == nn::Role::scale;
            std::ranges::fill(entry.parameter->values, is_variance ? 1.0 - 1e-5 : (passes ? 1.0 : 0.0));
        }
        nn::Workspace<double> workspace;
        workspace.keep_outputs = true;
        kernels::Activations<double> ones(spec.inputs, 1);
        for (std::size_t f = 0; f < spec.inputs; ++f) ones.view().row(f)[0] = 1.0;
        network.forward(workspace, std::as_const(ones).view(), {});
        PathMaps paths(spec);
        std::size_t l = 0;
        for (const std::size_t k : spec.weighted()) {
            INFO(spec.nodes[k].name);
            const std::vector<double> found = paths.arriving(k);
            const std::vector<double> expected = arriving_in_network(spec, network, workspace, k);
            REQUIRE(found.size() == expected.size());
            for (std::size_t u = 0; u < found.size(); ++u) CHECK(found[u] == Approx(expected[u]).margin(1e-9));
            paths.pass(k, masks[l++]);
        }
    }
}

TEST_CASE("path maps: no depth leaves the range of numbers", "[sparsity][saliency]") {
    const nn::NetworkSpec spec = nn::network_spec("cifar_resnet_110", {.width = 8}, {3, 8, 8}, 10);
    PathMaps paths(spec);
    for (const std::size_t k : spec.weighted()) {
        const std::vector<double> found = paths.arriving(k);
        CHECK(*std::ranges::max_element(found) == 1.0);
        paths.pass(k, Pattern::full(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols()));
    }
}

}  // namespace espalier::sparsity
