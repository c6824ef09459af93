#include <array>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/convnets.hpp>
#include <espalier/nn/models/residual_blocks.hpp>

namespace espalier::nn {
namespace {

constexpr Convolutions by_fan_in{PublishedInit::kaiming_in};
constexpr Convolutions by_fan_out{PublishedInit::kaiming_out};
constexpr Convolutions by_torch{PublishedInit::torch};

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
    const std::array<std::size_t, 4> blocks = resnet_blocks(model.depth);
    builder.conv("conv1", by_torch.three(width)).batch_norm("bn1").relu("relu");
    for (std::size_t stage = 0; stage < 4; ++stage) {
        for (std::size_t k = 0; k < blocks[stage]; ++k) {
            const std::string path = "layer" + std::to_string(stage + 1) + "." + std::to_string(k);
            const std::size_t stride = stage > 0 && k == 0 ? 2 : 1;
            if (model.depth == 50) {
                bottleneck(builder, path, width << stage, stride, by_torch);
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
                       stage > 0 && k == 0 ? 2 : 1, choice.dropout, by_fan_out);
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
    } else if (model.spec == wide_resnet_spec || model.spec == neurotrails_wrn_spec) {
        if (d < 10 || d % 6 != 4) refuse("6n + 4: 10, 16, 22, 28, 40, ...");
    } else if (model.spec == resnet_cifar_spec || model.spec == neurotrails_resnet_spec) {
        if (d != 18 && d != 34 && d != 50) refuse("18, 34 and 50");
    } else if (model.spec == vgg_spec) {
        if (d != 11 && d != 13 && d != 16 && d != 19) refuse("11, 13, 16 and 19");
    }
}

}  // namespace espalier::nn
