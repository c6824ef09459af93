#include <algorithm>
#include <cmath>

#include <espalier/nn/models/convnets.hpp>
#include <espalier/nn/models/image_builder.hpp>

namespace espalier::nn {
namespace {

const double gain_of_relu = std::sqrt(2.0);

/// Convolutions, normalised and rectified, and maxima between the groups, numbered as the modules of one sequence.
class Sequence {
  public:
    Sequence(ImageBuilder& builder, std::string name, bool bias, PublishedInit published)
        : builder_(builder), name_(std::move(name)), bias_(bias), published_(published) {}

    void conv(std::size_t channels, std::size_t kernel = 3) {
        builder_
            .conv(next(), {.channels = channels,
                           .kernel = kernel,
                           .padding = 1,
                           .bias = bias_,
                           .gain = gain_of_relu,
                           .published = published_})
            .batch_norm(next())
            .relu(next());
    }
    void max_pool() { builder_.max_pool(next(), 2); }

  private:
    std::string next() { return name_ + "." + std::to_string(number_++); }

    ImageBuilder& builder_;
    std::string name_;
    bool bias_;
    PublishedInit published_;
    std::size_t number_ = 0;
};

}  // namespace

NetworkSpec vgg_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample, std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    // Convolutions of the five groups.
    const std::size_t first = model.depth == 11 ? 1 : 2;
    const std::size_t later = model.depth == 19 ? 4 : (model.depth == 16 ? 3 : 2);
    Sequence feature(builder, "feature", false, PublishedInit::kaiming_out);
    for (std::size_t group = 0; group < 5; ++group) {
        const std::size_t channels = width << std::min<std::size_t>(group, 3);
        for (std::size_t k = 0; k < (group < 2 ? first : later); ++k) feature.conv(channels);
        if (group < 4) feature.max_pool();
    }
    builder.average_pool("avgpool", 2)
        .flatten("flatten")
        .linear("classifier", classes, true, 1.0, PublishedInit::normal_hundredth);
    return builder.take();
}

NetworkSpec vgg_snip_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                          std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    Sequence features(builder, "features", true, PublishedInit::torch);
    for (std::size_t group = 0; group < 5; ++group) {
        const std::size_t channels = width << std::min<std::size_t>(group, 3);
        for (std::size_t k = 0; k < (group < 2 ? 2 : 3); ++k)
            features.conv(channels, model.has_pointwise_thirds && k == 2 ? 1 : 3);
        features.max_pool();
    }
    builder.flatten("flatten");
    const std::size_t hidden = model.linear_layers - 1;
    for (std::size_t k = 0; k < hidden; ++k) {
        const auto name = [&](std::size_t part) { return "classifier." + std::to_string(3 * k + part); };
        builder.linear(name(0), 8 * width, true, gain_of_relu).relu(name(1)).batch_norm(name(2));
    }
    builder.linear("classifier." + std::to_string(3 * hidden), classes);
    return builder.take();
}

NetworkSpec lenet5_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample, std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    const auto five = [](std::size_t channels) {
        return ConvolutionChoice{.channels = channels, .kernel = 5, .bias = true, .gain = gain_of_relu};
    };
    builder.conv("conv1", five(width)).relu("relu1").max_pool("pool1", 2);
    builder.conv("conv2", five(width * 5 / 2)).relu("relu2").max_pool("pool2", 2);
    builder.flatten("flatten").linear("fc3", 25 * width, true, gain_of_relu).relu("relu3").linear("fc4", classes);
    return builder.take();
}

NetworkSpec listed_spec(const ImageModel&, const ModelChoice& choice, const Sample& sample, std::size_t classes) {
    return layer_list_spec(choice.layers, sample, classes);
}

NetworkSpec mobilenet_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                           std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    builder.conv("conv1", {.channels = width, .kernel = 3, .padding = 1, .gain = gain_of_relu})
        .batch_norm("bn1")
        .relu("relu");
    struct Step {
        std::size_t times_width, stride;
    };
    const Step steps[] = {{2, 1},  {4, 2},  {4, 1},  {8, 2},  {8, 1},  {16, 2}, {16, 1},
                          {16, 1}, {16, 1}, {16, 1}, {16, 1}, {32, 2}, {32, 1}};
    std::size_t number = 0;
    for (const Step& step : steps) {
        const std::string path = "layers." + std::to_string(number++);
        const std::size_t channels = builder.image().channels;
        builder
            .conv(path + ".conv1", {.channels = channels,
                                    .kernel = 3,
                                    .stride = step.stride,
                                    .padding = 1,
                                    .groups = channels,
                                    .gain = gain_of_relu})
            .batch_norm(path + ".bn1")
            .relu(path + ".relu1");
        builder.conv(path + ".conv2", {.channels = step.times_width * width, .kernel = 1, .gain = gain_of_relu})
            .batch_norm(path + ".bn2")
            .relu(path + ".relu2");
    }
    builder.average_pool("avgpool", 2).flatten("flatten").linear("linear", classes);
    return builder.take();
}

}  // namespace espalier::nn
