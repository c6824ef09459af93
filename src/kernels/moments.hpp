#pragma once

namespace espalier::kernels {

/// Of some numbers: how many, their mean, and the sum of their squared distances from it.
struct Moments {
    double count = 0.0;
    double mean = 0.0;
    double squares = 0.0;
};

/// Of the numbers of both, either of which may be none. No difference of large squares is taken, so that numbers far
/// from 0 keep their variance.
/// Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979;
/// definitions.md 7.9.
inline Moments joined(const Moments& left, const Moments& right) {
    if (left.count == 0.0) return right;
    if (right.count == 0.0) return left;
    const double count = left.count + right.count;
    const double distance = right.mean - left.mean;
    const double share = right.count / count;
    return {count, left.mean + distance * share,
            left.squares + right.squares + distance * distance * left.count * share};
}

}  // namespace espalier::kernels
