#pragma once

#include <span>
#include <vector>

namespace espalier::topology {

/// The largest eigenvalue of a symmetric tridiagonal matrix with its vector, of length 1.
struct TridiagonalPair {
    double value = 0;
    std::vector<double> vector;
};

/// @param diagonal  [n], n >= 1
/// @param beside    [n - 1] the entries beside the diagonal, >= 0
/// @param at_least  a number known not to exceed the largest eigenvalue
///
/// The value by bisection to the last bits; the vector by a twisted factorisation, whose products of ratios keep small
/// components accurate: the last one is what a Lanczos residual needs. Cost: O(n).
/// Source: Dhillon and Parlett, "Multiple representations to compute orthogonal eigenvectors of symmetric tridiagonal
/// matrices", Linear Algebra Appl. 387 (2004), section 3.
TridiagonalPair largest_tridiagonal_pair(std::span<const double> diagonal, std::span<const double> beside,
                                         double at_least);

}  // namespace espalier::topology
