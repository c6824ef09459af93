#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/convolution.hpp>
#include <espalier/nn/layers/flatten_layer.hpp>
#include <espalier/nn/layers/padding_layer.hpp>
#include <espalier/nn/layers/pooling_layer.hpp>
#include <espalier/nn/layers/sample_norm_layer.hpp>
#include <espalier/nn/layers/subsample_layer.hpp>
#include <espalier/nn/models/image_builder.hpp>
#include <espalier/nn/models/models.hpp>

#include "kernels/images/convolution_case.hpp"
#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

using kernels::Image;

constexpr std::size_t few_lanes = 5;  // up to 16 both layouts are one

void check_layer(Layer<double>& layer, Stream& stream) {
    INFO(layer.name());
    randomise(layer, stream);
    check_gradients(layer, few_lanes, stream);
}

kernels::ConvolutionShape shape_of(const Image& in, std::size_t channels, const kernels::Window& window,
                                   std::size_t groups = 1) {
    return {in, {channels, window.rows.windows(in.height), window.cols.windows(in.width)}, window, groups};
}

/// What three steps of training leave, and the logits after them.
std::vector<float> trained(const NetworkSpec& spec, const std::vector<Pattern>& masks, std::size_t lanes) {
    Network<float> network = build<float>(spec, masks, {});
    Workspace<float> workspace;
    kernels::Activations<float> in;
    in.resize(spec.inputs, lanes, network.input_layout());
    Stream stream = test_stream(7);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (std::size_t f = 0; f < spec.inputs; ++f)
            element(in.view(), f, lane) = static_cast<float>(random_values(1, stream)[0]);
    }
    std::vector<std::uint32_t> labels;
    for (std::size_t lane = 0; lane < lanes; ++lane) labels.push_back(static_cast<std::uint32_t>(lane % 10));
    std::vector<float> bits;
    for (std::uint64_t step = 0; step < 3; ++step) {
        const Pass pass{true, 1, step};
        const auto out = network.forward(workspace, std::as_const(in).view(), pass);
        kernels::softmax_cross_entropy<float>(out, labels, network.output_gradient(workspace));
        network.backward(workspace, pass);
        for (Parameter<float>* parameter : network.table().trained()) {
            for (std::size_t k = 0; k < parameter->values.size(); ++k)
                parameter->values[k] -= 0.05F * parameter->gradient[k];
        }
    }
    for (const ParameterEntry<float>& entry : network.table().entries())
        bits.insert(bits.end(), entry.parameter->values.begin(), entry.parameter->values.end());
    const auto out = network.forward(workspace, std::as_const(in).view(), {});
    for (std::size_t k = 0; k < out.features; ++k) bits.insert(bits.end(), out.row(k), out.row(k) + out.lanes);
    return bits;
}

std::vector<Pattern> random_masks(const NetworkSpec& spec, double density, Stream& stream) {
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted()) {
        const WeightSpec& weight = *spec.nodes[k].weight;
        masks.push_back(density == 1.0 ? Pattern::full(weight.rows(), weight.cols())
                                       : random_pattern(weight.rows(), weight.cols(), density, stream));
    }
    return masks;
}

}  // namespace

TEST_CASE("image layers: gradients against finite differences", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Image image{4, 6, 5};
    const kernels::Window same{{3, 1, 1, 1, 1}, {3, 1, 1, 1, 1}};
    const kernels::Window odd{{3, 2, 1, 1, 0}, {2, 3, 2, 0, 1}};
    for (const bool full : {false, true}) {
        for (const auto& shape : {shape_of(image, 6, same), shape_of(image, 6, odd, 2), shape_of(image, 4, same, 4)}) {
            Pattern pattern = full ? Pattern::full(shape.out.channels, shape.columns())
                                   : random_pattern(shape.out.channels, shape.columns(), 0.5, stream);
            Convolution<double> layer("conv", "conv2d", shape, std::move(pattern), true);
            check_layer(layer, stream);
        }
    }
    BatchNorm<double> norm("bn", image);
    check_layer(norm, stream);
    SampleNorm<double> groups("gn", "group_norm", kernels::SampleSets::of_groups(image, 2));
    check_layer(groups, stream);
    SampleNorm<double> pixels("ln", "layer_norm", kernels::SampleSets::of_pixels(image));
    check_layer(pixels, stream);
    const kernels::Axis three{3, 2, 1, 1, 1};
    const kernels::Pooling pooling{image, kernels::pooling_spans(three, 6, true, true),
                                   kernels::pooling_spans(three, 5, false, false)};
    for (const PoolingOf what : {PoolingOf::maximum, PoolingOf::mean}) {
        PoolingLayer<double> layer("pool", "pool", what, pooling);
        check_layer(layer, stream);
    }
    Flatten<double> flatten("flatten", image);
    check_layer(flatten, stream);
    for (const PaddingOf what : {PaddingOf::zeros, PaddingOf::replication, PaddingOf::reflection}) {
        PaddingLayer<double> padding("pad", "pad", what, image, {{.before = 2, .after = 5}, {.after = 4}});
        check_layer(padding, stream);
    }
    Subsample<double> subsample("shortcut", image, {8, 3, 3}, 2);
    check_layer(subsample, stream);
}

