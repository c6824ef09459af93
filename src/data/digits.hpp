#pragma once

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// The dataset that is compiled in: 8x8 digits of values 0 to 16, the first 1437 of them for training and the last 360
/// for testing, in the order of their file. Source: src/data/digits/README.md.
Dataset load_digits();

}  // namespace espalier::data
