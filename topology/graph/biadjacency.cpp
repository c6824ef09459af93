#include <cmath>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/topology/graph/biadjacency.hpp>
#include <espalier/topology/graph/degree.hpp>

namespace espalier::topology {
namespace {

/// Four sums side by side: additions wait for each other four times less often.
double sum_at(std::span<const std::uint32_t> places, const double* x) {
    double sums[4] = {};
    std::size_t k = 0;
    for (; k + 4 <= places.size(); k += 4) {
        for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += x[places[k + lane]];
    }
    for (; k < places.size(); ++k) sums[0] += x[places[k]];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double weighted_sum_at(std::span<const std::uint32_t> places, const double* values, const double* x) {
    double sums[4] = {};
    std::size_t k = 0;
    for (; k + 4 <= places.size(); k += 4) {
        for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += values[k + lane] * x[places[k + lane]];
    }
    for (; k < places.size(); ++k) sums[0] += values[k] * x[places[k]];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

Biadjacency::Biadjacency(const Pattern& pattern, std::span<const double> values) {
    take_outputs(pattern, values);
    take_inputs();
}

Biadjacency Biadjacency::normalized(const Pattern& pattern) {
    const std::vector<std::uint32_t> degrees = input_degrees(pattern);
    std::vector<double> values;
    values.reserve(pattern.edges());
    for (std::size_t output = 0; output < pattern.rows(); ++output) {
        const auto inputs = pattern.row(output);
        for (const std::uint32_t input : inputs) {
            values.push_back(1 / std::sqrt(static_cast<double>(degrees[input]) * static_cast<double>(inputs.size())));
        }
    }
    return Biadjacency(pattern, values);
}

void Biadjacency::take_outputs(const Pattern& pattern, std::span<const double> values) {
    const std::vector<std::uint32_t> degrees = input_degrees(pattern);
    std::vector<std::uint32_t> place(pattern.cols());
    for (std::uint32_t input = 0; input < pattern.cols(); ++input) {
        if (degrees[input] == 0) continue;
        place[input] = static_cast<std::uint32_t>(by_input_.neuron.size());
        by_input_.neuron.push_back(input);
    }
    by_output_.neighbours.reserve(pattern.edges());
    for (std::uint32_t output = 0; output < pattern.rows(); ++output) {
        if (pattern.row(output).empty()) continue;
        for (const std::uint32_t input : pattern.row(output)) by_output_.neighbours.push_back(place[input]);
        by_output_.offsets.push_back(by_output_.neighbours.size());
        by_output_.neuron.push_back(output);
    }
    by_output_.values.assign(values.begin(), values.end());
}

void Biadjacency::take_inputs() {
    std::vector<std::uint64_t>& offsets = by_input_.offsets;
    offsets.assign(inputs() + 1, 0);
    for (const std::uint32_t input : by_output_.neighbours) ++offsets[input + 1];
    for (std::size_t input = 0; input < inputs(); ++input) offsets[input + 1] += offsets[input];
    by_input_.neighbours.resize(edges());
    by_input_.values.resize(by_output_.values.size());
    std::vector<std::uint64_t> next(offsets.begin(), offsets.end() - 1);
    std::size_t edge = 0;
    for (std::uint32_t output = 0; output < outputs(); ++output) {
        for (const std::uint32_t input : inputs_of(output)) {
            const std::uint64_t at = next[input]++;
            by_input_.neighbours[at] = output;
            if (!by_output_.values.empty()) by_input_.values[at] = by_output_.values[edge];
            ++edge;
        }
    }
}

void Biadjacency::Side::multiply(std::span<const double> x, std::span<double> y) const {
    for_row_runs(count(), neighbours.size() / 2 + count(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            y[row] = values.empty() ? sum_at(of(row), x.data())
                                    : weighted_sum_at(of(row), values.data() + offsets[row], x.data());
        }
    });
}

}  // namespace espalier::topology
