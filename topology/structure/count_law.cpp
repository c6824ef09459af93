#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/tools/minima.hpp>

#include <espalier/topology/structure/count_law.hpp>
#include <espalier/topology/structure/hurwitz_zeta.hpp>

namespace espalier::topology {
namespace {

/// ln P(X = d), nothing cut off.
double log_mass(const CountLaw& law, double degree) {
    if (law.kind == RandomLaw::poisson) return degree * std::log(law.mean) - law.mean - std::lgamma(degree + 1);
    const double n = law.trials;
    return std::lgamma(n + 1) - std::lgamma(degree + 1) - std::lgamma(n - degree + 1) +
           degree * std::log(law.mean / n) + (n - degree) * std::log1p(-law.mean / n);
}

/// P(X = d + 1) / P(X = d).
double step(const CountLaw& law, double degree) {
    if (law.kind == RandomLaw::poisson) return law.mean / (degree + 1);
    return (law.trials - degree) / (degree + 1) * law.mean / (law.trials - law.mean);
}

/// ln P(X >= d_min): above the mean the tail's own sum, whose terms fall; below it what is missing.
double log_tail(const CountLaw& law, std::uint32_t d_min) {
    double sum = 0;
    if (d_min > law.mean) {
        double degree = d_min;
        double term = 1;
        while (term > 1e-17 * sum) {
            sum += term;
            term *= step(law, degree++);
        }
        return log_mass(law, d_min) + std::log(sum);
    }
    for (std::uint32_t degree = 0; degree < d_min; ++degree) sum += std::exp(log_mass(law, degree));
    return std::log1p(-sum);
}

CountLaw count_law(RandomLaw kind, double trials, double mean, std::uint32_t d_min) {
    CountLaw law{kind, trials, mean, 0};
    law.log_tail = log_tail(law, d_min);
    return law;
}

/// The mean of the law by its natural parameter, in which the likelihood is concave: ln mean, or the logit of mean / n.
double mean_of(RandomLaw kind, double trials, double natural) {
    return kind == RandomLaw::poisson ? std::exp(natural) : trials / (1 + std::exp(-natural));
}

}  // namespace

double CountLaw::log_probability(double degree) const {
    return log_mass(*this, degree) - log_tail;
}

CountLaw fit_count_law(RandomLaw kind, double trials, std::span<const DegreeCount> counts) {
    const std::uint32_t d_min = counts.front().degree;
    const auto loss = [&](double natural) {
        const CountLaw law = count_law(kind, trials, mean_of(kind, trials, natural), d_min);
        double sum = 0;
        for (const auto& [degree, count] : counts) sum -= static_cast<double>(count) * law.log_probability(degree);
        return sum;
    };
    // The tail's mean is above the law's, so one end is known; the other only leaves it positive.
    const double largest = counts.back().degree;
    const double high = kind == RandomLaw::poisson ? std::log(largest) : std::log(largest / (trials - largest + 1e-6));
    constexpr double width = 30;
    constexpr int bits = 30;
    const double natural = boost::math::tools::brent_find_minima(loss, high - width, high, bits).first;
    return count_law(kind, trials, mean_of(kind, trials, natural), d_min);
}

LikelihoodRatio compare_with(RandomLaw kind, double trials, const PowerLaw& law, std::span<const DegreeCount> counts) {
    while (counts.front().degree < law.d_min) counts = counts.subspan(1);
    const CountLaw other = fit_count_law(kind, trials, counts);
    const double log_all = log_hurwitz_zeta(law.exponent, law.d_min);
    const auto tail = static_cast<double>(law.tail);
    const auto difference = [&](double degree) {
        return -law.exponent * std::log(degree) - log_all - other.log_probability(degree);
    };
    LikelihoodRatio result;
    for (const auto& [degree, count] : counts) result.ratio += static_cast<double>(count) * difference(degree);
    double squares = 0;
    for (const auto& [degree, count] : counts) {
        const double distance = difference(degree) - result.ratio / tail;
        squares += static_cast<double>(count) * distance * distance;
    }
    if (squares > 0) {
        result.z = result.ratio / std::sqrt(squares);
        result.p_value = std::erfc(std::abs(result.z) / std::numbers::sqrt2);
    }
    return result;
}

}  // namespace espalier::topology
