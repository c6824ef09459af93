#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/structure/betweenness.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t lanes = 8;

/// One a lane; a cache line.
struct alignas(64) Numbers {
    std::array<double, lanes> lane{};
    double& operator[](std::size_t k) { return lane[k]; }
    double operator[](std::size_t k) const { return lane[k]; }
};

/// 1 where there are paths, of which there is never less than one.
double at_most_one(double paths) {
    return paths < 1 ? paths : 1.0;
}

void add_to(Numbers& sum, const Numbers& numbers) {
    for (std::size_t k = 0; k < lanes; ++k) sum[k] += numbers[k];
}

/// Shortest paths from up to eight sources at once, one a lane. A neuron may be of another distance in each lane, and
/// is in the front of each distance it has in any, with its paths in these lanes and 0 in the others. So the loops over
/// lanes need no branches: they are vector instructions.
class Sweep {
  public:
    explicit Sweep(const NeuronGraph& graph)
        : graph_(graph), is_new_(graph.neurons()), wave_(graph.neurons(), Numbers{}), is_touched_(graph.neurons(), 0) {}

    /// Adds the dependencies of these sources on every neuron to its sum.
    void add(std::span<const std::uint32_t> sources, std::vector<double>& sums) {
        start(sources);
        while (front_begin_.back() > front_begin_[front_begin_.size() - 2]) step();
        dependency_.assign(neurons_.size(), Numbers{});
        for (std::size_t level = front_begin_.size() - 2; level > 1; --level) back(level);
        for (std::size_t k = sources.size(); k < neurons_.size(); ++k) {
            double sum = 0;
            for (const double dependency : dependency_[k].lane) sum += dependency;
            sums[neurons_[k]] += sum;
        }
    }

  private:
    void start(std::span<const std::uint32_t> sources) {
        Numbers all;
        all.lane.fill(1);
        std::ranges::fill(is_new_, all);
        neurons_.assign(sources.begin(), sources.end());
        paths_.assign(sources.size(), Numbers{});
        front_begin_ = {0, sources.size()};
        for (std::size_t k = 0; k < sources.size(); ++k) {
            paths_[k][k] = 1;
            is_new_[sources[k]][k] = 0;
        }
    }

    /// From the last front to the next: as many paths as lead to the neighbours before.
    void step() {
        touched_.clear();
        const std::size_t end = front_begin_.back();
        for (std::size_t entry = front_begin_[front_begin_.size() - 2]; entry < end; ++entry) {
            const Numbers paths = paths_[entry];
            for (const std::uint32_t neighbour : graph_.of(neurons_[entry])) {
                add_to(wave_[neighbour], paths);
                if (is_touched_[neighbour] != 0) continue;
                is_touched_[neighbour] = 1;
                touched_.push_back(neighbour);
            }
        }
        for (const std::uint32_t neuron : touched_) {
            arrive(neuron);
            is_touched_[neuron] = 0;
            wave_[neuron] = {};
        }
        front_begin_.push_back(neurons_.size());
    }

    /// What has come to a neuron, in the lanes that had not reached it.
    void arrive(std::uint32_t neuron) {
        Numbers fresh;
        double arrived = 0;
        for (std::size_t k = 0; k < lanes; ++k) {
            fresh[k] = wave_[neuron][k] * is_new_[neuron][k];
            arrived += fresh[k];
        }
        if (arrived == 0) return;
        for (std::size_t k = 0; k < lanes; ++k) is_new_[neuron][k] -= at_most_one(fresh[k]);
        neurons_.push_back(neuron);
        paths_.push_back(fresh);
    }

    /// Dependencies of the front before, from those of this one.
    void back(std::size_t level) {
        const std::size_t begin = front_begin_[level];
        for (std::size_t entry = begin; entry < front_begin_[level + 1]; ++entry) {
            Numbers& share = wave_[neurons_[entry]];
            for (std::size_t k = 0; k < lanes; ++k) {
                const double paths = paths_[entry][k];
                const double here = at_most_one(paths);
                share[k] = here * (1 + dependency_[entry][k]) / (paths + 1 - here);
            }
        }
        for (std::size_t entry = front_begin_[level - 1]; entry < begin; ++entry) {
            Numbers sum{};
            for (const std::uint32_t neighbour : graph_.of(neurons_[entry])) add_to(sum, wave_[neighbour]);
            for (std::size_t k = 0; k < lanes; ++k) dependency_[entry][k] = paths_[entry][k] * sum[k];
        }
        for (std::size_t entry = begin; entry < front_begin_[level + 1]; ++entry) wave_[neurons_[entry]] = {};
    }

    const NeuronGraph& graph_;
    std::vector<Numbers> is_new_;  ///< 1 where not reached yet
    std::vector<Numbers> wave_;    ///< 0 between the steps
    std::vector<char> is_touched_;
    std::vector<std::uint32_t> touched_;

    std::vector<std::size_t> front_begin_;  ///< fronts lie one after the other in:
    std::vector<std::uint32_t> neurons_;
    std::vector<Numbers> paths_;
    std::vector<Numbers> dependency_;
};

std::vector<std::uint32_t> sources_of(const NeuronGraph& graph, const BetweennessOptions& options) {
    const std::size_t neurons = graph.neurons();
    std::vector<std::uint32_t> sources(neurons);
    std::iota(sources.begin(), sources.end(), 0U);
    if (options.samples > 0 && options.samples < neurons) {
        Stream stream(options.seed, Purpose::metric_sample);
        for (std::size_t k = 0; k < options.samples; ++k) std::swap(sources[k], sources[k + stream.below(neurons - k)]);
        sources.resize(options.samples);
    }
    std::erase_if(sources, [&](std::uint32_t neuron) { return graph.of(neuron).empty(); });
    return sources;
}

/// Sums over sources, in an order that does not depend on the threads: runs of batches, each with sums of its own.
std::vector<double> dependencies(const NeuronGraph& graph, std::span<const std::uint32_t> sources) {
    constexpr std::size_t most_runs = 64;
    const std::size_t batches = (sources.size() + lanes - 1) / lanes;
    const std::size_t runs = std::min(batches, most_runs);
    std::vector<std::vector<double>> sums(runs);
    parallel_for(runs, [&](std::size_t run) {
        sums[run].assign(graph.neurons(), 0.0);
        Sweep sweep(graph);
        for (std::size_t batch = batches * run / runs; batch < batches * (run + 1) / runs; ++batch) {
            const std::size_t begin = batch * lanes;
            sweep.add(sources.subspan(begin, std::min(lanes, sources.size() - begin)), sums[run]);
        }
    });
    std::vector<double> total(graph.neurons(), 0.0);
    for (const std::vector<double>& part : sums) {
        for (std::size_t neuron = 0; neuron < total.size(); ++neuron) total[neuron] += part[neuron];
    }
    return total;
}

}  // namespace

std::vector<double> betweenness(const NeuronGraph& graph, const BetweennessOptions& options) {
    const auto neurons = static_cast<double>(graph.neurons());
    if (graph.neurons() < 3) return std::vector<double>(graph.neurons(), 0.0);
    const bool is_sampled = options.samples > 0 && options.samples < graph.neurons();
    const double share = is_sampled ? neurons / static_cast<double>(options.samples) : 1.0;
    std::vector<double> values = dependencies(graph, sources_of(graph, options));
    for (double& value : values) {
        if (!std::isfinite(value)) throw NumericError("betweenness: more shortest paths than a double holds");
        value *= share / ((neurons - 1) * (neurons - 2));
    }
    return values;
}

}  // namespace espalier::topology
