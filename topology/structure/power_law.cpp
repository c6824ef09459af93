#include <algorithm>
#include <cmath>

#include <boost/math/tools/minima.hpp>

#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/hurwitz_zeta.hpp>
#include <espalier/topology/structure/power_law.hpp>

namespace espalier::topology {
namespace {

/// Steeper laws are not told apart from constant degrees.
constexpr double steepest = 1000;

/// What the likelihood needs of a tail.
struct TailSums {
    double count = 0;
    double logs = 0;  ///< sum of ln d
};

TailSums sums_of(std::span<const DegreeCount> counts) {
    TailSums sums;
    for (const auto& [degree, count] : counts) {
        sums.count += static_cast<double>(count);
        sums.logs += static_cast<double>(count) * std::log(degree);
    }
    return sums;
}

double log_likelihood(double exponent, double d_min, const TailSums& sums) {
    return -sums.count * log_hurwitz_zeta(exponent, d_min) - exponent * sums.logs;
}

double approximate_exponent(double d_min, const TailSums& sums) {
    return std::min(steepest, 1 + sums.count / (sums.logs - sums.count * std::log(d_min - 0.5)));
}

/// The likelihood is concave in the exponent: a law of exponential form.
double exact_exponent(double d_min, const TailSums& sums) {
    const auto loss = [&](double exponent) { return -log_likelihood(exponent, d_min, sums) / sums.count; };
    double high = approximate_exponent(d_min, sums) + 1;
    while (high < steepest && loss(high) < loss(high - 0.5)) high *= 2;
    constexpr int bits = 30;
    return boost::math::tools::brent_find_minima(loss, 1 + 1e-9, std::min(high, steepest), bits).first;
}

/// The fitted distribution changes at every number, the tail's only at degrees that occur: the largest distance is at
/// one of these or just before.
double ks_distance(double exponent, std::span<const DegreeCount> counts, double total) {
    const double d_min = counts.front().degree;
    const double log_all = log_hurwitz_zeta(exponent, d_min);
    double below = 0;
    double largest = 0;
    for (const auto& [degree, count] : counts) {
        const double law_below = 1 - std::exp(log_hurwitz_zeta(exponent, degree) - log_all);
        const double law = law_below + std::exp(-exponent * std::log(degree) - log_all);
        const double share = static_cast<double>(count) / total;
        largest = std::max({largest, std::abs(below - law_below), std::abs(below + share - law)});
        below += share;
    }
    return largest;
}

}  // namespace

std::vector<DegreeCount> degree_counts(std::span<const std::uint32_t> degrees) {
    std::vector<std::uint32_t> sorted(degrees.begin(), degrees.end());
    std::ranges::sort(sorted);
    std::vector<DegreeCount> counts;
    for (const std::uint32_t degree : sorted) {
        if (degree == 0) continue;
        if (counts.empty() || counts.back().degree != degree) counts.push_back({degree, 0});
        ++counts.back().count;
    }
    return counts;
}

double fitted_exponent(std::span<const DegreeCount> counts, const PowerLawOptions& options) {
    const TailSums sums = sums_of(counts);
    const double d_min = counts.front().degree;
    return options.exact ? exact_exponent(d_min, sums) : approximate_exponent(d_min, sums);
}

std::optional<PowerLaw> fit_power_law(std::span<const DegreeCount> counts, const PowerLawOptions& options) {
    std::optional<PowerLaw> best;
    for (; counts.size() >= 2; counts = counts.subspan(1)) {
        const TailSums sums = sums_of(counts);
        if (sums.count < static_cast<double>(options.least_tail)) break;
        const double exponent = fitted_exponent(counts, options);
        const double ks = ks_distance(exponent, counts, sums.count);
        if (best && best->ks <= ks) continue;
        const std::uint32_t d_min = counts.front().degree;
        best = {exponent, d_min, ks, static_cast<std::uint64_t>(sums.count), log_likelihood(exponent, d_min, sums)};
    }
    return best;
}

}  // namespace espalier::topology
