#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/report/measurement.hpp>
#include <espalier/report/metric_settings.hpp>
#include <espalier/topology/files/snapshot_series.hpp>

namespace espalier::report {
namespace {

using topology::Metric;
using topology::MetricResult;
using topology::MetricValue;
using topology::SeriesMetric;
using topology::Settings;
using topology::SnapshotSeries;
using topology::Topology;

template <class Entry>
void add_once(std::vector<const Entry*>& entries, const Entry& entry) {
    if (std::ranges::find(entries, &entry) == entries.end()) entries.push_back(&entry);
}

MetricResult measured(const Metric& metric, const Topology& topology, const Settings& settings, bool is_named) {
    if (is_named) return metric.measure(topology, settings);
    try {
        return metric.measure(topology, settings);
    } catch (const FormatError& error) {
        const MetricValue none = MetricValue::undefined(error.what());
        return {std::vector<MetricValue>(topology.layers.size(), none), none};
    }
}

bool is_undefined(const MetricResult& result) {
    return result.network.is_undefined() && std::ranges::all_of(result.layers, &MetricValue::is_undefined);
}

}  // namespace

std::vector<Named> all_metrics() {
    std::vector<Named> all(topology::metrics().begin(), topology::metrics().end());
    all.insert(all.end(), topology::series_metrics().begin(), topology::series_metrics().end());
    return all;
}

bool is_of_series(const std::string& name) {
    return std::ranges::find(topology::series_metrics(), name, &SeriesMetric::name) != topology::series_metrics().end();
}

Wanted chosen(const std::vector<std::string>& names, const std::vector<std::string>& assignments) {
    Wanted wanted{.metrics = {&topology::find_metric("edges"), &topology::find_metric("density")},
                  .are_named = !names.empty()};
    for (const std::string& name : names) {
        find_named(all_metrics(), name, "metric");
        if (is_of_series(name)) {
            add_once(wanted.of_series, find_named(topology::series_metrics(), name, "metric"));
        } else {
            add_once(wanted.metrics, topology::find_metric(name));
        }
    }
    for (const Metric& metric : topology::metrics()) {
        if (names.empty() && !metric.is_costly) add_once(wanted.metrics, metric);
    }
    std::vector<std::pair<std::string, Settings>> known;
    for (const Metric* metric : wanted.metrics) known.emplace_back(metric->name, topology::settings_of(*metric));
    for (const SeriesMetric* metric : wanted.of_series) {
        known.emplace_back(metric->name, topology::settings_of(*metric));
    }
    wanted.settings = assigned(std::move(known), assignments);
    return wanted;
}

std::vector<Results> results_of(std::span<const Topology* const> topologies, const Wanted& wanted) {
    std::vector<Results> all(topologies.size());
    parallel_for(all.size(), [&](std::size_t k) {
        for (std::size_t m = 0; m < wanted.metrics.size(); ++m) {
            const Metric& metric = *wanted.metrics[m];
            all[k].emplace_back(metric.name, measured(metric, *topologies[k], wanted.settings[m], wanted.are_named));
        }
    });
    return all;
}

std::vector<Measured> measure_all(std::vector<Topology> topologies, const Wanted& wanted) {
    std::vector<const Topology*> pointers;
    for (const Topology& topology : topologies) pointers.push_back(&topology);
    std::vector<Results> results = results_of(pointers, wanted);
    std::vector<Measured> all;
    for (std::size_t k = 0; k < results.size(); ++k) {
        all.push_back({std::move(topologies[k]), std::move(results[k])});
    }
    return all;
}

void compare_with_null(const Topology& topology, Results& results, const Wanted& wanted,
                       const std::vector<std::string>& names, const topology::NullModelOptions& options) {
    std::vector<topology::MetricRequest> requests;
    std::vector<MetricResult> observed;
    for (std::size_t m = 0; m < wanted.metrics.size(); ++m) {
        const std::string& name = wanted.metrics[m]->name;
        const MetricResult& result = results[m].second;
        const bool is_asked = std::ranges::find(names, name) != names.end();
        const bool is_fixed = name == "edges" || name == "density";
        if (!is_asked && (is_fixed || is_undefined(result))) continue;
        requests.push_back({wanted.metrics[m], &wanted.settings[m]});
        observed.push_back(result);
    }
    const auto compared = topology::against_null_model(requests, observed, topology, options);
    for (std::size_t r = 0; r < requests.size(); ++r) {
        const std::string& name = requests[r].metric->name;
        const auto beside = std::ranges::find(results, name, &std::pair<std::string, MetricResult>::first);
        results.insert(beside + 1, {name + "_null", compared[r]});
    }
}

std::vector<Measured> measure_series(const std::vector<std::string>& arguments,
                                     const topology::MaskFileOptions& reading, topology::ConvMapping mapping,
                                     const Wanted& wanted) {
    std::vector<SnapshotSeries> series;
    std::vector<Topology> last;
    for (const std::string& argument : arguments) {
        const SnapshotSeries& added = series.emplace_back(argument, reading, mapping);
        last.push_back(added.read(added.size() - 1));
    }
    std::vector<Measured> all = measure_all(std::move(last), wanted);
    for (std::size_t k = 0; k < all.size(); ++k) {
        for (std::size_t m = 0; m < wanted.of_series.size(); ++m) {
            const SeriesMetric& metric = *wanted.of_series[m];
            all[k].results.emplace_back(metric.name,
                                        metric.measure(series[k], wanted.settings[wanted.metrics.size() + m]));
        }
    }
    return all;
}

}  // namespace espalier::report
