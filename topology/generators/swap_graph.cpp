#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/cancellation.hpp>
#include <espalier/topology/generators/swap_graph.hpp>

namespace espalier::topology {
namespace {

std::vector<std::uint32_t> fan_ins(const Pattern& pattern) {
    std::vector<std::uint32_t> degrees(pattern.rows());
    for (std::size_t row = 0; row < degrees.size(); ++row) {
        degrees[row] = static_cast<std::uint32_t>(pattern.row(row).size());
    }
    return degrees;
}

std::vector<std::uint32_t> all_inputs(const Pattern& pattern) {
    std::vector<std::uint32_t> inputs;
    inputs.reserve(pattern.edges());
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const auto kept = pattern.row(row);
        inputs.insert(inputs.end(), kept.begin(), kept.end());
    }
    return inputs;
}

}  // namespace

SwapGraph::SwapGraph(const Pattern& pattern) : SwapGraph(pattern.cols(), fan_ins(pattern), all_inputs(pattern)) {}

SwapGraph::SwapGraph(std::size_t cols, const std::vector<std::uint32_t>& fan_ins, std::vector<std::uint32_t> inputs)
    : cols_(cols),
      offsets_(fan_ins.size() + 1, 0),
      inputs_(std::move(inputs)),
      present_(fan_ins.size() * cols, inputs_.size()) {
    if (inputs_.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw ConfigError("edges are swapped in layers of at most 2^32 - 1; this one has " +
                          std::to_string(inputs_.size()));
    }
    std::partial_sum(fan_ins.begin(), fan_ins.end(), offsets_.begin() + 1, std::plus<std::uint64_t>());
    outputs_.reserve(inputs_.size());
    for (std::size_t row = 0; row < fan_ins.size(); ++row) {
        outputs_.insert(outputs_.end(), fan_ins[row], static_cast<std::uint32_t>(row));
    }
    for (std::size_t e = 0; e < inputs_.size(); ++e) {
        const bool is_new = present_.insert(position(outputs_[e], inputs_[e]));
        if (!is_new) duplicates_.push_back(static_cast<std::uint32_t>(e));
    }
}

bool SwapGraph::may_swap(std::size_t first, std::size_t second) const {
    return !present_.contains(position(outputs_[first], inputs_[second])) &&
           !present_.contains(position(outputs_[second], inputs_[first]));
}

bool SwapGraph::resolve_duplicates(std::uint64_t most_trials, Stream& stream) {
    std::vector<bool> is_duplicate(inputs_.size(), false);
    for (const std::uint32_t e : duplicates_) is_duplicate[e] = true;
    for (std::uint64_t trial = 0; trial < most_trials && !duplicates_.empty(); ++trial) {
        const std::uint32_t e = duplicates_.back();
        const std::uint64_t other = stream.below(inputs_.size());
        if (is_duplicate[other] || !may_swap(e, other)) continue;
        present_.erase(position(outputs_[other], inputs_[other]));  // of e a first copy stays
        std::swap(inputs_[e], inputs_[other]);
        present_.insert(position(outputs_[e], inputs_[e]));
        present_.insert(position(outputs_[other], inputs_[other]));
        is_duplicate[e] = false;
        duplicates_.pop_back();
    }
    return duplicates_.empty();
}

bool SwapGraph::swap(std::size_t first, std::size_t second) {
    if (!may_swap(first, second)) return false;  // one edge twice, or a common end, is among these
    present_.erase(position(outputs_[first], inputs_[first]));
    present_.erase(position(outputs_[second], inputs_[second]));
    std::swap(inputs_[first], inputs_[second]);
    present_.insert(position(outputs_[first], inputs_[first]));
    present_.insert(position(outputs_[second], inputs_[second]));
    return true;
}

std::uint64_t SwapGraph::attempt_swaps(std::uint64_t attempts, Stream& stream) {
    if (inputs_.size() < 2) return 0;
    // Every attempt waits for memory a few times over. Which edges come next is known beforehand, so a batch of them is
    // fetched together; what attempts do, and in which order, stays the same.
    std::array<std::pair<std::uint64_t, std::uint64_t>, 64> batch;
    std::uint64_t swapped = 0;
    for (std::uint64_t left = attempts; left > 0;) {
        cancellation_point();
        const auto pairs = std::span(batch).first(std::min<std::uint64_t>(left, batch.size()));
        for (auto& [first, second] : pairs) {
            first = stream.below(inputs_.size());
            second = stream.below(inputs_.size());
            for (const std::uint64_t edge : {first, second}) {
                __builtin_prefetch(&inputs_[edge]);
                __builtin_prefetch(&outputs_[edge]);
            }
        }
        for (const auto& [first, second] : pairs) {
            for (const std::uint64_t from : {first, second}) {
                for (const std::uint64_t to : {first, second}) {
                    present_.prefetch(position(outputs_[from], inputs_[to]));
                }
            }
        }
        for (const auto& [first, second] : pairs) swapped += swap(first, second) ? 1 : 0;
        left -= pairs.size();
    }
    return swapped;
}

Pattern SwapGraph::pattern() const {
    std::vector<std::uint32_t> sorted = inputs_;
    const std::size_t rows = offsets_.size() - 1;
    for_row_runs(rows, 20 * sorted.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(offsets_[row]),
                      sorted.begin() + static_cast<std::ptrdiff_t>(offsets_[row + 1]));
        }
    });
    return {rows, cols_, offsets_, std::move(sorted)};
}

}  // namespace espalier::topology
