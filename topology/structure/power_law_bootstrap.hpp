#pragma once

#include <espalier/base/random/random.hpp>
#include <espalier/topology/structure/power_law.hpp>

namespace espalier::topology {

/// Random numbers of a discrete power law, by inversion of its distribution.
class PowerLawSampler {
  public:
    /// @param exponent  above 1
    /// @param d_min     at least 1
    PowerLawSampler(double exponent, std::uint32_t d_min);

    /// Exact to the rounding of double for the first 4096 degrees; beyond, the continuous law shifted by a half, whose
    /// relative error is below 1e-8 there. Ends at 2^32 - 1.
    std::uint32_t operator()(Stream& stream) const;

  private:
    double exponent_;
    std::uint32_t d_min_;
    std::vector<double> below_;  // below_[k]: probability of less than d_min + k + 1
};

/// How often degrees drawn from the fitted law lie as far from their own fit as the true ones from theirs: small where
/// the law is implausible (below 0.1, as the source has it). A replicate draws as many degrees, from the law with the
/// tail's share and otherwise from those below d_min, and fits d_min and exponent anew.
/// @param replicates  at least 1; the standard error is about 0.5 / sqrt(replicates)
/// Source: Clauset, Shalizi and Newman 2009, section 4.1. Replicates are dealt to threads.
double power_law_p_value(std::span<const DegreeCount> counts, const PowerLaw& law, const PowerLawOptions& options,
                         std::uint64_t replicates, std::uint64_t seed);

}  // namespace espalier::topology
