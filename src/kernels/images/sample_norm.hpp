#pragma once

#include <span>

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/images/image.hpp>

namespace espalier::kernels {

/// Which numbers of one sample are normalised together. Source: Wu and He, ECCV 2018 (groups); Ba et al. 2016 (layers).
struct SampleSets {
    Image image;
    std::size_t sets;    ///< of a sample
    std::size_t count;   ///< features in a set
    std::size_t stride;  ///< from one feature of a set to the next
    std::size_t step;    ///< from the first feature of a set to that of the next

    /// All pixels of image.channels / groups channels each; groups divides the channels.
    static SampleSets of_groups(const Image& image, std::size_t groups) {
        const std::size_t count = image.features() / groups;
        return {image, groups, count, 1, count};
    }
    /// All channels of a pixel.
    static SampleSets of_pixels(const Image& image) {
        return {image, image.pixels(), image.channels, image.pixels(), 1};
    }
};

/// out = (in - mean) / sqrt(variance + epsilon) * scale + shift, mean and biased variance of each set of each sample,
/// scale and shift by channel. Lane-blocked.
/// @param moments [sets][2][padded lanes]: means and inverse deviations, for the gradient
template <class T>
void normalise_samples(const SampleSets& sets, View<const T> in, std::span<const T> scale, std::span<const T> shift,
                       double epsilon, std::span<T> moments, View<T> out);

/// The gradients of normalise_samples. @param grad_in  without data: not computed
template <class T>
void normalise_samples_gradient(const SampleSets& sets, View<const T> in, std::span<const T> scale,
                                std::span<const T> moments, View<const T> grad_out, std::span<T> grad_scale,
                                std::span<T> grad_shift, View<T> grad_in);

}  // namespace espalier::kernels
