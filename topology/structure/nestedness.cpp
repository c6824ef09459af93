#include <algorithm>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/topology/structure/nestedness.hpp>

namespace espalier::topology {
namespace {

struct Pairs {
    double sum = 0;
    double count = 0;
};

/// Shares of the neighbours of output `row` in those of outputs with more edges, summed.
/// @param shared  all 0 before and after
double shares_of(const Pattern& layer, const Pattern& fed, std::size_t row, std::vector<std::uint32_t>& shared) {
    const std::size_t own = layer.row(row).size();
    std::vector<std::uint32_t> met;
    for (const std::uint32_t input : layer.row(row)) {
        for (const std::uint32_t other : fed.row(input)) {
            if (shared[other]++ == 0) met.push_back(other);
        }
    }
    std::uint64_t sum = 0;
    for (const std::uint32_t other : met) {
        if (layer.row(other).size() > own) sum += shared[other];
        shared[other] = 0;
    }
    return own == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(own);
}

/// Of the outputs of `layer`, whose transpose is `fed`.
Pairs pairs_of(const Pattern& layer, const Pattern& fed) {
    std::vector<double> shares(layer.rows());
    const std::size_t work = layer.edges() * (1 + layer.edges() / std::max<std::size_t>(1, layer.cols()));
    for_row_runs(layer.rows(), work, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> shared(layer.rows(), 0);
        for (std::size_t row = begin; row < end; ++row) shares[row] = shares_of(layer, fed, row, shared);
    });
    Pairs pairs;
    double alive = 0;
    for (std::size_t row = 0; row < layer.rows(); ++row) {
        pairs.sum += shares[row];
        if (!layer.row(row).empty()) ++alive;
    }
    pairs.count = alive * (alive - 1) / 2;
    return pairs;
}

std::optional<double> mean(const Pairs& pairs) {
    return pairs.count > 0 ? std::optional(pairs.sum / pairs.count) : std::nullopt;
}

MetricValue or_reason(const std::optional<double>& value) {
    return value ? MetricValue(*value) : MetricValue::undefined("fewer than two neurons with edges");
}

}  // namespace

Nestedness nestedness(const Pattern& pattern) {
    const Pattern fed = pattern.transposed();
    const Pairs inputs = pairs_of(fed, pattern);
    const Pairs outputs = pairs_of(pattern, fed);
    return {mean(inputs), mean(outputs), mean({inputs.sum + outputs.sum, inputs.count + outputs.count})};
}

MetricValue nestedness_metric(const Layer& layer) {
    const Nestedness value = nestedness(layer.pattern);
    return MetricValue::Fields{
        {"both", or_reason(value.both)}, {"inputs", or_reason(value.inputs)}, {"outputs", or_reason(value.outputs)}};
}

}  // namespace espalier::topology
