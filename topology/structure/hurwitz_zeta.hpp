#pragma once

namespace espalier::topology {

/// ln of the Hurwitz zeta function sum_{k >= 0} (q + k)^-s, the normaliser of a discrete power law from q on.
/// @param s  above 1
/// @param q  at least 1
/// Relative error of the zeta function below 1e-12 for s to 1000. A direct sum, then Euler-Maclaurin; O(s) terms at
/// most. In logarithms because q^-s leaves the range of double for the steep laws that narrow histograms fit.
double log_hurwitz_zeta(double s, double q);

}  // namespace espalier::topology
