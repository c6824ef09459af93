#include <array>
#include <cmath>

#include <espalier/topology/structure/hurwitz_zeta.hpp>

namespace espalier::topology {
namespace {

/// B_2j / (2j)!, j from 1.
constexpr std::array<double, 10> bernoulli = {1.0 / 12,
                                              -1.0 / 720,
                                              1.0 / 30240,
                                              -1.0 / 1209600,
                                              1.0 / 47900160,
                                              -691.0 / 1307674368000,
                                              1.0 / 74724249600,
                                              -3617.0 / 10670622842880000,
                                              43867.0 / 5109094217170944000,
                                              -174611.0 / 802857662698291200000.0};

/// sum_{k >= 0} ((x + k) / x)^-s by Euler-Maclaurin; x well above s.
double scaled_remainder(double s, double x) {
    double sum = x / (s - 1) + 0.5;
    double factor = s / x;
    for (std::size_t j = 0; j < bernoulli.size(); ++j) {
        sum += bernoulli[j] * factor;
        const double next = s + 2 * static_cast<double>(j) + 1;
        factor *= next * (next + 1) / (x * x);
    }
    return sum;
}

}  // namespace

double log_hurwitz_zeta(double s, double q) {
    const double enough = s + 12;  // from here on the correction terms fall by a factor of ten each
    double sum = 0;
    double x = q;
    while (x < enough) {
        const double term = std::pow(x / q, -s);
        sum += term;
        if (term < 1e-20 * sum) return std::log(sum) - s * std::log(q);
        ++x;
    }
    sum += std::pow(x / q, -s) * scaled_remainder(s, x);
    return std::log(sum) - s * std::log(q);
}

}  // namespace espalier::topology
