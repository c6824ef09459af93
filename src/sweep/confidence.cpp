#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include <espalier/sweep/confidence.hpp>

namespace espalier::sweep {

double half_interval_95(double deviation, std::size_t n) {
    const auto count = static_cast<double>(n);
    using Double = boost::math::policies::policy<boost::math::policies::promote_double<false>>;  // half the code
    const boost::math::students_t_distribution<double, Double> student(count - 1.0);
    return boost::math::quantile(student, 0.975) * deviation / std::sqrt(count);
}

}  // namespace espalier::sweep
