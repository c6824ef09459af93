#include <algorithm>
#include <array>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/convnets.hpp>
#include <espalier/nn/models/image_builder.hpp>

namespace espalier::nn {
namespace {

const double relu_gain = std::sqrt(2.0);

/// Convolutions of one network, which are all drawn alike.
struct Convolutions {
    PublishedInit published;

    ConvolutionChoice three(std::size_t channels, std::size_t stride = 1) const {
        return {.channels = channels,
                .kernel = 3,
                .stride = stride,
                .padding = 1,
                .gain = relu_gain,
                .published = published};
    }
    ConvolutionChoice one(std::size_t channels, std::size_t stride = 1) const {
        return {.channels = channels, .kernel = 1, .stride = stride, .gain = relu_gain, .published = published};
    }
};

constexpr Convolutions by_fan_in{PublishedInit::kaiming_in};
constexpr Convolutions by_fan_out{PublishedInit::kaiming_out};
constexpr Convolutions by_torch{PublishedInit::torch};

/// What becomes of a block's input on its way around the block.
enum class Shortcut { projection, subsample };

/// The node that the block's output is added to: its input, or what has its shape.
std::size_t shortcut(ImageBuilder& builder, const std::string& path, std::size_t input, std::size_t channels,
                     std::size_t stride, Shortcut how, const Convolutions& of) {
    builder.from(input);
    if (builder.image().channels == channels && stride == 1) return input;
    if (how == Shortcut::subsample) {
        builder.subsample(path + ".shortcut", channels, stride);
    } else {
        builder.conv(path + ".shortcut.0", of.one(channels, stride)).batch_norm(path + ".shortcut.1");
    }
    return builder.last();
}

/// Two convolutions of 3x3 beside the shortcut.
void basic_block(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride, Shortcut how,
                 const Convolutions& of) {
    const std::size_t input = builder.last();
    builder.conv(path + ".conv1", of.three(channels, stride)).batch_norm(path + ".bn1").relu(path + ".relu1");
    builder.conv(path + ".conv2", of.three(channels)).batch_norm(path + ".bn2");
    const std::size_t added = builder.last();
    const std::size_t around = shortcut(builder, path, input, channels, stride, how, of);
    builder.from(added).sum(path + ".sum", around).relu(path + ".relu2");
}

/// 1x1, 3x3, 1x1 to four times the width.
void bottleneck(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride) {
    const std::size_t input = builder.last();
    builder.conv(path + ".conv1", by_torch.one(channels)).batch_norm(path + ".bn1").relu(path + ".relu1");
    builder.conv(path + ".conv2", by_torch.three(channels, stride)).batch_norm(path + ".bn2").relu(path + ".relu2");
    builder.conv(path + ".conv3", by_torch.one(4 * channels)).batch_norm(path + ".bn3");
    const std::size_t added = builder.last();
    const std::size_t around = shortcut(builder, path, input, 4 * channels, stride, Shortcut::projection, by_torch);
    builder.from(added).sum(path + ".sum", around).relu(path + ".relu3");
}

/// Normalised before each convolution; where widths differ, the normalised input is projected.
void wide_block(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride,
                double dropout) {
    const std::size_t input = builder.last();
    const bool same = builder.image().channels == channels;
    builder.batch_norm(path + ".bn1").relu(path + ".relu1");
    const std::size_t normalised = builder.last();
    builder.conv(path + ".conv1", by_fan_out.three(channels, stride)).batch_norm(path + ".bn2").relu(path + ".relu2");
    builder.dropout(path + ".dropout", dropout).conv(path + ".conv2", by_fan_out.three(channels));
    const std::size_t added = builder.last();
    if (!same) builder.from(normalised).conv(path + ".convShortcut", by_fan_out.one(channels, stride));
    const std::size_t around = same ? input : builder.last();
    builder.from(added).sum(path + ".sum", around);
}

/// The mean over a map of this side, as the programs pool: other images do not fit, unless they are asked for.
void mean_of_map(ImageBuilder& builder, std::size_t side, const ModelChoice& choice) {
    const kernels::Image image = builder.image();
    if (!choice.global_pool && (image.height != side || image.width != side)) {
        throw ConfigError("layer avgpool: its map is " + std::to_string(image.height) + "x" +
                          std::to_string(image.width) + ", and this network is made for " + std::to_string(side) + "x" +
                          std::to_string(side) +
                          ": images of 32x32; model.global_pool = true takes the mean over whatever there is");
    }
    builder.adaptive_pool("avgpool", 1).flatten("flatten");
}

}  // namespace

NetworkSpec cifar_resnet_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                              std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    const std::size_t blocks = (model.depth - 2) / 6;
    builder.conv("conv", by_fan_in.three(width)).batch_norm("bn").relu("relu");
    for (std::size_t k = 0; k < 3 * blocks; ++k) {
        const std::size_t stage = k / blocks;
        basic_block(builder, "blocks." + std::to_string(k), width << stage, stage > 0 && k % blocks == 0 ? 2 : 1,
                    Shortcut::projection, by_fan_in);
    }
    builder.adaptive_pool("avgpool", 1).flatten("flatten").linear("fc", classes, true, 1.0, PublishedInit::kaiming_in);
    return builder.take();
}

