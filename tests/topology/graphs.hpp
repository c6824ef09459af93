#pragma once

#include <armadillo>
#include <cmath>
#include <stdexcept>

#include "networks.hpp"

namespace espalier::testing {

/// [outputs x inputs]; values one per edge, or none: ones.
inline arma::mat dense_matrix(const Pattern& pattern, std::span<const double> values = {}) {
    arma::mat matrix(pattern.rows(), pattern.cols(), arma::fill::zeros);
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        std::size_t edge = pattern.row_begin(row);
        for (const std::uint32_t col : pattern.row(row)) matrix(row, col) = values.empty() ? 1.0 : values[edge++];
    }
    return matrix;
}

/// Descending, from the symmetric eigenproblem of the whole graph: a way of its own.
inline std::vector<double> spectrum_by_eigenvalues(const arma::mat& matrix) {
    const arma::uword rows = matrix.n_rows;
    const arma::uword size = rows + matrix.n_cols;
    arma::mat square(size, size, arma::fill::zeros);
    if (matrix.n_elem > 0) {
        square.submat(0, rows, rows - 1, size - 1) = matrix;
        square.submat(rows, 0, size - 1, rows - 1) = matrix.t();
    }
    arma::vec values;
    arma::mat vectors;  // without them OpenBLAS 0.3.21 is off by 6e-8 where most eigenvalues are 0
    if (!arma::eig_sym(values, vectors, square, "std")) throw std::runtime_error("no convergence");
    std::vector<double> largest;
    for (arma::uword k = 0; k < std::min(rows, matrix.n_cols); ++k) largest.push_back(values(size - 1 - k));
    return largest;
}

/// The blocks along the diagonal, nothing elsewhere.
inline Pattern blocks(const std::vector<Pattern>& parts) {
    std::size_t rows = 0;
    std::size_t cols = 0;
    for (const Pattern& part : parts) {
        rows += part.rows();
        cols += part.cols();
    }
    std::vector<std::uint64_t> flat;
    std::size_t row = 0;
    std::size_t col = 0;
    for (const Pattern& part : parts) {
        for (std::size_t k = 0; k < part.rows(); ++k) {
            for (const std::uint32_t x : part.row(k)) flat.push_back((row + k) * cols + col + x);
        }
        row += part.rows();
        col += part.cols();
    }
    return Pattern::from_flat(rows, cols, flat);
}

/// k random matchings of n inputs with n outputs, drawn again until none repeats an edge of those before.
inline Pattern random_regular(std::size_t degree, std::size_t size, Stream& stream) {
    std::vector<std::vector<std::uint32_t>> matchings;
    std::vector<std::uint64_t> flat;
    while (matchings.size() < degree) {
        std::vector<std::uint32_t> matching = random_permutation(size, stream);
        const auto is_taken = [&](std::uint32_t row) {
            return std::ranges::any_of(matchings, [&](const auto& other) { return other[row] == matching[row]; });
        };
        for (std::uint32_t row = 0; row < size; ++row) {  // an edge that is there already: exchanged with a random one
            while (is_taken(row)) {
                const auto other = static_cast<std::uint32_t>(stream.below(size));
                std::swap(matching[row], matching[other]);
                if (is_taken(other)) row = std::min(row, other);
            }
        }
        matchings.push_back(std::move(matching));
    }
    for (std::uint64_t row = 0; row < size; ++row) {
        for (const auto& matching : matchings) flat.push_back(row * size + matching[row]);
    }
    std::ranges::sort(flat);
    return Pattern::from_flat(size, size, flat);
}

}  // namespace espalier::testing
