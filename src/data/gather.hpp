#pragma once

#include <cstdint>
#include <span>

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
/// @param inputs   [features x samples.size() lanes]; tail lanes become zero
/// @param labels   [samples.size()]
/// @throws FormatError where the shapes disagree or a number leaves the set
/// Cost: O(features x samples); no allocation.
void gather(const Examples& examples, std::span<const std::uint32_t> samples, const Standardisation& standardisation,
            kernels::View<float> inputs, std::span<std::uint32_t> labels);
/// In double, for checks of gradients.
void gather(const Examples& examples, std::span<const std::uint32_t> samples, const Standardisation& standardisation,
            kernels::View<double> inputs, std::span<std::uint32_t> labels);

}  // namespace espalier::data
