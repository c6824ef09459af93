#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

#include <espalier/base/random/random_choice.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/node_path_layer.hpp>

namespace espalier::sparsity {
namespace {

/// The largest sum of signals that so many weights can have, no input feeding an output twice.
double largest_sum(std::span<const double> signal, std::size_t outputs, std::size_t kept) {
    std::vector<double> falling(signal.begin(), signal.end());
    std::ranges::sort(falling, std::greater<>());
    double sum = 0.0;
    for (std::size_t i = 0; i < falling.size() && kept > 0; ++i) {
        const std::size_t here = std::min(kept, outputs);
        sum += falling[i] * static_cast<double>(here);
        kept -= here;
    }
    return sum;
}

/// Gives each weight of an input an output: one without a weight as long as there are any, else any it has not yet.
class Outputs {
  public:
    Outputs(std::size_t inputs, std::size_t outputs, Stream& stream)
        : stream_(stream), bare_(outputs), taken_(inputs), left_(inputs) {
        std::iota(bare_.begin(), bare_.end(), 0U);
        shuffle(bare_, stream_);
        outputs_ = outputs;
    }

    std::uint32_t next(std::size_t input) {
        std::uint32_t output = 0;
        if (!bare_.empty()) {
            output = bare_.back();
            bare_.pop_back();
            taken_[input].push_back(output);
            return output;
        }
        if (left_[input].empty()) list_left(input);
        output = left_[input].back();
        left_[input].pop_back();
        return output;
    }

  private:
    void list_left(std::size_t input) {
        std::vector<bool> is_taken(outputs_, false);
        for (const std::uint32_t output : taken_[input]) is_taken[output] = true;
        for (std::uint32_t output = 0; output < outputs_; ++output) {
            if (!is_taken[output]) left_[input].push_back(output);
        }
        shuffle(left_[input], stream_);
    }

    Stream& stream_;
    std::size_t outputs_ = 0;
    std::vector<std::uint32_t> bare_;
    std::vector<std::vector<std::uint32_t>> taken_;
    std::vector<std::vector<std::uint32_t>> left_;  // in random order, once all outputs have a weight
};

/// Inputs by what their next weight gains; one of the best, each equally likely, is taken out.
class Candidates {
  public:
    void add(double gain, std::uint32_t input) { by_gain_[gain].push_back(input); }

    std::uint32_t take_best(Stream& stream) {
        const auto best = by_gain_.begin();
        std::vector<std::uint32_t>& inputs = best->second;
        std::swap(inputs[stream.below(inputs.size())], inputs.back());
        const std::uint32_t input = inputs.back();
        inputs.pop_back();
        if (inputs.empty()) by_gain_.erase(best);
        return input;
    }

  private:
    std::map<double, std::vector<std::uint32_t>, std::greater<>> by_gain_;
};

}  // namespace

double node_path_objective(const Pattern& mask, std::span<const double> signal, double alpha) {
    std::vector<bool> fed(mask.cols(), false);
    std::size_t nodes = 0;
    double sum = 0.0;
    for (std::size_t row = 0; row < mask.rows(); ++row) {
        nodes += mask.row(row).empty() ? 0 : 1;
        for (const std::uint32_t col : mask.row(row)) {
            fed[col] = true;
            sum += signal[col];
        }
    }
    nodes += static_cast<std::size_t>(std::ranges::count(fed, true));
    const double largest = largest_sum(signal, mask.rows(), mask.edges());
    return alpha * static_cast<double>(nodes) / static_cast<double>(mask.rows() + mask.cols()) +
           (largest > 0.0 ? (1.0 - alpha) * sum / largest : 0.0);
}

Pattern balanced_layer(std::span<const double> signal, std::size_t outputs, std::size_t kept, double alpha,
                       Stream& stream) {
    const std::size_t inputs = signal.size();
    if (kept > inputs * outputs) throw FormatError("node-path balancing: more weights than positions");
    if (kept == inputs * outputs) return Pattern::full(outputs, inputs);
    const double largest = largest_sum(signal, outputs, kept);
    const double by_path = largest > 0.0 ? (1.0 - alpha) / largest : 0.0;
    const double by_node = alpha / static_cast<double>(inputs + outputs);
    Outputs place(inputs, outputs, stream);
    Candidates candidates;
    for (std::uint32_t i = 0; i < inputs; ++i) candidates.add(by_path * signal[i] + by_node, i);
    std::vector<std::size_t> count(inputs, 0);
    std::vector<std::uint64_t> flat;
    while (flat.size() < kept) {
        const std::uint32_t input = candidates.take_best(stream);
        flat.push_back(std::uint64_t{place.next(input)} * inputs + input);
        if (++count[input] < outputs) candidates.add(by_path * signal[input], input);
    }
    std::ranges::sort(flat);
    return Pattern::from_flat(outputs, inputs, flat);
}

}  // namespace espalier::sparsity
