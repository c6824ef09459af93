#pragma once

#include <numeric>

#include <espalier/kernels/sparse_product.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::testing {

using kernels::Activations;
using kernels::SparseMatrix;

/// A sparse layer with activations at both ends.
struct SparseCase {
    Pattern pattern;
    std::vector<float> values;
    std::vector<float> bias;
    Activations<float> in;
    Activations<float> rows;

    SparseCase(std::size_t outputs, std::size_t inputs, double density, std::size_t lanes, Stream& stream,
               bool positive)
        : pattern(random_pattern(outputs, inputs, density, stream)),
          in(random_activations<float>(inputs, lanes, stream, positive)),
          rows(random_activations<float>(outputs, lanes, stream, positive)) {
        // a full pattern has no offsets to give; the products are for stored ones
        for (const double v : random_values(pattern.edges(), stream))
            values.push_back(static_cast<float>(positive ? 1.5 + v : v));
        for (const double v : random_values(outputs, stream))
            bias.push_back(static_cast<float>(positive ? 1.5 + v : v));
    }
    SparseMatrix<float> matrix() const {
        return {pattern.rows(), pattern.cols(), pattern.offsets(), pattern.indices(), {}, values};
    }
};

/// A case's matrix seen from the inputs, with the place of each value.
struct TransposedCase {
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> positions;
    SparseMatrix<float> matrix;

    explicit TransposedCase(const SparseCase& c) {
        offsets = {0};
        for (std::uint32_t input = 0; input < c.pattern.cols(); ++input) {
            for (std::uint32_t row = 0; row < c.pattern.rows(); ++row) {
                const auto present = c.pattern.row(row);
                const auto found = std::ranges::lower_bound(present, input);
                if (found == present.end() || *found != input) continue;
                rows.push_back(row);
                positions.push_back(
                    static_cast<std::uint32_t>(c.pattern.row_begin(row) + std::size_t(found - present.begin())));
            }
            offsets.push_back(rows.size());
        }
        matrix = {c.pattern.cols(), c.pattern.rows(), offsets, rows, positions, c.values};
    }
    TransposedCase(const TransposedCase&) = delete;
    TransposedCase& operator=(const TransposedCase&) = delete;
};

}  // namespace espalier::testing
