#include <algorithm>
#include <cmath>
#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/generators/null_model.hpp>

namespace espalier::topology {
namespace {

using Samples = std::vector<const MetricValue*>;

/// The three things told of a value, each in its form.
struct Statistics {
    MetricValue mean;
    MetricValue sd;
    MetricValue z;
};

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Of the rewired networks' numbers; NaN ones are undefined and left out.
Statistics of_numbers(double observed, std::vector<double> numbers) {
    std::erase_if(numbers, [](double number) { return std::isnan(number); });
    if (numbers.size() < 2) {
        const auto none = MetricValue::undefined("defined in fewer than two of the rewired networks");
        return {none, none, none};
    }
    const auto count = static_cast<double>(numbers.size());
    double sum = 0;
    for (const double number : numbers) sum += number;
    const auto [low, high] = std::ranges::minmax(numbers);
    const double mean = low == high ? low : sum / count;
    double squares = 0;
    for (const double number : numbers) squares += (number - mean) * (number - mean);
    const double sd = std::sqrt(squares / (count - 1));
    constexpr double rounding = 1e-9;
    if (!(sd > rounding * std::max(std::abs(low), std::abs(high)))) {
        return {mean, sd, MetricValue::undefined("sd is 0: the same in all rewired networks")};
    }
    return {mean, sd, (observed - mean) / sd};
}

double number_or_nan(const MetricValue& value) {
    return value.is_number() ? value.number() : nan;
}

Statistics of_lists(const MetricValue::Numbers& observed, const Samples& samples) {
    MetricValue::Numbers mean;
    MetricValue::Numbers sd;
    MetricValue::Numbers z;
    for (std::size_t k = 0; k < observed.size(); ++k) {
        std::vector<double> numbers;
        for (const MetricValue* sample : samples) {
            const bool has_it = sample->is_list() && sample->list().size() == observed.size();
            numbers.push_back(has_it ? sample->list()[k] : nan);
        }
        const Statistics one = of_numbers(observed[k], std::move(numbers));
        mean.push_back(number_or_nan(one.mean));
        sd.push_back(number_or_nan(one.sd));
        z.push_back(std::isnan(observed[k]) ? nan : number_or_nan(one.z));
    }
    return {std::move(mean), std::move(sd), std::move(z)};
}

Statistics statistics(const MetricValue& observed, const Samples& samples);

Statistics of_objects(const MetricValue::Fields& observed, const Samples& samples) {
    MetricValue::Fields mean;
    MetricValue::Fields sd;
    MetricValue::Fields z;
    for (const auto& [name, value] : observed) {
        Samples parts;
        for (const MetricValue* sample : samples) {
            if (const MetricValue* part = sample->find(name)) parts.push_back(part);
        }
        Statistics one = statistics(value, parts);
        mean.emplace_back(name, std::move(one.mean));
        sd.emplace_back(name, std::move(one.sd));
        z.emplace_back(name, std::move(one.z));
    }
    return {std::move(mean), std::move(sd), std::move(z)};
}

Statistics statistics(const MetricValue& observed, const Samples& samples) {
    if (observed.is_undefined()) return {observed, observed, observed};
    if (observed.is_object()) return of_objects(observed.fields(), samples);
    if (observed.is_list()) return of_lists(observed.list(), samples);
    std::vector<double> numbers;
    for (const MetricValue* sample : samples) numbers.push_back(number_or_nan(*sample));
    return of_numbers(observed.number(), std::move(numbers));
}

Topology rewired_network(const Topology& topology, const NullModelOptions& options, std::size_t sample) {
    Topology result{topology.label, {}};
    for (std::size_t l = 0; l < topology.layers.size(); ++l) {
        Stream stream(options.seed, Purpose::rewiring, static_cast<std::uint32_t>(l), sample);
        result.layers.push_back(rewired(topology.layers[l], options.swaps, stream));
    }
    return result;
}

bool has_value(const MetricResult& result) {
    return !result.network.is_undefined() || !std::ranges::all_of(result.layers, &MetricValue::is_undefined);
}

}  // namespace

MetricValue null_statistics(const MetricValue& observed, const std::vector<const MetricValue*>& samples) {
    Statistics all = statistics(observed, samples);
    return MetricValue::Fields{{"samples", static_cast<double>(samples.size())},
                               {"z", std::move(all.z)},
                               {"mean", std::move(all.mean)},
                               {"sd", std::move(all.sd)}};
}

std::vector<MetricResult> against_null_model(std::span<const MetricRequest> requests,
                                             std::span<const MetricResult> observed, const Topology& topology,
                                             const NullModelOptions& options) {
    if (options.samples < 2) throw ConfigError("a null model needs at least 2 samples");
    std::vector<std::vector<MetricResult>> measured(options.samples);  // [sample][request]
    parallel_for(options.samples, [&](std::size_t sample) {
        const Topology network = rewired_network(topology, options, sample);
        for (std::size_t r = 0; r < requests.size(); ++r) {
            measured[sample].push_back(
                has_value(observed[r]) ? requests[r].metric->measure(network, *requests[r].settings) : observed[r]);
        }
    });
    std::vector<MetricResult> results;
    for (std::size_t r = 0; r < requests.size(); ++r) {
        const auto compared = [&](const MetricValue& value, const auto& of_sample) {
            std::vector<const MetricValue*> samples;
            for (const auto& results_of_sample : measured) samples.push_back(&of_sample(results_of_sample[r]));
            return null_statistics(value, samples);
        };
        MetricResult result{{}, compared(observed[r].network, [](const MetricResult& one) -> const MetricValue& {
                                return one.network;
                            })};
        for (std::size_t l = 0; l < observed[r].layers.size(); ++l) {
            result.layers.push_back(compared(
                observed[r].layers[l], [l](const MetricResult& one) -> const MetricValue& { return one.layers[l]; }));
        }
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace espalier::topology
