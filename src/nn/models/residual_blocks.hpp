#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <espalier/nn/models/image_builder.hpp>
#include <espalier/nn/models/models.hpp>

namespace espalier::nn {

/// Convolutions of one network, which are all drawn alike.
struct Convolutions {
    PublishedInit published;

    ConvolutionChoice three(std::size_t channels, std::size_t stride = 1) const;
    ConvolutionChoice one(std::size_t channels, std::size_t stride = 1) const;
};

/// What becomes of a block's input on its way around the block.
enum class Shortcut : std::uint8_t { projection, subsample };

// Blocks of residual networks: each takes what the builder's last node gives. `path` is before all their names.

/// Two convolutions of 3x3 beside the shortcut.
void basic_block(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride, Shortcut how,
                 const Convolutions& of);

/// 1x1, 3x3, 1x1 to four times the width.
void bottleneck(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride,
                const Convolutions& of);

/// Normalised before each convolution; where widths differ, the normalised input is projected.
void wide_block(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride,
                double dropout, const Convolutions& of);
/// The same in two parts: what normalises the block's input, and all behind it, beside that input.
void begin_wide_block(ImageBuilder& builder, const std::string& path);
void end_wide_block(ImageBuilder& builder, const std::string& path, std::size_t channels, std::size_t stride,
                    double dropout, const Convolutions& of, std::size_t input);

/// Blocks of each stage of ResNet-18, 34 and 50.
std::array<std::size_t, 4> resnet_blocks(std::size_t depth);

/// The mean over a map of this side, as the programs pool: other images do not fit, unless they are asked for. Nodes
/// "avgpool" and "flatten", each with the suffix.
void mean_of_map(ImageBuilder& builder, std::size_t side, const ModelChoice& choice, const std::string& suffix = "");

}  // namespace espalier::nn
