#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/residual_blocks.hpp>

namespace espalier::nn {
namespace {

const double relu_gain = std::sqrt(2.0);

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

}  // namespace

ConvolutionChoice Convolutions::three(std::size_t channels, std::size_t stride) const {
    return {
        .channels = channels, .kernel = 3, .stride = stride, .padding = 1, .gain = relu_gain, .published = published};
}

ConvolutionChoice Convolutions::one(std::size_t channels, std::size_t stride) const {
    return {.channels = channels, .kernel = 1, .stride = stride, .gain = relu_gain, .published = published};
}

void basic_block(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride, Shortcut how,
                 const Convolutions& of) {
    const std::size_t input = builder.last();
    builder.conv(path + ".conv1", of.three(channels, stride)).batch_norm(path + ".bn1").relu(path + ".relu1");
    builder.conv(path + ".conv2", of.three(channels)).batch_norm(path + ".bn2");
    const std::size_t added = builder.last();
    const std::size_t around = shortcut(builder, path, input, channels, stride, how, of);
    builder.from(added).sum(path + ".sum", around).relu(path + ".relu2");
}

void bottleneck(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride,
                const Convolutions& of) {
    const std::size_t input = builder.last();
    builder.conv(path + ".conv1", of.one(channels)).batch_norm(path + ".bn1").relu(path + ".relu1");
    builder.conv(path + ".conv2", of.three(channels, stride)).batch_norm(path + ".bn2").relu(path + ".relu2");
    builder.conv(path + ".conv3", of.one(4 * channels)).batch_norm(path + ".bn3");
    const std::size_t added = builder.last();
    const std::size_t around = shortcut(builder, path, input, 4 * channels, stride, Shortcut::projection, of);
    builder.from(added).sum(path + ".sum", around).relu(path + ".relu3");
}

void begin_wide_block(ImageBuilder& builder, const std::string& path) {
    builder.batch_norm(path + ".bn1").relu(path + ".relu1");
}

void end_wide_block(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride,
                    double dropout, const Convolutions& of, std::size_t input) {
    const bool same = builder.image().channels == channels;
    const std::size_t normalised = builder.last();
    builder.conv(path + ".conv1", of.three(channels, stride)).batch_norm(path + ".bn2").relu(path + ".relu2");
    builder.dropout(path + ".dropout", dropout).conv(path + ".conv2", of.three(channels));
    const std::size_t added = builder.last();
    if (!same) builder.from(normalised).conv(path + ".convShortcut", of.one(channels, stride));
    const std::size_t around = same ? input : builder.last();
    builder.from(added).sum(path + ".sum", around);
}

void wide_block(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride,
                double dropout, const Convolutions& of) {
    const std::size_t input = builder.last();
    begin_wide_block(builder, path);
    end_wide_block(builder, path, channels, stride, dropout, of, input);
}

std::array<std::size_t, 4> resnet_blocks(std::size_t depth) {
    return depth == 18 ? std::array<std::size_t, 4>{2, 2, 2, 2} : std::array<std::size_t, 4>{3, 4, 6, 3};
}

void mean_of_map(ImageBuilder& builder, std::size_t side, const ModelChoice& choice, const std::string& suffix) {
    const kernels::Image image = builder.image();
    if (!choice.global_pool && (image.height != side || image.width != side)) {
        throw ConfigError("layer avgpool" + suffix + ": its map is " + std::to_string(image.height) + "x" +
                          std::to_string(image.width) + ", and this network is made for " + std::to_string(side) + "x" +
                          std::to_string(side) +
                          ": images of 32x32; model.global_pool = true takes the mean over whatever there is");
    }
    builder.adaptive_pool("avgpool" + suffix, 1).flatten("flatten" + suffix);
}

}  // namespace espalier::nn
