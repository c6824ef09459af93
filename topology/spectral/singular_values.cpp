#include <algorithm>
#include <armadillo>
#include <cmath>
#include <limits>

#include <dlfcn.h>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/biadjacency.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>
#include <espalier/topology/spectral/singular_values.hpp>
#include <espalier/topology/spectral/weighted_gap.hpp>

namespace espalier::topology {
namespace {

/// OpenBLAS splits sums by its number of threads; the layers are what threads are for here.
void use_one_blas_thread() {
    [[maybe_unused]] static const bool done = [] {
        using Set = void (*)(int);
        if (void* set = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) reinterpret_cast<Set>(set)(1);
        return true;
    }();
}

std::optional<std::string> why_too_large(const Biadjacency& matrix) {
    const std::size_t smaller = std::min(matrix.inputs(), matrix.outputs());
    const std::size_t larger = std::max(matrix.inputs(), matrix.outputs());
    if (smaller <= most_singular_values && smaller * larger <= most_dense_positions) return std::nullopt;
    return std::to_string(matrix.outputs()) + "x" + std::to_string(matrix.inputs()) +
           " without dead neurons is too large for a full spectrum (" + std::to_string(most_singular_values) +
           " values, " + std::to_string(most_dense_positions) +
           " positions); spectral_norm and ramanujan_gap give the largest values";
}

arma::mat dense(const Biadjacency& matrix) {
    arma::mat dense(matrix.outputs(), matrix.inputs(), arma::fill::zeros);
    for (std::size_t output = 0; output < matrix.outputs(); ++output) {
        const auto inputs = matrix.inputs_of(output);
        const auto values = matrix.values_to(output);
        for (std::size_t k = 0; k < inputs.size(); ++k) dense(output, inputs[k]) = values.empty() ? 1.0 : values[k];
    }
    return dense;
}

/// Both are the squared Frobenius norm. It guards against the library: OpenBLAS 0.3.21 is known to us to be off by 6e-8
/// in the related eigenvalues of symmetric matrices of low rank.
void require_squares_agree(const arma::vec& sigma, const arma::mat& matrix) {
    const double squares = arma::dot(sigma, sigma);
    const double expected = arma::dot(matrix, matrix);
    if (std::abs(squares - expected) <= 1e-11 * expected) return;
    throw NumericError("singular values: LAPACK's squares do not add up to those of the matrix; is the BLAS sound?");
}

std::vector<double> chosen_values(const Layer& layer, SpectrumOf matrix) {
    if (matrix == SpectrumOf::pattern) return {};
    if (matrix == SpectrumOf::absolute_weights) return absolute_weights(layer);
    return {layer.values.begin(), layer.values.end()};
}

std::vector<double> spectrum(const Layer& layer, SpectrumOf matrix) {
    return singular_values(layer.pattern, chosen_values(layer, matrix));
}

/// Nothing where all edges are there, though there may be none.
std::optional<std::string> why_no_values(const Layer& layer, SpectrumOf matrix) {
    if (matrix == SpectrumOf::pattern || layer.pattern.edges() == 0) return std::nullopt;
    return why_no_weights(layer);
}

}  // namespace

std::vector<double> singular_values(const Pattern& pattern, std::span<const double> values) {
    std::vector<double> result(std::min(pattern.rows(), pattern.cols()), 0.0);
    const Biadjacency matrix(pattern, values);
    if (matrix.edges() == 0) return result;
    if (const auto reason = why_too_large(matrix)) throw ConfigError("singular values: " + *reason);
    use_one_blas_thread();
    arma::vec found;
    const arma::mat full = dense(matrix);
    if (!arma::svd(found, full)) throw NumericError("singular values: LAPACK's dgesdd did not converge");
    require_squares_agree(found, full);
    std::ranges::copy(found, result.begin());
    return result;
}

std::optional<std::string> why_no_spectrum(const Layer& layer, SpectrumOf matrix) {
    if (auto reason = why_no_values(layer, matrix)) return reason;
    return why_too_large(Biadjacency(layer.pattern));
}

MetricValue singular_values_metric(const Layer& layer, SpectrumOf matrix) {
    if (const auto reason = why_no_spectrum(layer, matrix)) return MetricValue::undefined(*reason);
    return spectrum(layer, matrix);
}

MetricValue effective_rank_metric(const Layer& layer, SpectrumOf matrix) {
    if (const auto reason = why_no_spectrum(layer, matrix)) return MetricValue::undefined(*reason);
    const std::vector<double> sigma = spectrum(layer, matrix);
    double sum = 0;
    for (const double value : sigma) sum += value;
    if (sum == 0) return MetricValue::undefined("all singular values are 0");
    double entropy = 0;
    for (const double value : sigma) {
        if (value > 0) entropy -= value / sum * std::log(value / sum);
    }
    return std::exp(entropy);
}

MetricValue numerical_rank_metric(const Layer& layer, SpectrumOf matrix) {
    if (const auto reason = why_no_spectrum(layer, matrix)) return MetricValue::undefined(*reason);
    const std::vector<double> sigma = spectrum(layer, matrix);
    if (sigma.empty()) return 0.0;
    const auto largest_side = static_cast<double>(std::max(layer.pattern.rows(), layer.pattern.cols()));
    const double threshold = largest_side * std::numeric_limits<double>::epsilon() * sigma.front();
    return static_cast<double>(std::ranges::count_if(sigma, [&](double value) { return value > threshold; }));
}

MetricValue spectral_norm_metric(const Layer& layer, SpectrumOf matrix) {
    if (const auto reason = why_no_values(layer, matrix)) return MetricValue::undefined(*reason);
    return leading_singular_values(Biadjacency(layer.pattern, chosen_values(layer, matrix)), 1)[0];
}

}  // namespace espalier::topology
