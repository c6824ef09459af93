#include <algorithm>

#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/matching.hpp>

namespace espalier::topology {
namespace {

constexpr std::uint32_t nobody = Matching::nobody;

/// Rounds of shortest augmenting paths, from free outputs to free inputs, none of which share a neuron.
class HopcroftKarp {
  public:
    explicit HopcroftKarp(const Pattern& layer)
        : layer_(layer),
          input_of_(layer.rows(), nobody),
          output_of_(layer.cols(), nobody),
          distance_(layer.rows()),
          next_(layer.rows()) {}

    Matching run() {
        greedy();
        while (measure_distances()) {
            std::ranges::fill(next_, std::size_t{0});
            for (std::uint32_t output = 0; output < layer_.rows(); ++output) {
                if (input_of_[output] == nobody) augment(output);
            }
        }
        const auto size =
            static_cast<std::size_t>(layer_.rows()) - static_cast<std::size_t>(std::ranges::count(input_of_, nobody));
        return {std::move(input_of_), size};
    }

  private:
    /// Outputs with few edges choose first, and of their inputs the one that fewest others could take.
    void greedy() {
        const std::vector<std::uint32_t> degrees = input_degrees(layer_);
        std::vector<std::uint32_t> order(layer_.rows());
        for (std::uint32_t output = 0; output < order.size(); ++output) order[output] = output;
        std::ranges::stable_sort(order, {}, [&](std::uint32_t output) { return layer_.row(output).size(); });
        for (const std::uint32_t output : order) {
            std::uint32_t best = nobody;
            for (const std::uint32_t input : layer_.row(output)) {
                if (output_of_[input] == nobody && (best == nobody || degrees[input] < degrees[best])) best = input;
            }
            if (best != nobody) match(output, best);
        }
    }

    void match(std::uint32_t output, std::uint32_t input) {
        input_of_[output] = input;
        output_of_[input] = output;
    }

    /// Steps from the free outputs along alternating paths, up to the first free input; whether there is one.
    bool measure_distances() {
        std::ranges::fill(distance_, nobody);
        std::vector<std::uint32_t> front;
        for (std::uint32_t output = 0; output < layer_.rows(); ++output) {
            if (input_of_[output] != nobody) continue;
            distance_[output] = 0;
            front.push_back(output);
        }
        bool is_found = false;
        for (std::uint32_t step = 1; !is_found && !front.empty(); ++step) {
            std::vector<std::uint32_t> next;
            for (const std::uint32_t output : front) {
                for (const std::uint32_t input : layer_.row(output)) {
                    const std::uint32_t other = output_of_[input];
                    is_found = is_found || other == nobody;
                    if (other == nobody || distance_[other] != nobody) continue;
                    distance_[other] = step;
                    next.push_back(other);
                }
            }
            front = std::move(next);
        }
        return is_found;
    }

    /// Searches in depth from a free output along growing distances; next_ remembers which edges led nowhere. With a
    /// stack of its own: paths may be as long as the layer is wide.
    void augment(std::uint32_t start) {
        std::vector<std::uint32_t> path = {start};
        while (!path.empty()) {
            const std::uint32_t output = path.back();
            const auto inputs = layer_.row(output);
            if (next_[output] == inputs.size()) {
                path.pop_back();
                if (!path.empty()) ++next_[path.back()];
                continue;
            }
            const std::uint32_t other = output_of_[inputs[next_[output]]];
            if (other == nobody) {
                for (const std::uint32_t on_path : path) match(on_path, layer_.row(on_path)[next_[on_path]]);
                for (const std::uint32_t on_path : path) next_[on_path] = layer_.row(on_path).size();  // used up
                return;
            }
            if (distance_[other] == distance_[output] + 1) {
                path.push_back(other);
            } else {
                ++next_[output];
            }
        }
    }

    const Pattern& layer_;
    std::vector<std::uint32_t> input_of_;
    std::vector<std::uint32_t> output_of_;
    std::vector<std::uint32_t> distance_;
    std::vector<std::size_t> next_;
};

MetricValue matched_share(std::size_t matched, std::size_t neurons) {
    if (neurons == 0) return MetricValue::undefined("no neurons on this side");
    return static_cast<double>(matched) / static_cast<double>(neurons);
}

}  // namespace

Matching maximum_matching(const Pattern& pattern) {
    return HopcroftKarp(pattern).run();
}

MetricValue matching_metric(const Layer& layer) {
    const std::size_t size = maximum_matching(layer.pattern).size;
    return MetricValue::Fields{{"size", static_cast<double>(size)},
                               {"inputs_share", matched_share(size, layer.pattern.cols())},
                               {"outputs_share", matched_share(size, layer.pattern.rows())}};
}

}  // namespace espalier::topology
