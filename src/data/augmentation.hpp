#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// What lies around an image that is cropped after padding.
enum class CropFill {
    reflect,  ///< the image again, mirrored at its first and last row and column, which are not repeated
    zero,     ///< values of 0 as they are stored, so before they are standardised: black
};

const std::vector<Choice<CropFill>>& crop_fills();

/// How images to train on are changed at random.
struct Augmentation {
    std::size_t crop_padding = 0;  ///< pixels on each side, of which a part of the image's size is cut; 0: none
    CropFill crop_fill = CropFill::reflect;
    bool flip = false;       ///< left and right change places in half of the images
    std::size_t cutout = 0;  ///< side of a square that becomes 0 after standardisation; 0: none

    bool is_on() const { return crop_padding > 0 || flip || cutout > 0; }
};

/// @throws ConfigError naming the key where the samples are no images (a table, selected features), or are smaller than
///         what is reflected
void require_augmentable(const Augmentation& augmentation, const Dataset& dataset);

/// What is done to one image, in this order: crop, flip, cutout.
struct ImageChange {
    std::int32_t row = 0;     ///< of the image, where the crop begins: -crop_padding to crop_padding
    std::int32_t column = 0;  ///< likewise
    bool flip = false;
    std::uint32_t cut_row = 0;  ///< centre of the square, of the result
    std::uint32_t cut_column = 0;
};

/// What is done to the images of a batch.
struct ImageChanges {
    SampleShape shape;
    Augmentation augmentation;
    std::span<const ImageChange> of;  ///< [samples]
};

/// The changes of these samples in an epoch: a function of (seed, epoch, number of the sample) alone, whatever the
/// batches, threads and interruptions. Each offset and centre is equally likely, to within 2^-32.
///
/// Crops take the words of a block of Stream(seed, augmentation, 0, epoch) that the sample's number names, squares
/// those of stream 1, so that neither shifts the other.
void draw_changes(const Augmentation& augmentation, const SampleShape& shape, std::uint64_t seed, std::uint64_t epoch,
                  std::span<const std::uint32_t> samples, std::vector<ImageChange>& changes);

}  // namespace espalier::data
