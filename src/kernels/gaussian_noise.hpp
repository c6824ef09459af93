#pragma once

#include <espalier/base/random.hpp>
#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// out = in + deviation * z, z standard normal and independent from element to element. Which numbers is a function of
/// the stream and the element's place alone, so that a resumed run repeats them and threads do not matter.
///
/// Box-Muller on the words of a block: two pairs of normal numbers for four lanes, at most 6.7 in size.
/// @param deviation at least 0
/// Cost: O(features x lanes), about 10 ns an element.
template <class T>
void add_gaussian_noise(View<const T> in, View<T> out, double deviation, const Stream& stream);

}  // namespace espalier::kernels
