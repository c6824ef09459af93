#pragma once

#include <cstdint>
#include <span>

#include <espalier/data/augmentation.hpp>
#include <espalier/data/dataset.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/kernels/activations.hpp>

namespace espalier::data {

/// Fills a batch: input(f, b) = value(example samples[b], feature f) * scale[f] + shift[f], and its labels.
///
/// Examples lie sample by sample, activations feature by feature, so this is a transposition. It goes tile by tile
/// through a buffer that stays in the nearest cache; bytes are transposed as bytes, a quarter of the traffic of floats.
/// Features are dealt to threads() threads; the result has the same bits for any number of them.
///
/// @param samples  numbers of examples, counted from the start of the set
/// @param inputs   [features x samples.size() lanes]; tail lanes become zero. Where its stride is that of all lanes,
///                 feature by feature; where it is 16 and there are more lanes, in blocks of 16 lanes one after the
///                 other: element (f, b) at data[(b / 16) * features * 16 + f * 16 + b % 16]
/// @param labels   [samples.size()]
/// @throws FormatError where the shapes disagree or a number leaves the set
/// Cost: O(features x samples); no allocation.
void gather(const Examples& examples, std::span<const std::uint32_t> samples, const Standardisation& standardisation,
            kernels::View<float> inputs, std::span<std::uint32_t> labels);
/// In double, for checks of gradients.
void gather(const Examples& examples, std::span<const std::uint32_t> samples, const Standardisation& standardisation,
            kernels::View<double> inputs, std::span<std::uint32_t> labels);

/// The same of images that are changed on the way: cropped and flipped as they are stored, so that a border of zeros is
/// standardised as they are; squares are cut out behind standardisation, whose 0 they become. An image is changed tile
/// by tile in the nearest cache, never as a whole.
void gather_changed(const Examples& examples, std::span<const std::uint32_t> samples,
                    const Standardisation& standardisation, const ImageChanges& changes, kernels::View<float> inputs,
                    std::span<std::uint32_t> labels);

}  // namespace espalier::data
