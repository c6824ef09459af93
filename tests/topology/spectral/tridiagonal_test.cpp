#include <espalier/topology/spectral/tridiagonal.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("tridiagonal: the largest pair of a small matrix", "[topology][spectra]") {
    // 2 1 .    eigenvalues 2 - sqrt(2), 2, 2 + sqrt(2)
    // 1 2 1    largest vector (1, sqrt(2), 1) / 2
    // . 1 2
    const TridiagonalPair pair = largest_tridiagonal_pair(std::vector{2.0, 2.0, 2.0}, std::vector{1.0, 1.0}, 0);
    CHECK(pair.value == Approx(2 + std::sqrt(2)).epsilon(1e-15));
    CHECK(pair.vector[0] == Approx(0.5));
    CHECK(pair.vector[1] == Approx(std::sqrt(0.5)));
    CHECK(pair.vector[2] == Approx(0.5));
    CHECK(largest_tridiagonal_pair(std::vector{-3.0}, {}, -10).value == -3);
}

TEST_CASE("tridiagonal agrees with the dense eigenproblem", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (std::size_t size = 1; size <= 60; ++size) {
        const std::vector<double> diagonal = random_values(size, stream);
        std::vector<double> beside = random_values(size - 1, stream);
        arma::mat matrix(size, size, arma::fill::zeros);
        for (std::size_t k = 0; k < size; ++k) matrix(k, k) = diagonal[k];
        for (std::size_t k = 0; k + 1 < size; ++k) {
            beside[k] = std::abs(beside[k]);
            matrix(k, k + 1) = matrix(k + 1, k) = beside[k];
        }
        const TridiagonalPair pair = largest_tridiagonal_pair(diagonal, beside, -10);
        arma::vec values;
        arma::mat vectors;
        REQUIRE(arma::eig_sym(values, vectors, matrix, "std"));
        CHECK(pair.value == Approx(values(size - 1)).margin(1e-13));
        const arma::vec vector(pair.vector);
        CHECK(arma::norm(matrix * vector - pair.value * vector) < 1e-12);
    }
}

TEST_CASE("tridiagonal: the last component is right where it is tiny", "[topology][spectra]") {
    // Diagonal 10, 0, 0, ... beside 1: each component is the one before times x, x = 1 / (value - x).
    std::vector<double> diagonal(30, 0.0);
    diagonal[0] = 10;
    const TridiagonalPair pair = largest_tridiagonal_pair(diagonal, std::vector<double>(29, 1.0), 0);
    const double ratio = 0.1;  // value = 10.1, and 1 / (10.1 - 0.1) = 0.1
    CHECK(pair.value == Approx(10.1).epsilon(1e-14));
    CHECK(pair.vector[29] / pair.vector[0] == Approx(std::pow(ratio, 29)).epsilon(0.02).margin(0));
}

TEST_CASE("tridiagonal: a decoupled matrix and one of zeros", "[topology][spectra]") {
    const TridiagonalPair split = largest_tridiagonal_pair(std::vector{1.0, 5.0, 2.0}, std::vector{0.0, 0.0}, 1);
    CHECK(split.value == 5);
    CHECK(split.vector[2] == 0);
    const TridiagonalPair zeros = largest_tridiagonal_pair(std::vector{0.0, 0.0}, std::vector{0.0}, 0);
    CHECK(zeros.value == 0);
    CHECK(std::isfinite(zeros.vector[1]));
}

}  // namespace espalier::topology
