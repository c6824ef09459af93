#pragma once

namespace espalier::sparsity {

/// The threshold for the next update: doubled where this one dropped fewer than (1 - tolerance) of the wanted number,
/// halved where it dropped more than (1 + tolerance) of it.
/// Source: Mostafa and Wang, ICML 2019 (DSR), algorithm 1 with tolerance 0.1; Dettmers and Zettlemoyer's program 0.02;
/// definitions.md 3.7.
constexpr double adapted_threshold(double threshold, double dropped, double wanted, double tolerance) {
    if (dropped < (1.0 - tolerance) * wanted) return 2.0 * threshold;
    if (dropped > (1.0 + tolerance) * wanted) return 0.5 * threshold;
    return threshold;
}

}  // namespace espalier::sparsity
