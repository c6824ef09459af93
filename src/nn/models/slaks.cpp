#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/convnets.hpp>
#include <espalier/nn/models/image_builder.hpp>
#include <espalier/nn/models/slaks.hpp>

namespace espalier::nn {
namespace {

/// What LayerNorm adds to a variance in these networks.
constexpr double slak_epsilon = 1e-6;

void require_shape(const SlakShape& shape) {
    const std::size_t stages = shape.widths.size();
    if (stages == 0 || shape.depths.size() != stages || shape.kernels.size() != stages) {
        throw ConfigError("model.kernels: " + std::to_string(shape.kernels.size()) + " kernels for " +
                          std::to_string(shape.depths.size()) + " stages; give one for each");
    }
    for (const std::size_t kernel : shape.kernels) {
        if (kernel % 2 == 0) {
            throw ConfigError("model.kernels: " + std::to_string(kernel) +
                              " is even, and an image would move by half a pixel; give odd sides");
        }
    }
}

/// A depthwise convolution that keeps the map's sides, and its normalisation.
void depthwise(ImageBuilder& builder, const SlakShape& shape, const std::string& path, std::size_t height,
               std::size_t width) {
    const std::size_t channels = builder.image().channels;
    const auto axis = [](std::size_t side) { return kernels::Axis{side, 1, 1, side / 2, side / 2}; };
    builder.window(path + ".conv", "conv2d", channels, {{axis(height), axis(width)}, channels}, false, 1.0,
                   PublishedInit::normal_fiftieth);
    if (shape.batch_norm) builder.batch_norm(path + ".bn");
}

/// The depthwise convolutions of a block, added.
void large_kernel(ImageBuilder& builder, const SlakShape& shape, const std::string& path, std::size_t kernel) {
    const std::size_t input = builder.last();
    const std::size_t small = shape.small_kernel;
    std::size_t sums = 0;
    const auto add = [&](const std::string& name, std::size_t height, std::size_t width) {
        const std::size_t before = builder.last();
        depthwise(builder.from(input), shape, path + "." + name, height, width);
        if (before == input) return;
        builder.sum(path + ".sum" + std::to_string(++sums), before);
    };
    const bool has_small = small != 0 && small < kernel;
    if (shape.decomposed) {
        add("LoRA1", kernel, small);
        add("LoRA2", small, kernel);
    } else {
        add("lkb_origin", kernel, kernel);
    }
    if (has_small) add("small_conv", small, small);
}

void slak_block(ImageBuilder& builder, const SlakShape& shape, const std::string& path, std::size_t kernel,
                double rate) {
    const std::size_t input = builder.last();
    const std::size_t channels = builder.image().channels;
    large_kernel(builder, shape, path + ".large_kernel", kernel);
    builder.layer_norm(path + ".norm", slak_epsilon)
        .pixel_linear(path + ".pwconv1", 4 * channels, PublishedInit::normal_fiftieth)
        .gelu(path + ".act")
        .pixel_linear(path + ".pwconv2", channels, PublishedInit::normal_fiftieth)
        .channel_scale(path, shape.layer_scale)
        .drop_path(path + ".drop_path", rate)
        .sum(path + ".sum", input);
}

}  // namespace

NetworkSpec slak_network(const SlakShape& shape, const Sample& sample, std::size_t classes) {
    require_shape(shape);
    ImageBuilder builder(sample);
    const std::size_t blocks = std::accumulate(shape.depths.begin(), shape.depths.end(), std::size_t{0});
    std::size_t done = 0;
    for (std::size_t stage = 0; stage < shape.widths.size(); ++stage) {
        const std::string path = "downsample_layers." + std::to_string(stage);
        const std::size_t side = stage == 0 ? 4 : 2;
        const ConvolutionChoice down{.channels = shape.widths[stage],
                                     .kernel = side,
                                     .stride = side,
                                     .bias = true,
                                     .published = PublishedInit::normal_fiftieth};
        if (stage == 0) {
            builder.conv(path + ".0", down).layer_norm(path + ".1", slak_epsilon);
        } else {
            builder.layer_norm(path + ".0", slak_epsilon).conv(path + ".1", down);
        }
        for (std::size_t block = 0; block < shape.depths[stage]; ++block, ++done) {
            const double part = blocks == 1 ? 0.0 : static_cast<double>(done) / static_cast<double>(blocks - 1);
            slak_block(builder, shape, "stages." + std::to_string(stage) + "." + std::to_string(block),
                       shape.kernels[stage], part * shape.stochastic_depth);
        }
    }
    builder.adaptive_pool("avgpool", 1).layer_norm("norm", slak_epsilon).flatten("flatten");
    builder.linear("head", classes, true, 1.0, PublishedInit::normal_fiftieth);
    return builder.take();
}

SlakShape slak_shape(const ImageModel& model, const ModelChoice& choice) {
    const bool is_slak = model.name.starts_with("slak");
    SlakShape shape;
    shape.depths = model.numbers;
    if (shape.depths.empty()) shape.depths = {3, 3, model.name.back() == 't' ? std::size_t{9} : std::size_t{27}, 3};
    const std::size_t stages = shape.depths.size();
    for (std::size_t stage = 0; stage < stages; ++stage) {
        const std::size_t width = model.channels(choice) << stage;
        // 1.3 times as wide as ConvNeXt, cut to whole numbers: so are sparse networks as large as dense ones.
        shape.widths.push_back(is_slak && choice.width == 0 ? width * 13 / 10 : width);
    }
    constexpr std::size_t published[] = {51, 49, 47, 13};
    shape.kernels = choice.kernels;
    for (std::size_t stage = 0; choice.kernels.empty() && stage < stages; ++stage)
        shape.kernels.push_back(is_slak ? published[stage] : 7);
    shape.decomposed = is_slak;
    shape.batch_norm = is_slak;
    if (!is_slak) shape.small_kernel = 0;
    shape.layer_scale = choice.layer_scale;
    shape.stochastic_depth = choice.stochastic_depth;
    return shape;
}

NetworkSpec slak_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample, std::size_t classes) {
    return slak_network(slak_shape(model, choice), sample, classes);
}

}  // namespace espalier::nn
