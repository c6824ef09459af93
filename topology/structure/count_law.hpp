#pragma once

#include <cstdint>
#include <span>

#include <espalier/topology/structure/power_law.hpp>

namespace espalier::topology {

/// What degrees would be distributed like if edges were placed at random.
enum class RandomLaw : std::uint8_t {
    poisson,   ///< in a very wide layer
    binomial,  ///< in a Bernoulli mask: so many trials as the other side has neurons
};

/// One of them with its mean, cut off below d_min as the power law it is compared with.
struct CountLaw {
    RandomLaw kind = RandomLaw::poisson;
    double trials = 0;    ///< of the binomial law
    double mean = 0;      ///< before it is cut off
    double log_tail = 0;  ///< ln P(X >= d_min)

    /// ln P(X = d | X >= d_min), d >= d_min.
    double log_probability(double degree) const;
};

/// Maximum likelihood for the degrees from counts.front() on.
/// @param counts  at least two degrees, none above `trials`
CountLaw fit_count_law(RandomLaw kind, double trials, std::span<const DegreeCount> counts);

/// Which of two laws fits the tail better.
struct LikelihoodRatio {
    double ratio = 0;    ///< ln of the power law's likelihood over the other's: above 0 speaks for the power law
    double z = 0;        ///< ratio over its standard deviation
    double p_value = 1;  ///< of a |z| as large where both fit equally well: the sign means something where it is small
};

/// The tail of `law` by the power law against a law of random edges.
/// Source: Vuong 1989, as in Clauset, Shalizi and Newman 2009, section 5.
LikelihoodRatio compare_with(RandomLaw kind, double trials, const PowerLaw& law, std::span<const DegreeCount> counts);

}  // namespace espalier::topology
