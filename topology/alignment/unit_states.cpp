#include <algorithm>
#include <cmath>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/topology/alignment/unit_states.hpp>

namespace espalier::topology {
namespace {

// Numbers of random rows: from 0 on those of arrays, then one for all units, then those of matrices.
constexpr std::uint32_t common_source = 1 << 16;
constexpr std::uint32_t matrix_source = common_source + 1;

/// A number in [-1, 1].
double uniform(Stream& stream) {
    return 2.0 * (static_cast<double>(stream()) + 0.5) / 4294967296.0 - 1.0;
}

/// What the k-th part of a state is multiplied with on its way: own signs of each matrix and direction, so that what
/// comes over one edge cannot be taken for what comes over another.
std::vector<double> random_row(std::uint32_t source, std::uint64_t number, std::size_t width) {
    Stream stream(0, Purpose::unit_states, source, number);
    std::vector<double> row(width);
    for (double& one : row) one = uniform(stream);
    return row;
}

/// Divides by the root mean square, so that it becomes 1; leaves zeros.
void normalise(std::vector<double>& values) {
    double squares = 0;
    for (const double value : values) squares += value * value;
    if (!(squares > 0)) return;
    const double factor = 1.0 / std::sqrt(squares / static_cast<double>(values.size()));
    for (double& value : values) value *= factor;
}

void add_to(std::vector<double>& sum, std::vector<double> share) {
    normalise(share);
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += share[k];
}

/// Of each row the sum over its neighbours of weight * state * signs; `state(neighbour)` points at its numbers.
template <class State>
std::vector<double> gathered(const SparseRows& rows, const State& state, const std::vector<double>& signs) {
    const std::size_t width = signs.size();
    std::vector<double> sums(rows.rows() * width, 0.0);
    for_row_runs(rows.rows(), rows.indices.size() * width, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            double* const sum = sums.data() + i * width;
            const auto neighbours = rows.indices_of(i);
            const auto weights = rows.values_of(i);
            for (std::size_t e = 0; e < neighbours.size(); ++e) {
                const double* const from = state(neighbours[e]);
                for (std::size_t k = 0; k < width; ++k) sum[k] += weights[e] * from[k];
            }
            for (std::size_t k = 0; k < width; ++k) sum[k] *= signs[k];
        }
    });
    return sums;
}

/// States of units that stay where they are: random, by their number.
std::vector<double> fixed_states(std::uint32_t source, std::size_t units, std::size_t width) {
    std::vector<double> states;
    for (std::size_t u = 0; u < units; ++u) {
        const std::vector<double> row = random_row(source, u, width);
        states.insert(states.end(), row.begin(), row.end());
    }
    return states;
}

}  // namespace

UnitStates::UnitStates(const PairedNetworks& pair) {
    for (const bool of_first : {true, false}) {
        States states = start(pair, of_first);
        for (std::size_t round = 0; round < 2 * pair.groups.size(); ++round) refine(pair, of_first, states);
        (of_first ? first_ : second_) = std::move(states);
    }
}

/// What the arrays say.
UnitStates::States UnitStates::start(const PairedNetworks& pair, bool of_first) const {
    States states;
    const std::vector<double> common = random_row(common_source, 0, width);  // units far from both ends have it alone
    for (const UnitGroup& group : pair.groups) {
        std::vector<double>& own = states.emplace_back(group.size * width);
        for (std::size_t k = 0; k < own.size(); ++k) own[k] = 0.3 * common[k % width];
    }
    std::uint32_t source = 0;
    for (const PairedArray& array : pair.arrays) {
        const std::vector<float>& values = of_first ? array.first : array.second;
        std::vector<double> share(states[array.group].size(), 0.0);
        for (std::size_t r = 0; r < array.block; ++r) {
            const std::vector<double> signs = random_row(source++, 0, width);
            for (std::size_t u = 0; u * width < share.size(); ++u) {
                for (std::size_t k = 0; k < width; ++k) {
                    share[u * width + k] += values[u * array.block + r] * signs[k];
                }
            }
        }
        add_to(states[array.group], std::move(share));
    }
    return states;
}

void UnitStates::refine(const PairedNetworks& pair, bool of_first, States& states) const {
    States next = states;
    for (std::vector<double>& group : next) normalise(group);
    std::uint32_t source = matrix_source;
    for (const PairedMatrix& matrix : pair.matrices) {
        const SparseRows& rows = of_first ? matrix.first : matrix.second;
        const SparseRows& columns = of_first ? matrix.first_columns : matrix.second_columns;
        const auto states_of = [&](const std::optional<std::size_t>& group, std::uint32_t own, std::size_t units) {
            return group ? states[*group] : fixed_states(own, units, width);
        };
        if (matrix.row_group) {
            const std::vector<double> from = states_of(matrix.column_group, source, matrix.second_columns.rows());
            const auto state = [&](std::size_t unit) { return from.data() + unit * width; };
            add_to(next[*matrix.row_group], gathered(rows, state, random_row(source + 1, 0, width)));
        }
        if (matrix.column_group) {
            const std::vector<double> from = states_of(matrix.row_group, source + 2, rows.rows());
            const auto state = [&](std::size_t unit) { return from.data() + unit * width; };
            add_to(next[*matrix.column_group], gathered(columns, state, random_row(source + 3, 0, width)));
        }
        source += 4;
    }
    for (std::vector<double>& group : next) {
        for (double& value : group) value = std::tanh(value);
    }
    states = std::move(next);
}

CostMatrix UnitStates::costs(std::size_t group) const {
    const std::vector<double>& ours = first_[group];
    const std::vector<double>& theirs = second_[group];
    const std::size_t size = ours.size() / width;
    std::vector<double> by_part(theirs.size());  // [width x units]: neighbours in memory are added side by side
    for (std::size_t j = 0; j < size; ++j) {
        for (std::size_t k = 0; k < width; ++k) by_part[k * size + j] = theirs[j * width + k];
    }
    CostMatrix costs(size, size);
    for_row_runs(size, size * size * width / 4, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            double* const line = costs.row(i).data();
            for (std::size_t k = 0; k < width; ++k) {
                const double factor = ours[i * width + k];
                const double* const part = by_part.data() + k * size;
                for (std::size_t j = 0; j < size; ++j) line[j] -= factor * part[j];
            }
        }
    });
    return costs;
}

}  // namespace espalier::topology
