#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <espalier/topology/alignment/unit_groups.hpp>

namespace espalier::topology {

/// What two networks shall agree in: weights, or only which there are.
enum class AlignmentObjective { weights, masks };

/// A weight matrix in compressed rows, places without values taking no room.
struct SparseRows {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> indices;
    std::vector<float> values;

    /// Number of rows.
    std::size_t rows() const { return offsets.size() - 1; }
    /// Columns of one row that have values, ascending.
    std::span<const std::uint32_t> indices_of(std::size_t row) const {
        return std::span(indices).subspan(offsets[row], offsets[row + 1] - offsets[row]);
    }
    /// The values at those columns.
    std::span<const float> values_of(std::size_t row) const {
        return std::span(values).subspan(offsets[row], offsets[row + 1] - offsets[row]);
    }
    /// The same matrix by columns.
    /// @param cols  columns of this one. O(values + cols).
    SparseRows transposed(std::size_t cols) const;
};

/// Weights of both networks between the same two sets of units, [units behind x units before], stored both ways. A
/// layer that has several inputs per unit (block > 1) is several matrices, one per place.
struct PairedMatrix {
    std::optional<std::size_t> row_group;  ///< none: units that stay where they are
    std::optional<std::size_t> column_group;
    SparseRows first, first_columns;
    SparseRows second, second_columns;
};

/// An array of both networks, `block` numbers per unit.
struct PairedArray {
    std::size_t group;
    std::size_t block;
    std::vector<float> first, second;
};

/// Two networks of one architecture, as alignment reads them.
struct PairedNetworks {
    std::vector<UnitGroup> groups;  ///< of the first; those of the second are equal but for names
    std::vector<PairedMatrix> matrices;
    std::vector<PairedArray> arrays;
};

/// @param with_arrays  whether biases and other arrays of units count; never for masks
/// @throws FormatError as unit_groups; naming layer and both shapes where architectures differ, the layer where one
///         network has an array that the other lacks or has no weights; NumericError where a number is not finite
/// Cost: O(edges of both); memory 16 bytes per edge.
PairedNetworks pair_networks(const StoredNetwork& first, const StoredNetwork& second, AlignmentObjective objective,
                             bool with_arrays);

}  // namespace espalier::topology
