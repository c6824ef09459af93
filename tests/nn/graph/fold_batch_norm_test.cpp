#include <espalier/nn/graph/fold_batch_norm.hpp>
#include <espalier/nn/models/models.hpp>

#include "kernels/images/convolution_case.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// Random numbers in every array; variances above 0.
template <class T>
void fill_network(Network<T>& network, Stream& stream) {
    for (const ParameterEntry<T>& entry : network.table().entries()) {
        const std::vector<double> drawn = random_values(entry.parameter->values.size(), stream);
        for (std::size_t k = 0; k < drawn.size(); ++k) {
            const bool positive = entry.parameter->name == "running_var";
            entry.parameter->values[k] = static_cast<T>(positive ? 0.5 + std::abs(drawn[k]) : 0.3 * drawn[k]);
        }
    }
}

template <class T>
std::vector<T> logits_of(Network<T>& network, kernels::View<const T> in) {
    Workspace<T> workspace;
    const kernels::View<T> out = network.forward(workspace, in, {});
    std::vector<T> logits;
    for (std::size_t k = 0; k < out.features; ++k) logits.insert(logits.end(), out.row(k), out.row(k) + out.lanes);
    return logits;
}

}  // namespace

TEST_CASE("fold batch norm: outputs stay, in every model of images and in one of features", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    struct Tried {
        const char* kind;
        std::size_t left;  // batch norms that nothing takes in
    };
    for (const Tried& tried :
         {Tried{"cifar_resnet_8_4", 0}, Tried{"resnet8_A", 0}, Tried{"wrn-10-1", 4}, Tried{"vgg-like", 1},
          Tried{"mobilenet_v1_cifar", 0}, Tried{"slak_1_1", 0}, Tried{"mlp", 0}}) {
        INFO(tried.kind);
        const bool images = std::string(tried.kind) != "mlp";
        ModelChoice choice;
        if (!images) {
            choice.hidden = {20, 10};
            choice.normalisation = &normalisation("batch_norm");
        } else if (std::string(tried.kind) != "cifar_resnet_8_4" && std::string(tried.kind) != "wrn-10-1") {
            choice.width = 4;
        }
        const Sample sample = images ? Sample{3, 32, 32} : Sample{30};
        const NetworkSpec spec = network_spec(tried.kind, choice, sample, 10);
        std::vector<Pattern> masks;
        for (const std::size_t k : spec.weighted()) {
            const WeightSpec& weight = *spec.nodes[k].weight;
            masks.push_back(random_pattern(weight.rows(), weight.cols(), 0.4, stream));
        }
        Network<double> network = build<double>(spec, masks, {});
        fill_network(network, stream);
        Network<double> folded = fold_batch_norms(spec, network, {});
        std::size_t left = 0;
        for (std::size_t k = 0; k < folded.size(); ++k) left += folded.layer(k).kind() == "batch_norm" ? 1 : 0;
        CHECK(left == tried.left);
        kernels::Activations<double> in;
        in.resize(spec.inputs, 3, network.input_layout());
        for (std::size_t f = 0; f < spec.inputs; ++f) {
            for (std::size_t lane = 0; lane < 3; ++lane) in.view().row(f)[lane] = random_values(1, stream)[0];
        }
        const std::vector<double> expected = logits_of<double>(network, std::as_const(in).view());
        const std::vector<double> found = logits_of<double>(folded, std::as_const(in).view());
        double largest = 1e-30;
        double worst = 0.0;
        for (std::size_t k = 0; k < found.size(); ++k) {
            largest = std::max(largest, std::abs(expected[k]));
            worst = std::max(worst, std::abs(found[k] - expected[k]));
        }
        CHECK(worst <= 1e-12 * largest);
    }
}

}  // namespace espalier::nn