TEST_CASE("image layers: the border that images have in memory changes nothing and stays zero", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto bordered = [](Image image, std::size_t border) {
        image.border = border;
        return image;
    };
    const auto layers = [&](std::size_t border) {
        const Image image = bordered({4, 6, 5}, border);
        const kernels::Axis three{3, 2, 1, 1, 1};
        const kernels::Pooling pooling{image, kernels::pooling_spans(three, 6, true, true),
                                       kernels::pooling_spans(three, 5, false, false), border};
        std::vector<std::pair<std::unique_ptr<Layer<double>>, Image>> made;  // with the image of its output
        made.emplace_back(std::make_unique<BatchNorm<double>>("bn", image), image);
        made.emplace_back(
            std::make_unique<SampleNorm<double>>("gn", "group_norm", kernels::SampleSets::of_groups(image, 2)), image);
        made.emplace_back(
            std::make_unique<SampleNorm<double>>("ln", "layer_norm", kernels::SampleSets::of_pixels(image)), image);
        for (const PoolingOf what : {PoolingOf::maximum, PoolingOf::mean})
            made.emplace_back(std::make_unique<PoolingLayer<double>>("pool", "pool", what, pooling), pooling.out());
        const Image half = bordered({8, 3, 3}, border);
        made.emplace_back(std::make_unique<Subsample<double>>("shortcut", image, half, 2), half);
        made.emplace_back(std::make_unique<Flatten<double>>("flatten", image), Image{120, 1, 1});
        const kernels::Window around{{.before = 2, .after = 1}, {.before = 0, .after = 3}};
        made.emplace_back(std::make_unique<PaddingLayer<double>>("padding", "reflection_pad", PaddingOf::reflection,
                                                                 image, around, border),
                          bordered({4, 9, 8}, border));
        return std::pair(std::move(made), image);
    };
    const auto [plain, image] = layers(0);
    const auto [framed, framed_image] = layers(2);
    for (const std::size_t lanes : {5U, 37U}) {
        for (std::size_t k = 0; k < plain.size(); ++k) {
            const std::string& name = plain[k].first->name();
            CAPTURE(name, lanes);
            // in, gradient at the output: the same numbers for both
            std::vector<double> numbers = random_values(image.features() * lanes, stream);
            std::vector<double> back = random_values(plain[k].first->outputs() * lanes, stream);
            std::vector<std::vector<double>> results;
            for (const auto& [layer, in_image, out_image] :
                 {std::tuple(plain[k].first.get(), image, plain[k].second),
                  std::tuple(framed[k].first.get(), framed_image, framed[k].second)}) {
                const kernels::Layout given = layer->gives(kernels::Layout::lane_blocks);
                kernels::Activations<double> in, out, grad_out, grad_in;
                for (auto* at : {&in, &grad_in}) at->resize(in_image.room(), lanes, kernels::Layout::lane_blocks);
                for (auto* at : {&out, &grad_out}) at->resize(layer->room(in_image.room()), lanes, given);
                for (std::size_t place = 0; place < in_image.room(); ++place) {
                    for (std::size_t lane = 0; lane < lanes; ++lane) element(grad_in.view(), place, lane) = 7.0;
                }
                for (std::size_t n = 0; n < numbers.size(); ++n)
                    element(in.view(), in_image.place(n / lanes), n % lanes) = numbers[n];
                for (std::size_t n = 0; n < back.size(); ++n)
                    element(grad_out.view(), out_image.place(n / lanes), n % lanes) = back[n];
                Cache<double> cache;
                const Pass pass{.training = true};
                const kernels::View<const double> seen = in.view();
                const kernels::View<double> gradient = grad_in.view();
                layer->forward_node({&seen, 1}, out.view(), cache, pass);
                layer->backward_node({&seen, 1}, std::as_const(out).view(), std::as_const(grad_out).view(),
                                     {&gradient, 1}, cache, pass);
                if (given == kernels::Layout::lane_blocks)
                    CHECK(margins_are_zero<double>(out_image, std::as_const(out).view()));
                CHECK(margins_are_zero<double>(in_image, std::as_const(grad_in).view()));
                std::vector<double> found;
                for (std::size_t n = 0; n < back.size(); ++n)
                    found.push_back(element(out.view(), out_image.place(n / lanes), n % lanes));
                for (std::size_t n = 0; n < numbers.size(); ++n)
                    found.push_back(element(grad_in.view(), in_image.place(n / lanes), n % lanes));
                results.push_back(std::move(found));
            }
            double worst = 0.0;
            for (std::size_t n = 0; n < results[0].size(); ++n)
                worst = std::max(worst, std::abs(results[0][n] - results[1][n]));
            CHECK(worst < 1e-12);
        }
    }
}

