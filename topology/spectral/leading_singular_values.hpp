#pragma once

#include <cstddef>
#include <vector>

#include <espalier/topology/graph/biadjacency.hpp>

namespace espalier::topology {

/// A singular value with its vectors, each of length 1 (of zeros where the value is 0).
struct SingularTriplet {
    double value = 0;
    std::vector<double> outputs;  ///< left vector, [outputs]
    std::vector<double> inputs;   ///< right vector, [inputs]
};

/// The `count` largest singular values, descending, each as often as its multiplicity; zeros where there are fewer.
///
/// Golub-Kahan-Lanczos on the smaller side, one value after the other, each in the complement of the vectors found
/// before. A Krylov space sees a multiple value once; the complement of its vector, entered with a start of its own,
/// still holds the other copies. So the second copy of sigma_1 (a disconnected graph) is found as surely as any value.
///
/// No Lanczos vectors are kept and nothing is orthogonalised against them: without that rounding lets *converged*
/// values come back as copies, but what is asked of a complement is its largest value alone, and the search ends as it
/// converges. Where the vector is needed the recurrence runs a second time with the same bits. Memory: O(neurons).
///
/// Accuracy: the Lanczos residual of A^T A is at most 2e-9 sigma^2, so an eigenvalue lies that near (Paige) and the
/// relative error of sigma is below 1e-9, usually 1e-15, for the error is quadratic in the residual where neighbours
/// are farther away. A vector of residual r, projected out, shifts later squares by at most r, and by r^2 over its
/// distance from them (Weyl; Kato and Temple): with r = 1e-10 sigma_1^2 below 4e-10 of the next square in either case.
/// Values below 1e-12 sigma_1 are 0.
///
/// Deterministic: starts are drawn from a stream of fixed seed. The first is positive, so it has a part of every
/// component's Perron vector.
///
/// @throws NumericError where a value does not converge within 20 min(outputs, inputs) + 1000 steps, or is not finite
/// Cost: two products a step; sigma_1 of a random mask takes about 10 steps, sigma_2 about 60 to 120.
/// Source: Golub and Kahan, SIAM J. Numer. Anal. 2 (1965); Paige, "Accuracy and effectiveness of the Lanczos algorithm
/// for the symmetric eigenproblem", Linear Algebra Appl. 34 (1980).
std::vector<double> leading_singular_values(const Biadjacency& matrix, std::size_t count);

/// The same with vectors: the last value, too, takes its steps twice.
std::vector<SingularTriplet> leading_singular_triplets(const Biadjacency& matrix, std::size_t count);

}  // namespace espalier::topology
