#include <algorithm>
#include <string>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/data/augmentation.hpp>

namespace espalier::data {
namespace {

constexpr std::uint32_t crop_stream = 0;
constexpr std::uint32_t cutout_stream = 1;

/// Below the bound, from one random word.
std::uint32_t scaled_word(std::uint32_t word, std::size_t bound) {
    return static_cast<std::uint32_t>((std::uint64_t{word} * bound) >> 32U);
}

std::string asked_for(const Augmentation& augmentation) {
    if (augmentation.crop_padding > 0) return "data.crop_padding = " + std::to_string(augmentation.crop_padding);
    return augmentation.flip ? "data.flip = true" : "data.cutout = " + std::to_string(augmentation.cutout);
}

}  // namespace

const std::vector<Choice<CropFill>>& crop_fills() {
    static const std::vector<Choice<CropFill>> all = {
        {{"reflect", "the image, mirrored at its border", ""}, CropFill::reflect},
        {{"zero", "black", ""}, CropFill::zero},
    };
    return all;
}

void require_augmentable(const Augmentation& augmentation, const Dataset& dataset) {
    if (!augmentation.is_on()) return;
    if (!dataset.selected.empty()) {
        throw ConfigError(asked_for(augmentation) +
                          " changes images, but the features that data.features selects are none: leave one out");
    }
    const SampleShape& shape = dataset.shape;
    if (shape.height * shape.width <= 1) {
        throw ConfigError(asked_for(augmentation) + " changes images, but samples of " + dataset.name +
                          " are rows of a table: leave it out");
    }
    const std::size_t shortest = std::min(shape.height, shape.width);
    if (augmentation.crop_fill == CropFill::reflect && augmentation.crop_padding >= shortest) {
        throw ConfigError("data.crop_padding = " + std::to_string(augmentation.crop_padding) + ": images of " +
                          dataset.name + " are " + std::to_string(shape.height) + "x" + std::to_string(shape.width) +
                          ", and at most " + std::to_string(shortest - 1) +
                          " pixels can be reflected; or data.crop_fill = \"zero\"");
    }
}

void draw_changes(const Augmentation& augmentation, const SampleShape& shape, std::uint64_t seed, std::uint64_t epoch,
                  std::span<const std::uint32_t> samples, std::vector<ImageChange>& changes) {
    const Stream crops(seed, Purpose::augmentation, crop_stream, epoch);
    const Stream squares(seed, Purpose::augmentation, cutout_stream, epoch);
    const auto padding = static_cast<std::int32_t>(augmentation.crop_padding);
    const std::size_t offsets = 2 * augmentation.crop_padding + 1;
    changes.resize(samples.size());
    for (std::size_t k = 0; k < samples.size(); ++k) {
        const auto words = crops.at(samples[k]);
        changes[k] = {.row = static_cast<std::int32_t>(scaled_word(words[0], offsets)) - padding,
                      .column = static_cast<std::int32_t>(scaled_word(words[1], offsets)) - padding,
                      .flip = augmentation.flip && (words[2] >> 31U) != 0};
        if (augmentation.cutout == 0) continue;
        const auto centre = squares.at(samples[k]);
        changes[k].cut_row = scaled_word(centre[0], shape.height);
        changes[k].cut_column = scaled_word(centre[1], shape.width);
    }
}

}  // namespace espalier::data
