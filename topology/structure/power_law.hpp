#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace espalier::topology {

/// How many neurons have this degree.
struct DegreeCount {
    std::uint32_t degree = 0;
    std::uint64_t count = 0;
};

/// Degrees above 0 that occur, ascending.
std::vector<DegreeCount> degree_counts(std::span<const std::uint32_t> degrees);

struct PowerLawOptions {
    /// Maximum likelihood of the discrete law; or the usual approximation 1 + m / sum ln(d / (d_min - 1/2)), which is
    /// good from d_min = 6 on only (definitions.md 6.6).
    bool exact = true;
    /// Neurons that the tail must hold: tails of a few neurons fit anything.
    std::uint64_t least_tail = 10;
};

/// p(d) = d^-exponent / zeta(exponent, d_min) for d >= d_min.
struct PowerLaw {
    double exponent = 0;
    std::uint32_t d_min = 0;
    double ks = 0;              ///< largest distance between the tail's distribution and the law's
    std::uint64_t tail = 0;     ///< neurons with d_min edges or more
    double log_likelihood = 0;  ///< of the tail
};

/// The exponent of the degrees from counts.front() on.
/// @param counts  at least two degrees
double fitted_exponent(std::span<const DegreeCount> counts, const PowerLawOptions& options = {});

/// The law whose d_min minimises the Kolmogorov-Smirnov distance; the smallest of several such. None where no tail
/// has two different degrees and as many neurons as it must.
/// Source: Clauset, Shalizi and Newman, "Power-law distributions in empirical data", SIAM Review 2009, sections 3.1 and
/// 3.3; definitions.md 6.6. We maximise the likelihood with zeta functions at any d_min, where their program uses a
/// grid.
/// Cost: O(k^2) zeta functions for k different degrees.
std::optional<PowerLaw> fit_power_law(std::span<const DegreeCount> counts, const PowerLawOptions& options = {});

}  // namespace espalier::topology
