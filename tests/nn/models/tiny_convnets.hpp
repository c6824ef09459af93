#pragma once

#include <string>

#include <espalier/nn/models/image_builder.hpp>
#include <espalier/nn/models/models.hpp>

// The small networks of images whose reference values come from the authors' programs.

namespace espalier::testing {

using nn::ImageBuilder;
using nn::network_spec;
using nn::NetworkSpec;

/// Adds conv, batch norm and ReLU with the names of one residual block.
struct Blocks {
    ImageBuilder& builder;

    Blocks& conv(const std::string& name, std::size_t channels, std::size_t kernel, std::size_t stride = 1) {
        builder.conv(name, {.channels = channels, .kernel = kernel, .stride = stride, .padding = kernel / 2});
        return *this;
    }
    Blocks& normed(const std::string& path, const std::string& number, std::size_t channels, std::size_t kernel,
                   std::size_t stride = 1) {
        conv(path + "conv" + number, channels, kernel, stride);
        builder.batch_norm(path + "bn" + number);
        return *this;
    }
    Blocks& rectified(const std::string& path, const std::string& number, std::size_t channels, std::size_t kernel,
                      std::size_t stride = 1) {
        normed(path, number, channels, kernel, stride);
        builder.relu(path + "relu" + number);
        return *this;
    }
};

inline NetworkSpec bottleneck_tiny() {
    ImageBuilder b({3, 8, 8});
    Blocks{b}.rectified("", "1", 8, 3);
    const auto block = [&](const std::string& path, std::size_t inner, std::size_t stride, bool projected) {
        const std::size_t input = b.last();
        Blocks{b}.rectified(path, "1", inner, 1).rectified(path, "2", inner, 3, stride).normed(path, "3", 4 * inner, 1);
        const std::size_t added = b.last();
        if (projected) {
            b.from(input);
            Blocks{b}.conv(path + "shortcut.0", 4 * inner, 1, stride);
            b.batch_norm(path + "shortcut.1");
        }
        const std::size_t around = projected ? b.last() : input;
        b.from(added).sum(path + "sum", around).relu(path + "relu3");
    };
    block("layer1.0.", 4, 1, true);
    block("layer1.1.", 4, 1, false);
    block("layer2.0.", 6, 2, true);
    b.average_pool("avgpool", 4).flatten("flatten").linear("classifier", 10, false);
    return b.take();
}

inline NetworkSpec resnet8_a() {
    return network_spec("resnet8_A", {.width = 8}, {3, 16, 16}, 10);
}

inline NetworkSpec resnet20_w4() {
    return network_spec("cifar_resnet_20_4", {}, {3, 16, 16}, 10);
}

/// conv-bn-relu and maxima under the names of one sequence.
struct Features {
    ImageBuilder& b;
    std::string name;
    bool bias;
    std::size_t number = 0;

    std::string next() { return name + "." + std::to_string(number++); }
    Features& conv(std::size_t channels, std::size_t kernel = 3) {
        b.conv(next(), {.channels = channels, .kernel = kernel, .padding = 1, .bias = bias});
        b.batch_norm(next()).relu(next());
        return *this;
    }
    Features& pool() {
        b.max_pool(next(), 2);
        return *this;
    }
};

inline NetworkSpec vgg_granet_tiny() {
    ImageBuilder b({3, 16, 16});
    Features{b, "feature", false}.conv(6).pool().conv(8).pool().conv(10).conv(12).pool().conv(16);
    b.average_pool("avgpool", 2).flatten("flatten").linear("classifier", 10);
    return b.take();
}

inline void classifier(ImageBuilder& b, std::size_t hidden) {
    b.flatten("flatten").linear("classifier.0", hidden).relu("classifier.1").batch_norm("classifier.2");
    b.linear("classifier.3", 10);
}

inline NetworkSpec vgg_like_tiny() {
    ImageBuilder b({3, 8, 8});
    Features{b, "features", true}.conv(6).conv(6).pool().conv(8).conv(8).pool().conv(12).pool();
    classifier(b, 10);
    return b.take();
}

inline NetworkSpec vgg_c_tiny() {
    ImageBuilder b({3, 8, 8});
    Features{b, "features", true}.conv(5).conv(6, 1).pool().conv(7).conv(8, 1).pool();
    classifier(b, 9);
    return b.take();
}

inline NetworkSpec wrn10_tiny() {
    ImageBuilder b({3, 32, 32});
    Blocks blocks{b};
    blocks.conv("conv1", 16, 3);
    for (std::size_t stage = 1; stage <= 3; ++stage) {
        const std::string path = "block" + std::to_string(stage) + ".layer.0.";
        const std::size_t channels = std::size_t{2} << stage;
        const std::size_t stride = stage == 1 ? 1 : 2;
        b.batch_norm(path + "bn1").relu(path + "relu1");
        const std::size_t normalised = b.last();
        blocks.conv(path + "conv1", channels, 3, stride);
        b.batch_norm(path + "bn2").relu(path + "relu2");
        blocks.conv(path + "conv2", channels, 3);
        const std::size_t added = b.last();
        b.from(normalised);
        blocks.conv(path + "convShortcut", channels, 1, stride);
        const std::size_t around = b.last();
        b.from(added).sum(path + "sum", around);
    }
    b.batch_norm("bn1").relu("relu").average_pool("avgpool", 8).flatten("flatten").linear("fc", 10);
    return b.take();
}

inline NetworkSpec lenet5_tiny() {
    ImageBuilder b({1, 28, 28});
    b.conv("conv1", {.channels = 4, .kernel = 5, .bias = true}).relu("relu1").max_pool("pool1", 2);
    b.conv("conv2", {.channels = 6, .kernel = 5, .bias = true}).relu("relu2").max_pool("pool2", 2);
    b.flatten("flatten").linear("fc3", 20).relu("relu3").linear("fc4", 10);
    return b.take();
}

inline NetworkSpec mobilenet_tiny() {
    ImageBuilder b({3, 8, 8});
    Blocks{b}.rectified("", "1", 6, 3);
    const auto block = [&](const std::string& path, std::size_t channels, std::size_t stride) {
        const std::size_t before = b.image().channels;
        b.conv(path + "conv1", {.channels = before, .kernel = 3, .stride = stride, .padding = 1, .groups = before});
        b.batch_norm(path + "bn1").relu(path + "relu1");
        Blocks{b}.rectified(path, "2", channels, 1);
    };
    block("layers.0.", 8, 1);
    block("layers.1.", 12, 2);
    block("layers.2.", 12, 1);
    b.average_pool("avgpool", 4).flatten("flatten").linear("linear", 10);
    return b.take();
}

}  // namespace espalier::testing
