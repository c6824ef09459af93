#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>
#include <espalier/topology/spectral/tridiagonal.hpp>

namespace espalier::topology {
namespace {

using Vector = std::vector<double>;

constexpr double value_tolerance = 2e-9;    // residual over sigma^2, where the value alone is wanted
constexpr double vector_tolerance = 1e-10;  // where its vector is projected out or handed on
constexpr double negligible = 1e-12;        // of sigma_1: 0
constexpr double rounding = 64 * std::numeric_limits<double>::epsilon();

double dot(const Vector& a, const Vector& b) {
    double sums[4] = {};
    std::size_t k = 0;
    for (; k + 4 <= a.size(); k += 4) {
        for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += a[k + lane] * b[k + lane];
    }
    for (; k < a.size(); ++k) sums[0] += a[k] * b[k];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void scale(Vector& a, double factor) {
    for (double& value : a) value *= factor;
}

void add_scaled(Vector& to, double factor, const Vector& a) {
    for (std::size_t k = 0; k < to.size(); ++k) to[k] += factor * a[k];
}

void remove_parts_along(const std::vector<Vector>& found, Vector& a) {
    for (const Vector& vector : found) add_scaled(a, -dot(vector, a), vector);
}

/// A^T A (or A A^T, whichever is smaller) as an operation.
class Gram {
  public:
    explicit Gram(const Biadjacency& matrix)
        : matrix_(matrix),
          inputs_are_fewer_(matrix.inputs() <= matrix.outputs()),
          middle_(std::max(matrix.inputs(), matrix.outputs())) {}

    std::size_t size() const { return std::min(matrix_.inputs(), matrix_.outputs()); }
    bool inputs_are_fewer() const { return inputs_are_fewer_; }
    /// The vector on the larger side that the last apply() went through.
    const Vector& middle() const { return middle_; }

    /// y = A^T A x. @return |A x|^2
    double apply(const Vector& x, Vector& y) {
        if (inputs_are_fewer_) {
            matrix_.to_outputs(x, middle_);
            matrix_.to_inputs(middle_, y);
        } else {
            matrix_.to_inputs(x, middle_);
            matrix_.to_outputs(middle_, y);
        }
        return dot(middle_, middle_);
    }

  private:
    const Biadjacency& matrix_;
    bool inputs_are_fewer_;
    Vector middle_;
};

/// The three-term recurrence in the complement of `found`: A^T A V = V T + a remainder.
class Lanczos {
  public:
    Lanczos(Gram& gram, const std::vector<Vector>& found, Vector start)
        : gram_(gram), found_(found), next_(std::move(start)), before_(next_.size(), 0.0), now_(next_.size(), 0.0) {
        length_ = remainder_length();
    }

    bool is_exhausted() const { return length_ == 0; }
    /// The vector of the last step.
    const Vector& vector() const { return now_; }

    struct Step {
        double diagonal = 0;
        double beside = 0;  ///< length of the remainder: the entry beside the diagonal, if a step follows
    };
    Step step() {
        const double beside_before = is_first_ ? 0.0 : length_;
        is_first_ = false;
        std::swap(before_, now_);
        std::swap(now_, next_);
        scale(now_, 1.0 / length_);
        const double diagonal = gram_.apply(now_, next_);
        for (std::size_t k = 0; k < next_.size(); ++k) next_[k] -= diagonal * now_[k] + beside_before * before_[k];
        length_ = remainder_length();
        return {diagonal, length_};
    }

  private:
    /// Twice is enough, also where cancellation left little but rounding.
    double remainder_length() {
        remove_parts_along(found_, next_);
        remove_parts_along(found_, next_);
        return std::sqrt(dot(next_, next_));
    }

    Gram& gram_;
    const std::vector<Vector>& found_;
    Vector next_;
    Vector before_;
    Vector now_;
    double length_ = 0;
    bool is_first_ = true;
};

/// The first is positive; the others have both signs.
Vector start_vector(std::size_t size, std::size_t number) {
    constexpr double unit = 0x1p-32;
    Stream stream(0x5eed, Purpose::mask_init, static_cast<std::uint32_t>(number));
    Vector start(size);
    for (double& value : start) value = number == 0 ? 0.5 + unit * stream() : 2 * unit * stream() - 1;
    return start;
}

/// The largest eigenvalue in the complement, and how it was put together from the steps.
struct Converged {
    double value = 0;
    Vector parts;  ///< of each step's vector; empty where the value is 0
};

/// Steps are dear and the check costs as much as few of them: it comes every sixteenth part.
std::size_t next_check(std::size_t steps) {
    return steps + std::max<std::size_t>(steps < 16 ? 2 : 4, steps / 16);
}

Converged largest_in_complement(Lanczos lanczos, double tolerance, double leading, std::size_t size) {
    const std::size_t most_steps = 20 * size + 1000;
    Vector diagonal;
    Vector beside;
    double value = 0;
    for (std::size_t check = 1; !lanczos.is_exhausted() && diagonal.size() < most_steps;) {
        const Lanczos::Step step = lanczos.step();
        diagonal.push_back(step.diagonal);
        if (!std::isfinite(step.diagonal + step.beside)) {
            throw NumericError("singular values: a product of the layer with a vector is not finite; are its weights?");
        }
        if (diagonal.size() >= check || lanczos.is_exhausted()) {
            check = next_check(diagonal.size());
            TridiagonalPair pair = largest_tridiagonal_pair(diagonal, beside, value);
            value = pair.value;
            const double residual = step.beside * std::abs(pair.vector.back());
            const double largest = std::max(leading, value);
            if (value + residual <= negligible * negligible * largest) return {};
            if (residual <= std::max(tolerance * value, rounding * std::sqrt(largest * value))) {
                return {value, std::move(pair.vector)};
            }
        }
        beside.push_back(step.beside);
    }
    if (lanczos.is_exhausted() && diagonal.empty()) return {};  // nothing left: all has been found
    throw NumericError("singular values: no convergence within " + std::to_string(most_steps) + " steps");
}

/// The same recurrence once more, its vectors added up.
Vector composed(Lanczos lanczos, const Vector& parts, std::size_t size) {
    Vector sum(size, 0.0);
    for (const double part : parts) {
        lanczos.step();
        add_scaled(sum, part, lanczos.vector());
    }
    scale(sum, 1.0 / std::sqrt(dot(sum, sum)));
    return sum;
}

/// The vectors before it were projected out, so it carries their residuals, too: all are small beside the leading
/// value.
void require_small_residual(Gram& gram, const Vector& vector, double value, double leading) {
    Vector product(vector.size());
    gram.apply(vector, product);
    add_scaled(product, -value, vector);
    const double share = std::sqrt(dot(product, product)) / leading;
    if (share <= 10 * vector_tolerance) return;
    std::ostringstream text;
    text << "singular values: a vector's residual is " << share << " of the largest square, above "
         << 10 * vector_tolerance;
    throw NumericError(text.str());
}

SingularTriplet triplet(Gram& gram, double square, const Vector& vector) {
    Vector product(vector.size());
    gram.apply(vector, product);
    Vector other = gram.middle();
    scale(other, 1.0 / std::sqrt(dot(other, other)));
    SingularTriplet result{std::sqrt(square), std::move(other), vector};
    if (!gram.inputs_are_fewer()) std::swap(result.outputs, result.inputs);
    return result;
}

std::vector<SingularTriplet> search(const Biadjacency& matrix, std::size_t count, bool is_last_vector_wanted) {
    const SingularTriplet zero{0, Vector(matrix.outputs(), 0.0), Vector(matrix.inputs(), 0.0)};
    std::vector<SingularTriplet> triplets;
    Gram gram(matrix);
    std::vector<Vector> found;
    double leading = 0;
    while (triplets.size() < std::min(count, gram.size())) {
        const bool is_vector_wanted = is_last_vector_wanted || triplets.size() + 1 < count;
        const double tolerance = is_vector_wanted ? vector_tolerance : value_tolerance;
        const Vector start = start_vector(gram.size(), found.size());
        const Converged top = largest_in_complement(Lanczos(gram, found, start), tolerance, leading, gram.size());
        if (top.parts.empty()) break;  // what is left is 0
        leading = std::max(leading, top.value);
        if (!is_vector_wanted) {
            triplets.push_back({std::sqrt(top.value), {}, {}});
            break;
        }
        found.push_back(composed(Lanczos(gram, found, start), top.parts, gram.size()));
        require_small_residual(gram, found.back(), top.value, leading);
        triplets.push_back(triplet(gram, top.value, found.back()));
    }
    triplets.resize(count, zero);
    return triplets;
}

}  // namespace

std::vector<double> leading_singular_values(const Biadjacency& matrix, std::size_t count) {
    std::vector<double> values;
    for (const SingularTriplet& triplet : search(matrix, count, false)) values.push_back(triplet.value);
    std::ranges::sort(values, std::greater<>());
    return values;
}

std::vector<SingularTriplet> leading_singular_triplets(const Biadjacency& matrix, std::size_t count) {
    std::vector<SingularTriplet> triplets = search(matrix, count, true);
    std::ranges::stable_sort(triplets, std::greater<>(), &SingularTriplet::value);
    return triplets;
}

}  // namespace espalier::topology
