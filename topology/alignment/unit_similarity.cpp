#include <cmath>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/topology/alignment/unit_similarity.hpp>

namespace espalier::topology {
namespace {

/// Which unit of the second network has the place of the first's: all of one group or of fixed units.
class Places {
  public:
    Places(const std::optional<std::size_t>& group, const Permutations& permutations)
        : permutation_(group ? &permutations[*group] : nullptr) {}

    bool are_known() const { return permutation_ == nullptr || !permutation_->empty(); }
    std::uint32_t operator()(std::uint32_t unit) const {
        return permutation_ == nullptr ? unit : (*permutation_)[unit];
    }

  private:
    const Permutation* permutation_;
};

/// line[j] -= sum over the unit's neighbours x of first(x) * second(places(x), j).
void subtract_products(const SparseRows& first, std::size_t unit, const SparseRows& second_by_neighbour,
                       const Places& places, std::span<double> line) {
    const auto neighbours = first.indices_of(unit);
    const auto weights = first.values_of(unit);
    double* const out = line.data();
    for (std::size_t k = 0; k < neighbours.size(); ++k) {
        const std::uint32_t neighbour = places(neighbours[k]);
        const auto others = second_by_neighbour.indices_of(neighbour);
        const float* const theirs = second_by_neighbour.values_of(neighbour).data();
        const double ours = weights[k];
        for (std::size_t e = 0; e < others.size(); ++e) out[others[e]] -= ours * theirs[e];
    }
}

void subtract_array(const PairedArray& array, std::size_t unit, std::span<double> line) {
    for (std::size_t r = 0; r < array.block; ++r) {
        const double ours = array.first[unit * array.block + r];
        for (std::size_t j = 0; j < line.size(); ++j) line[j] -= ours * array.second[j * array.block + r];
    }
}

/// Multiply-adds of a product of first with second over their common neighbours.
std::size_t work_of(const SparseRows& first, const SparseRows& second_by_neighbour) {
    const std::size_t neighbours = second_by_neighbour.rows();
    return neighbours == 0 ? 0 : first.indices.size() * (second_by_neighbour.indices.size() / neighbours + 1);
}

double row_product(const PairedMatrix& matrix, std::size_t row, const Places& row_places, const Places& places,
                   std::vector<double>& line) {
    const std::size_t other = row_places(static_cast<std::uint32_t>(row));
    const auto theirs = matrix.second.indices_of(other);
    const auto their_weights = matrix.second.values_of(other);
    for (std::size_t k = 0; k < theirs.size(); ++k) line[theirs[k]] = their_weights[k];
    const auto ours = matrix.first.indices_of(row);
    const auto weights = matrix.first.values_of(row);
    double sum = 0;
    for (std::size_t k = 0; k < ours.size(); ++k) sum += weights[k] * line[places(ours[k])];
    for (const std::uint32_t x : theirs) line[x] = 0;
    return sum;
}

double matrix_term(const PairedMatrix& matrix, const Permutations& permutations) {
    const Places row_places(matrix.row_group, permutations);
    const Places places(matrix.column_group, permutations);
    std::vector<double> products(matrix.first.rows());
    const std::size_t work = 4 * (matrix.first.indices.size() + matrix.second.indices.size());
    for_row_runs(products.size(), work, [&](std::size_t begin, std::size_t end) {
        std::vector<double> line(matrix.second_columns.rows(), 0.0);
        for (std::size_t i = begin; i < end; ++i) products[i] = row_product(matrix, i, row_places, places, line);
    });
    double sum = 0;
    for (const double product : products) sum += product;
    return sum;
}

double array_term(const PairedArray& array, const Permutations& permutations) {
    const Permutation& permutation = permutations[array.group];
    double sum = 0;
    for (std::size_t i = 0; i < permutation.size(); ++i) {
        for (std::size_t r = 0; r < array.block; ++r) {
            sum +=
                static_cast<double>(array.first[i * array.block + r]) * array.second[permutation[i] * array.block + r];
        }
    }
    return sum;
}

double squares(const std::vector<float>& values) {
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value) * value;
    return sum;
}

}  // namespace

CostMatrix unit_costs(const PairedNetworks& pair, std::size_t group, const Permutations& permutations) {
    const std::size_t size = pair.groups[group].size;
    std::size_t work = size * size;
    for (const PairedMatrix& matrix : pair.matrices) {
        if (matrix.row_group == group) work += work_of(matrix.first, matrix.second_columns);
        if (matrix.column_group == group) work += work_of(matrix.first_columns, matrix.second);
    }
    CostMatrix costs(size, size);
    for_row_runs(size, work, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const std::span<double> line = costs.row(i);
            for (const PairedMatrix& matrix : pair.matrices) {
                const Places rows(matrix.row_group, permutations);
                const Places columns(matrix.column_group, permutations);
                if (matrix.row_group == group && columns.are_known()) {
                    subtract_products(matrix.first, i, matrix.second_columns, columns, line);
                }
                if (matrix.column_group == group && rows.are_known()) {
                    subtract_products(matrix.first_columns, i, matrix.second, rows, line);
                }
            }
            for (const PairedArray& array : pair.arrays) {
                if (array.group == group) subtract_array(array, i, line);
            }
        }
    });
    return costs;
}

std::vector<double> agreement_terms(const PairedNetworks& pair, const Permutations& permutations) {
    std::vector<double> terms;
    for (const PairedMatrix& matrix : pair.matrices) terms.push_back(matrix_term(matrix, permutations));
    for (const PairedArray& array : pair.arrays) terms.push_back(array_term(array, permutations));
    return terms;
}

void renew_agreement_terms(const PairedNetworks& pair, const Permutations& permutations, std::size_t group,
                           std::vector<double>& terms) {
    for (std::size_t m = 0; m < pair.matrices.size(); ++m) {
        const PairedMatrix& matrix = pair.matrices[m];
        if (matrix.row_group == group || matrix.column_group == group) terms[m] = matrix_term(matrix, permutations);
    }
    for (std::size_t a = 0; a < pair.arrays.size(); ++a) {
        if (pair.arrays[a].group == group) {
            terms[pair.matrices.size() + a] = array_term(pair.arrays[a], permutations);
        }
    }
}

double agreement_bound(const PairedNetworks& pair) {
    double bound = 0;
    for (const PairedMatrix& matrix : pair.matrices) {
        bound += std::sqrt(squares(matrix.first.values)) * std::sqrt(squares(matrix.second.values));
    }
    for (const PairedArray& array : pair.arrays)
        bound += std::sqrt(squares(array.first)) * std::sqrt(squares(array.second));
    return bound;
}

}  // namespace espalier::topology
