#include <espalier/training/plan/batch_inputs.hpp>

namespace espalier::training {

data::Standardisation standardisation(const config::RunConfig& config, const data::Dataset& dataset,
                                      data::Range training) {
    return data::standardisation(dataset, training, data::parse_standardise(config.data.standardise),
                                 {config.data.mean, config.data.deviation});
}

data::Augmentation augmentation(const config::RunConfig& config, const data::Dataset& dataset) {
    const data::Augmentation augmentation{
        .crop_padding = static_cast<std::size_t>(config.data.crop_padding),
        .crop_fill = choice(data::crop_fills(), config.data.crop_fill, "data.crop_fill"),
        .flip = config.data.flip,
        .cutout = static_cast<std::size_t>(config.data.cutout)};
    data::require_augmentable(augmentation, dataset);
    return augmentation;
}

}  // namespace espalier::training
