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

/// The largest sum of signals that so many weights can have, of which an input has no more than `outputs`.
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

std::size_t most_in_kernel(std::size_t inputs, std::size_t outputs, std::size_t kept, const NodePathOptions& options) {
    const std::size_t needed = (kept + inputs * outputs - 1) / (inputs * outputs);
    return std::min(options.taps, std::max(options.most, needed));
}

/// Gives each weight of an input an output and a place in the kernel: an output without a weight as long as there are
/// any, then any it has not yet, then any kernel with room.
class Outputs {
  public:
    Outputs(std::size_t inputs, std::size_t outputs, const NodePathOptions& options, Stream& stream)
        : stream_(stream), options_(options), bare_(outputs), taken_(inputs), left_(inputs), outputs_(outputs) {
        std::iota(bare_.begin(), bare_.end(), 0U);
        shuffle(bare_, stream_);
    }

    /// The number output * taps + place.
    std::uint64_t next(std::size_t input) {
        if (taken_[input].size() >= outputs_) return further(input);
        const std::uint32_t output = first(input);
        const auto taps = static_cast<std::uint64_t>(options_.taps);
        const std::uint64_t place = output * taps + (taps > 1 ? stream_.below(taps) : 0);
        taken_[input].push_back(place);
        return place;
    }

  private:
    std::uint32_t first(std::size_t input) {
        if (!bare_.empty()) {
            const std::uint32_t output = bare_.back();
            bare_.pop_back();
            return output;
        }
        if (left_[input].empty()) list_left(input);
        const auto output = static_cast<std::uint32_t>(left_[input].back());
        left_[input].pop_back();
        return output;
    }

    void list_left(std::size_t input) {
        std::vector<bool> is_taken(outputs_, false);
        for (const std::uint64_t place : taken_[input]) is_taken[place / options_.taps] = true;
        for (std::uint32_t output = 0; output < outputs_; ++output) {
            if (!is_taken[output]) left_[input].push_back(output);
        }
        shuffle(left_[input], stream_);
    }

    /// All kernels have one: the places that are left, in random order, `most` a kernel.
    std::uint64_t further(std::size_t input) {
        if (taken_[input].size() == outputs_) {
            std::vector<bool> is_taken(outputs_ * options_.taps, false);
            for (const std::uint64_t place : taken_[input]) is_taken[place] = true;
            for (std::uint64_t place = 0; place < is_taken.size(); ++place) {
                if (!is_taken[place]) left_[input].push_back(place);
            }
            shuffle(left_[input], stream_);
            keep_room(left_[input]);
        }
        const std::uint64_t place = left_[input].back();
        left_[input].pop_back();
        taken_[input].push_back(place);
        return place;
    }

    /// Leaves out what would give a kernel too many.
    void keep_room(std::vector<std::uint64_t>& places) const {
        std::vector<std::size_t> count(outputs_, 1);
        std::erase_if(places, [&](std::uint64_t place) { return count[place / options_.taps]++ >= options_.most; });
    }

    Stream& stream_;
    NodePathOptions options_;
    std::vector<std::uint32_t> bare_;
    std::vector<std::vector<std::uint64_t>> taken_;
    std::vector<std::vector<std::uint64_t>> left_;  // in random order: outputs without a weight, then places
    std::size_t outputs_;
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

double node_path_objective(const Pattern& mask, std::span<const double> signal, const NodePathOptions& options) {
    const std::size_t inputs = signal.size();
    std::vector<bool> fed(inputs, false);
    std::size_t nodes = 0;
    std::size_t kernels = 0;
    double sum = 0.0;
    for (std::size_t row = 0; row < mask.rows(); ++row) {
        nodes += mask.row(row).empty() ? 0 : 1;
        std::size_t before = inputs;
        for (const std::uint32_t col : mask.row(row)) {
            const std::size_t input = col / options.taps;
            fed[input] = true;
            sum += signal[input];
            kernels += input == before ? 0 : 1;
            before = input;
        }
    }
    nodes += static_cast<std::size_t>(std::ranges::count(fed, true));
    const std::size_t most = most_in_kernel(inputs, mask.rows(), mask.edges(), options);
    const double largest = largest_sum(signal, mask.rows() * most, mask.edges());
    const double in_use =
        mask.edges() > 0 ? options.beta * static_cast<double>(kernels) / static_cast<double>(mask.edges()) : 0.0;
    return options.alpha * static_cast<double>(nodes) / static_cast<double>(mask.rows() + inputs) +
           (largest > 0.0 ? (1.0 - options.alpha) * sum / largest : 0.0) + in_use;
}

Pattern balanced_layer(std::span<const double> signal, std::size_t outputs, std::size_t kept,
                       const NodePathOptions& asked, Stream& stream) {
    const std::size_t inputs = signal.size();
    const std::size_t cols = inputs * asked.taps;
    if (kept > cols * outputs) throw FormatError("node-path balancing: more weights than positions");
    if (kept == cols * outputs) return Pattern::full(outputs, cols);
    NodePathOptions options = asked;
    options.most = most_in_kernel(inputs, outputs, kept, asked);
    const double largest = largest_sum(signal, outputs * options.most, kept);
    const double by_path = largest > 0.0 ? (1.0 - options.alpha) / largest : 0.0;
    const double by_node = options.alpha / static_cast<double>(inputs + outputs);
    const double by_kernel = kept > 0 ? options.beta / static_cast<double>(kept) : 0.0;
    const auto gain = [&](std::size_t input, std::size_t count) {
        return by_path * signal[input] + (count == 0 ? by_node : 0.0) + (count < outputs ? by_kernel : 0.0);
    };
    Outputs place(inputs, outputs, options, stream);
    Candidates candidates;
    for (std::uint32_t i = 0; i < inputs; ++i) candidates.add(gain(i, 0), i);
    std::vector<std::size_t> count(inputs, 0);
    std::vector<std::uint64_t> flat;
    while (flat.size() < kept) {
        const std::uint32_t input = candidates.take_best(stream);
        const std::uint64_t found = place.next(input);
        flat.push_back(found / options.taps * cols + input * options.taps + found % options.taps);
        if (++count[input] < outputs * options.most) candidates.add(gain(input, count[input]), input);
    }
    std::ranges::sort(flat);
    return Pattern::from_flat(outputs, cols, flat);
}

}  // namespace espalier::sparsity