TEST_CASE("image layers: networks train to equal bits on any number of threads", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const char* kind : {"cifar_resnet_8_8", "resnet8_A", "wrn-10-1", "mobilenet_v1_cifar", "slak_1_1"}) {
        for (const double density : {0.2, 1.0}) {
            INFO(kind << " at " << density);
            const bool narrow = std::string(kind) == "mobilenet_v1_cifar" || std::string(kind) == "slak_1_1";
            const NetworkSpec spec = network_spec(kind, {.width = std::size_t{narrow ? 4U : 0U}}, {3, 32, 32}, 10);
            const std::vector<Pattern> masks = random_masks(spec, density, stream);
            set_threads(1);
            const std::vector<float> one = trained(spec, masks, 33);
            set_threads(3);
            const std::vector<float> three = trained(spec, masks, 33);
            set_threads(1);
            CHECK(one == three);
        }
    }
}

TEST_CASE("image layers: what is fused computes what layers alone do", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    // A ReLU that two layers read is not fused into the normalisation behind it; the same network with a ReLU each is.
    const auto network = [](bool shared) {
        ImageBuilder b({3, 8, 8});
        b.conv("conv", {.channels = 6, .kernel = 3, .padding = 1}).batch_norm("bn").relu("relu");
        const std::size_t activated = b.last();
        b.conv("a", {.channels = 6, .kernel = 3, .padding = 1});
        const std::size_t first = b.last();
        b.from(activated).conv("b", {.channels = 6, .kernel = 1});
        b.sum("sum", first).relu("relu2");
        if (!shared) b.dropout("dropout", 0.0);
        b.adaptive_pool("pool", 1).flatten("flatten").linear("fc", 10);
        return b.take();
    };
    const NetworkSpec spec = network(true);
    const std::vector<Pattern> masks = random_masks(spec, 0.5, stream);
    Network<double> built = build<double>(spec, masks, {});
    // By finite differences of the loss over all parameters.
    Workspace<double> workspace;
    kernels::Activations<double> in;
    in.resize(spec.inputs, 18, built.input_layout());
    for (std::size_t lane = 0; lane < 18; ++lane) {
        for (std::size_t f = 0; f < spec.inputs; ++f) element(in.view(), f, lane) = random_values(1, stream)[0];
    }
    const std::vector<std::uint32_t> labels(18, 3);
    const Pass pass{.training = true, .without_noise = true};
    const auto loss = [&] {
        const auto out = built.forward(workspace, std::as_const(in).view(), pass);
        return kernels::softmax_cross_entropy<double>(out, labels, built.output_gradient(workspace)).loss / 18.0;
    };
    loss();
    built.backward(workspace, pass);
    for (const ParameterEntry<double>& entry : built.table().entries()) {
        if (!entry.parameter->is_trained()) continue;
        INFO(entry.path());
        const AlignedVector<double> gradient = entry.parameter->gradient;
        for (std::size_t k = 0; k < gradient.size(); k += 5) {
            double& value = entry.parameter->values[k];
            const double before = value;
            value = before + 1e-6;
            const double up = loss();
            value = before - 1e-6;
            const double down = loss();
            value = before;
            CHECK(gradient[k] == Approx((up - down) / 2e-6).epsilon(1e-4).margin(1e-8));
        }
    }
}

TEST_CASE("image layers: a channel with one number has no variance to train by", "[nn][images]") {
    BatchNorm<double> norm("layer3.bn1", Image{4, 1, 1});
    kernels::Activations<double> in;
    kernels::Activations<double> out;
    in.resize(4, 1, kernels::Layout::lane_blocks);
    out.resize(4, 1, kernels::Layout::lane_blocks);
    const kernels::View<const double> seen = std::as_const(in).view();
    Cache<double> cache;
    CHECK_THROWS_WITH(norm.forward_node({&seen, 1}, out.view(), cache, {.training = true}),
                      Contains("layer layer3.bn1: batch normalisation needs two samples"));
    CHECK_NOTHROW(norm.forward_node({&seen, 1}, out.view(), cache, {}));
}

}  // namespace espalier::nn