NetworkSpec resnet_a_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                          std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    const std::size_t blocks = (model.depth - 2) / 6;
    builder.conv("conv1", by_fan_in.three(width)).batch_norm("bn1").relu("relu");
    for (std::size_t stage = 0; stage < 3; ++stage) {
        for (std::size_t k = 0; k < blocks; ++k) {
            basic_block(builder, "layer" + std::to_string(stage + 1) + "." + std::to_string(k), width << stage,
                        stage > 0 && k == 0 ? 2 : 1, Shortcut::subsample, by_fan_in);
        }
    }
    builder.adaptive_pool("avgpool", 1)
        .flatten("flatten")
        .linear("linear", classes, true, 1.0, PublishedInit::kaiming_in);
    return builder.take();
}

NetworkSpec resnet_cifar_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                              std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    const bool is_small = model.depth == 18;
    const std::array<std::size_t, 4> blocks =
        is_small ? std::array<std::size_t, 4>{2, 2, 2, 2} : std::array<std::size_t, 4>{3, 4, 6, 3};
    builder.conv("conv1", by_torch.three(width)).batch_norm("bn1").relu("relu");
    for (std::size_t stage = 0; stage < 4; ++stage) {
        for (std::size_t k = 0; k < blocks[stage]; ++k) {
            const std::string path = "layer" + std::to_string(stage + 1) + "." + std::to_string(k);
            const std::size_t stride = stage > 0 && k == 0 ? 2 : 1;
            if (model.depth == 50) {
                bottleneck(builder, path, width << stage, stride);
            } else {
                basic_block(builder, path, width << stage, stride, Shortcut::projection, by_torch);
            }
        }
    }
    mean_of_map(builder, 4, choice);
    builder.linear("classifier", classes, false);
    return builder.take();
}

NetworkSpec wide_resnet_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                             std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    const std::size_t blocks = (model.depth - 4) / 6;
    builder.conv("conv1", by_fan_out.three(16));
    for (std::size_t stage = 0; stage < 3; ++stage) {
        for (std::size_t k = 0; k < blocks; ++k) {
            wide_block(builder, "block" + std::to_string(stage + 1) + ".layer." + std::to_string(k), width << stage,
                       stage > 0 && k == 0 ? 2 : 1, choice.dropout);
        }
    }
    builder.batch_norm("bn1").relu("relu");
    mean_of_map(builder, 8, choice);
    builder.linear("fc", classes, true, 1.0, PublishedInit::torch_weights);
    return builder.take();
}

void require_depth(const ImageModel& model) {
    const auto refuse = [&](const std::string& depths) {
        throw ConfigError("model.kind = \"" + model.name + "\": there is none of that depth; depths are " + depths);
    };
    const std::size_t d = model.depth;
    if (model.spec == cifar_resnet_spec || model.spec == resnet_a_spec) {
        if (d < 8 || d % 6 != 2) refuse("6n + 2: 8, 14, 20, 32, 44, 56, 110, ...");
    } else if (model.spec == wide_resnet_spec) {
        if (d < 10 || d % 6 != 4) refuse("6n + 4: 10, 16, 22, 28, 40, ...");
    } else if (model.spec == resnet_cifar_spec) {
        if (d != 18 && d != 34 && d != 50) refuse("18, 34 and 50");
    } else if (model.spec == vgg_spec) {
        if (d != 11 && d != 13 && d != 16 && d != 19) refuse("11, 13, 16 and 19");
    }
}

}  // namespace espalier::nn
