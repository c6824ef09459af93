#pragma once

#include <cstddef>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// Consecutive examples [begin, end) of a set, in file order.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size() const { return end - begin; }
    friend bool operator==(const Range&, const Range&) = default;
};

struct Split {
    Range training;
    Range validation;  ///< empty where none is held out
};

/// Holds out a share of the training set, taken from its end in file order and rounded to the nearest count: 0.2 of
/// Fashion-MNIST trains on 48000 and validates on 12000. Nothing is copied.
/// @throws ConfigError where the share is not in [0, 1) or leaves nothing to train on
Split split_off_validation(std::size_t count, double share);

/// These examples alone, copied.
Examples slice(const Examples& all, Range range);

/// Makes a share of the training set, taken from its end in file order and rounded to the nearest count, the test set.
/// @throws ConfigError where the dataset has a test set, or the share leaves nothing to train or to test on
void split_off_test(Dataset& dataset, double share);

}  // namespace espalier::data
