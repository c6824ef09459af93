#include <algorithm>
#include <cmath>
#include <limits>

#include <espalier/topology/metric_value.hpp>

namespace espalier::topology {
namespace {

MetricValue mean_of_numbers(std::span<const MetricValue> layers) {
    double sum = 0;
    std::size_t count = 0;
    for (const MetricValue& value : layers) {
        if (!value.is_number()) continue;
        sum += value.number();
        ++count;
    }
    return sum / static_cast<double>(count);
}

MetricValue mean_of_lists(std::span<const MetricValue> layers) {
    MetricValue::Numbers sums;
    MetricValue::Numbers counts;
    for (const MetricValue& value : layers) {
        if (!value.is_list()) continue;
        if (counts.empty()) {
            sums.assign(value.list().size(), 0.0);
            counts = sums;
        }
        if (value.list().size() != sums.size()) return MetricValue::undefined("the layers' lists differ in length");
        for (std::size_t k = 0; k < sums.size(); ++k) {
            if (std::isnan(value.list()[k])) continue;
            sums[k] += value.list()[k];
            ++counts[k];
        }
    }
    for (std::size_t k = 0; k < sums.size(); ++k) {
        sums[k] = counts[k] > 0 ? sums[k] / counts[k] : std::numeric_limits<double>::quiet_NaN();
    }
    return sums;
}

MetricValue mean_of_objects(std::span<const MetricValue> layers) {
    std::vector<std::string> names;
    for (const MetricValue& value : layers) {
        if (!value.is_object()) continue;
        for (const auto& [name, field] : value.fields()) {
            if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        }
    }
    MetricValue::Fields means;
    for (const std::string& name : names) {
        std::vector<MetricValue> values;
        for (const MetricValue& value : layers) {
            if (const MetricValue* field = value.find(name)) values.push_back(*field);
        }
        means.emplace_back(name, mean_over_layers(values));
    }
    return means;
}

}  // namespace

const MetricValue* MetricValue::find(const std::string& name) const {
    if (!is_object()) return nullptr;
    const auto field = std::ranges::find(fields(), name, &Field::first);
    return field == fields().end() ? nullptr : &field->second;
}

MetricValue mean_over_layers(std::span<const MetricValue> layers) {
    if (layers.empty()) return MetricValue::undefined("no layers");
    if (std::ranges::any_of(layers, &MetricValue::is_object)) return mean_of_objects(layers);
    if (std::ranges::any_of(layers, &MetricValue::is_list)) return mean_of_lists(layers);
    if (std::ranges::any_of(layers, &MetricValue::is_number)) return mean_of_numbers(layers);
    return layers.front();
}

}  // namespace espalier::topology
