#include <algorithm>
#include <cmath>
#include <limits>

#include <espalier/topology/spectral/tridiagonal.hpp>

namespace espalier::topology {
namespace {

constexpr double smallest = std::numeric_limits<double>::min();

/// Whether all eigenvalues are below x: the pivots of x - T are positive.
bool is_above_all(double x, std::span<const double> diagonal, std::span<const double> beside) {
    double pivot = x - diagonal[0];
    for (std::size_t k = 1; k < diagonal.size(); ++k) {
        if (!(pivot > smallest)) return false;
        pivot = (x - diagonal[k]) - beside[k - 1] * (beside[k - 1] / pivot);
    }
    return pivot > smallest;
}

/// Gershgorin's circles.
double bound_above(std::span<const double> diagonal, std::span<const double> beside) {
    double bound = diagonal[0];
    for (std::size_t k = 0; k < diagonal.size(); ++k) {
        const double left = k > 0 ? beside[k - 1] : 0;
        const double right = k < beside.size() ? beside[k] : 0;
        bound = std::max(bound, diagonal[k] + left + right);
    }
    return bound;
}

double largest_value(std::span<const double> diagonal, std::span<const double> beside, double low) {
    double high = bound_above(diagonal, beside);
    low = std::min(low, high);
    while (true) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return high;
        (is_above_all(middle, diagonal, beside) ? high : low) = middle;
    }
}

double not_zero(double pivot) {
    return std::abs(pivot) > smallest ? pivot : smallest;
}

/// Eliminated from above down to the twist and from below up to it; at the twist the remainder is smallest.
std::vector<double> twisted_vector(double value, std::span<const double> diagonal, std::span<const double> beside) {
    const std::size_t size = diagonal.size();
    std::vector<double> down(size);
    std::vector<double> up(size);
    for (std::size_t k = 0; k < size; ++k) {
        const double before = k > 0 ? beside[k - 1] * (beside[k - 1] / down[k - 1]) : 0;
        down[k] = not_zero(value - diagonal[k] - before);
    }
    for (std::size_t k = size; k-- > 0;) {
        const double after = k + 1 < size ? beside[k] * (beside[k] / up[k + 1]) : 0;
        up[k] = not_zero(value - diagonal[k] - after);
    }
    std::size_t twist = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < size; ++k) {
        const double remainder = std::abs(down[k] + up[k] - (value - diagonal[k]));
        if (remainder < least) {
            least = remainder;
            twist = k;
        }
    }
    std::vector<double> vector(size);
    vector[twist] = 1;
    for (std::size_t k = twist; k > 0; --k) vector[k - 1] = vector[k] * (beside[k - 1] / down[k - 1]);
    for (std::size_t k = twist + 1; k < size; ++k) vector[k] = vector[k - 1] * (beside[k - 1] / up[k]);
    return vector;
}

}  // namespace

TridiagonalPair largest_tridiagonal_pair(std::span<const double> diagonal, std::span<const double> beside,
                                         double at_least) {
    const double value = largest_value(diagonal, beside, at_least);
    std::vector<double> vector = twisted_vector(value, diagonal, beside);
    double squares = 0;
    for (const double part : vector) squares += part * part;
    for (double& part : vector) part /= std::sqrt(squares);
    return {value, std::move(vector)};
}

}  // namespace espalier::topology
