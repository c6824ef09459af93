#include <cmath>
#include <limits>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/series/connection_history.hpp>
#include <espalier/topology/series/curves.hpp>
#include <espalier/topology/series/evolution.hpp>

namespace espalier::topology {
namespace {

using Numbers = MetricValue::Numbers;
using Tallies = std::vector<std::uint64_t>;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? undefined : static_cast<double>(part) / static_cast<double>(whole);
}

Numbers shares(const Tallies& parts, std::uint64_t whole) {
    Numbers result;
    for (const std::uint64_t part : parts) result.push_back(share(part, whole));
    return result;
}

/// Undefined where there is nothing to survive.
MetricValue survival(Numbers curve) {
    if (std::isnan(curve.front())) return MetricValue::undefined("no edges");
    return curve;
}

Numbers turnover(const ConnectionHistory::Counts& counts) {
    Numbers result = {undefined};
    for (std::size_t k = 1; k < counts.edges.size(); ++k) {
        result.push_back(share(counts.appeared[k], counts.edges[k]));
    }
    return result;
}

/// Steps between a snapshot and the k-th after it: their mean over all start points, for each k.
Numbers lags(const std::vector<double>& steps) {
    Numbers result;
    for (std::size_t lag = 0; lag < steps.size(); ++lag) {
        double sum = 0;
        for (std::size_t k = lag; k < steps.size(); ++k) sum += steps[k] - steps[k - lag];
        result.push_back(sum / static_cast<double>(steps.size() - lag));
    }
    return result;
}

/// What goes on beside the histories, for which whole snapshots are needed.
struct Course {
    std::vector<Numbers> distances;  ///< [layer][snapshot]
    std::vector<Curves> tracked;     ///< [layer], and the network's last
};

class Evolution {
  public:
    Evolution(const SnapshotSeries& series, const Settings& settings)
        : series_(series), distance_(find_distance(settings.text("distance"))) {
        if (settings.text("track") != "none") track_ = &find_metric(settings.text("track"));
    }

    MetricResult measure() {
        first_ = series_.read(0);
        for (const Layer& layer : first_.layers) histories_.emplace_back(layer.pattern);
        course_.distances.resize(first_.layers.size());
        course_.tracked.resize(first_.layers.size() + 1);
        follow(first_);
        Topology before = first_;
        for (std::size_t k = 1; k < series_.size(); ++k) {
            Topology now = series_.read(k);
            require_comparable(first_, now, "evolution");
            parallel_for(histories_.size(), [&](std::size_t layer) {
                histories_[layer].add(first_.layers[layer].pattern, before.layers[layer].pattern,
                                      now.layers[layer].pattern);
            });
            follow(now);
            before = std::move(now);
        }
        return result();
    }

  private:
    void follow(const Topology& now) {
        const LayerDistances apart = espalier::topology::measure(distance_, first_, now);
        for (std::size_t k = 0; k < course_.distances.size(); ++k) course_.distances[k].push_back(apart.values[k]);
        if (track_ == nullptr) return;
        MetricResult values = espalier::topology::measure(*track_, now);
        values.layers.push_back(std::move(values.network));
        for (std::size_t k = 0; k < values.layers.size(); ++k) course_.tracked[k].add(values.layers[k]);
    }

    MetricValue of_layer(std::size_t k) const {
        const ConnectionHistory::Counts& counts = histories_[k].counts();
        const std::vector<double>& steps = series_.steps();
        const std::uint64_t edges = counts.edges.front();
        const Numbers between = lags(steps);
        const Numbers by_lag = histories_[k].survival_by_lag();
        MetricValue::Fields fields = {{"steps", steps},
                                      {"edges", Numbers(counts.edges.begin(), counts.edges.end())},
                                      {"survival", survival(shares(counts.of_first, edges))},
                                      {"survival_unbroken", survival(shares(counts.of_first_unbroken, edges))},
                                      {"half_life", half_life(shares(counts.of_first, edges), steps)},
                                      {"lags", between},
                                      {"survival_by_lag", survival(by_lag)},
                                      {"half_life_by_lag", half_life(by_lag, between)},
                                      {"turnover", turnover(counts)},
                                      {"distance_from_start", course_.distances[k]},
                                      {"exploration_rate", shares(counts.explored, positions(first_.layers[k]))}};
        if (track_ != nullptr) fields.emplace_back(track_->name, course_.tracked[k].value());
        return fields;
    }

    MetricValue of_network(const std::vector<MetricValue>& layers) const {
        MetricValue::Fields fields = mean_over_layers(layers).fields();
        Tallies edges(series_.size(), 0);
        Tallies explored = edges;
        std::uint64_t positions = 0;
        for (std::size_t k = 0; k < histories_.size(); ++k) {
            positions += topology::positions(first_.layers[k]);
            for (std::size_t t = 0; t < edges.size(); ++t) {
                edges[t] += histories_[k].counts().edges[t];
                explored[t] += histories_[k].counts().explored[t];
            }
        }
        for (auto& [name, value] : fields) {
            if (name == "edges") value = Numbers(edges.begin(), edges.end());
            if (name == "exploration_rate") value = shares(explored, positions);
            if (track_ != nullptr && name == track_->name) value = course_.tracked.back().value();
        }
        return fields;
    }

    MetricResult result() const {
        std::vector<MetricValue> layers;
        for (std::size_t k = 0; k < histories_.size(); ++k) layers.push_back(of_layer(k));
        if (layers.empty()) return {layers, MetricValue::undefined("no layers")};
        MetricValue network = of_network(layers);
        return {std::move(layers), std::move(network)};
    }

    const SnapshotSeries& series_;
    const Distance& distance_;
    const Metric* track_ = nullptr;
    Topology first_;
    std::vector<ConnectionHistory> histories_;
    Course course_;
};

}  // namespace

MetricValue half_life(std::span<const double> curve, std::span<const double> at) {
    if (curve.empty() || std::isnan(curve.front())) return MetricValue::undefined("no edges");
    for (std::size_t k = 0; k < curve.size(); ++k) {
        if (!(curve[k] <= 0.5)) continue;
        if (k == 0) return at[0];
        const double part = (curve[k - 1] - 0.5) / (curve[k - 1] - curve[k]);
        return at[k - 1] + part * (at[k] - at[k - 1]);
    }
    return MetricValue::undefined("more than half is still there at the end");
}

MetricResult evolution(const SnapshotSeries& series, const Settings& settings) {
    return Evolution(series, settings).measure();
}

}  // namespace espalier::topology
