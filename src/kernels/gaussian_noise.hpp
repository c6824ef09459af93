#pragma once

#include <espalier/base/random/random.hpp>
#include <espalier/kernels/random_words.hpp>

namespace espalier::kernels {

/// The largest error of a normal number against Box and Muller's formula in float64, where its pair is 0.01 or more
/// away from (0, 0): all but one pair in 20 000. The others are within 2^-12: float has no more shares near 1.
inline constexpr double gaussian_noise_error = 4e-6;

/// out = in + deviation * z, z standard normal and independent from element to element. Which numbers is a function of
/// the stream and the element's place in the batch alone, so that a resumed run repeats them and threads do not matter.
/// Takes either layout.
///
/// Box-Muller in float, for double too: a pair of random words gives a pair of normal numbers, at most 6.7 in size and
/// within gaussian_noise_error of the exact function of the words.
/// @param deviation at least 0
/// Cost: O(features x lanes); vectorised.
template <class T>
void add_gaussian_noise(View<const T> in, View<T> out, double deviation, const Stream& stream,
                        const BatchLanes& lanes = {});

}  // namespace espalier::kernels
