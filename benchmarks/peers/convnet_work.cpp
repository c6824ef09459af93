#include <cmath>
#include <memory>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/graph/fold_batch_norm.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/optim/optimizer.hpp>
#include <espalier/sparsity/masks/distribution.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>

#include "convnet_work.hpp"

namespace espalier::benchmarks {
namespace {

constexpr std::size_t classes = 10;

}  // namespace

std::vector<Pattern> convnet_masks(const nn::NetworkSpec& spec, double density, bool erk) {
    const std::vector<sparsity::Shape> shapes = spec.weight_shapes();
    const std::vector<double> densities =
        erk ? sparsity::erk_densities(shapes, density) : std::vector<double>(shapes.size(), density);
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted()) {
        const nn::WeightSpec& weight = *spec.nodes[k].weight;
        const std::size_t all = weight.rows() * weight.cols();
        const double wanted = densities[masks.size()] * static_cast<double>(all);
        const auto kept = static_cast<std::size_t>(std::lround(wanted));
        const Stream stream(1, Purpose::mask_init, static_cast<std::uint32_t>(masks.size()));
        masks.push_back(kept == all ? Pattern::full(weight.rows(), weight.cols())
                                    : sparsity::random_mask(weight.rows(), weight.cols(), kept, stream));
    }
    return masks;
}

namespace {

/// Images that stay the same.
kernels::Activations<float> random_images(std::size_t features, std::size_t batch, kernels::Layout layout) {
    kernels::Activations<float> images;
    images.resize(features, batch, layout);
    Stream stream(1, Purpose::test);
    for (std::size_t block = 0; block < images.view().blocks(); ++block) {
        const kernels::View<float> view = images.view().block(block);
        for (std::size_t f = 0; f < view.features; ++f) {
            for (std::size_t lane = 0; lane < view.lanes; ++lane)
                view.row(f)[lane] = static_cast<float>(stream.below(2001)) / 1000.0F - 1.0F;
        }
    }
    return images;
}

std::size_t weights_of(const nn::Network<float>& network) {
    std::size_t count = 0;
    for (const std::size_t k : network.weighted_layers()) count += network.weight(k)->pattern().edges();
    return count;
}

class ConvnetEvaluation {
  public:
    ConvnetEvaluation(const nn::NetworkSpec& spec, std::vector<Pattern> masks, std::size_t batch)
        : network_(nn::fold_batch_norms<float>(spec, nn::build<float>(spec, std::move(masks), {}), {})),
          inputs_(random_images(spec.inputs, batch, network_.input_layout())) {}

    void operator()() { network_.forward(workspace_, std::as_const(inputs_).view(), {}); }
    std::size_t weights() const { return weights_of(network_); }

  private:
    nn::Network<float> network_;
    nn::Workspace<float> workspace_;
    kernels::Activations<float> inputs_;
};

class ConvnetStep {
  public:
    ConvnetStep(const nn::NetworkSpec& spec, std::vector<Pattern> masks, std::size_t batch)
        : network_(nn::build<float>(spec, std::move(masks), {})), parameters_(network_.table().trained()) {
        optim::prepare<float>(optimizer_, parameters_);
        inputs_ = random_images(spec.inputs, batch, network_.input_layout());
        Stream stream(2, Purpose::test);
        for (std::size_t k = 0; k < batch; ++k) labels_.push_back(static_cast<std::uint32_t>(stream.below(classes)));
    }

    void operator()() {
        const nn::Pass pass{true, 0, step_};
        const auto logits = network_.forward(workspace_, std::as_const(inputs_).view(), pass);
        const kernels::LossSum sum =
            kernels::softmax_cross_entropy<float>(logits, labels_, network_.output_gradient(workspace_));
        if (!std::isfinite(sum.loss)) throw NumericError("the loss is not a finite number");
        network_.backward(workspace_, pass);
        optim::update<float>(optimizer_, parameters_, 0.01, static_cast<std::int64_t>(step_++));
    }

    std::size_t weights() const { return weights_of(network_); }

  private:
    nn::Network<float> network_;
    std::vector<nn::Parameter<float>*> parameters_;
    optim::OptimizerOptions optimizer_{.momentum = 0.9, .weight_decay = 1e-4};
    nn::Workspace<float> workspace_;
    kernels::Activations<float> inputs_;
    std::vector<std::uint32_t> labels_;
    std::uint64_t step_ = 0;
};

}  // namespace

std::optional<Work> make_convnet_work(const std::string& kind, const Request& request) {
    if (kind != "convnet_step" && kind != "convnet_evaluation") return std::nullopt;
    const nn::NetworkSpec spec = nn::network_spec(request.text("model"), {}, {3, 32, 32}, classes);
    std::vector<Pattern> masks = convnet_masks(spec, request.share("density"), request.share("erk") == 1.0);
    if (kind == "convnet_evaluation") {
        const auto pass = std::make_shared<ConvnetEvaluation>(spec, std::move(masks), request.number("batch"));
        return Work{[pass] { (*pass)(); }, pass->weights()};
    }
    const auto step = std::make_shared<ConvnetStep>(spec, std::move(masks), request.number("batch"));
    return Work{[step] { (*step)(); }, step->weights()};
}

}  // namespace espalier::benchmarks
