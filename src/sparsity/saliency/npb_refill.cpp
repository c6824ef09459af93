#include <algorithm>
#include <tuple>

#include <espalier/sparsity/saliency/npb.hpp>

namespace espalier::sparsity {
namespace {

using Neurons = std::vector<bool>;

/// Neurons of every level that lie on a path from input to output.
std::vector<Neurons> neurons_on_paths(const std::vector<Pattern>& masks) {
    std::vector<Neurons> reached{Neurons(masks.front().cols(), true)};
    for (const Pattern& mask : masks) {
        Neurons next(mask.rows(), false);
        for (std::size_t row = 0; row < mask.rows(); ++row) {
            next[row] = std::ranges::any_of(mask.row(row), [&](std::uint32_t col) { return reached.back()[col]; });
        }
        reached.push_back(std::move(next));
    }
    for (std::size_t l = masks.size(); l-- > 0;) {
        Neurons leads_on(masks[l].cols(), false);
        for (std::size_t row = 0; row < masks[l].rows(); ++row) {
            if (!reached[l + 1][row]) continue;
            for (const std::uint32_t col : masks[l].row(row)) leads_on[col] = true;
        }
        for (std::size_t i = 0; i < leads_on.size(); ++i) reached[l][i] = reached[l][i] && leads_on[i];
    }
    return reached;
}

struct Absent {
    bool on_paths;
    std::size_t degree;
    std::uint32_t tie;
    std::size_t position;
    auto key() const { return std::tie(on_paths, degree, tie, position); }
};

/// One layer's positions: those on paths, and absent ones in the order in which they are filled.
class Refill {
  public:
    Refill(const Pattern& mask, const Neurons& inputs, const Neurons& outputs, Stream stream)
        : rows_(mask.rows()), cols_(mask.cols()), kept_(mask.positions(), false) {
        std::vector<std::size_t> of_input(cols_, 0);
        std::vector<std::size_t> of_output(rows_, 0);
        for (std::size_t row = 0; row < rows_; ++row) {
            for (const std::uint32_t col : mask.row(row)) {
                if (!inputs[col] || !outputs[row]) continue;
                kept_[row * cols_ + col] = true;
                ++of_input[col];
                ++of_output[row];
            }
        }
        for (std::size_t k = 0; k < kept_.size(); ++k) {
            if (kept_[k]) continue;
            const std::size_t row = k / cols_;
            const std::size_t col = k % cols_;
            const bool on_paths = inputs[col] && outputs[row];
            absent_.push_back({on_paths, on_paths ? of_input[col] + of_output[row] : 0, stream(), k});
            on_paths_ += on_paths ? 1 : 0;
        }
        std::ranges::sort(absent_, [](const Absent& a, const Absent& b) { return a.key() > b.key(); });
    }

    std::size_t kept() const { return kept_.size() - (absent_.size() - next_); }

    /// Fills up to `count` of the absent positions, all or those between neurons on paths; returns how many it filled.
    std::size_t fill(std::size_t count, bool anywhere) {
        const std::size_t end = std::min((anywhere ? absent_.size() : on_paths_), next_ + count);
        const std::size_t begin = next_;
        for (; next_ < end; ++next_) kept_[absent_[next_].position] = true;
        return next_ - begin;
    }

    Pattern mask() const {
        std::vector<std::uint64_t> flat;
        for (std::size_t k = 0; k < kept_.size(); ++k) {
            if (kept_[k]) flat.push_back(k);
        }
        if (flat.size() == kept_.size()) return Pattern::full(rows_, cols_);
        return Pattern::from_flat(rows_, cols_, flat);
    }

  private:
    std::size_t rows_, cols_;
    std::vector<bool> kept_;
    std::vector<Absent> absent_;
    std::size_t on_paths_ = 0;
    std::size_t next_ = 0;
};

}  // namespace

std::vector<Pattern> with_all_on_paths(const SaliencyProblem& problem, std::vector<Pattern> masks) {
    const std::vector<Neurons> neurons = neurons_on_paths(masks);
    if (std::ranges::count(neurons.back(), true) == 0) return masks;  // no path at all: nothing to build on
    std::vector<Refill> layers;
    std::size_t homeless = 0;
    for (std::size_t l = 0; l < masks.size(); ++l) {
        const bool left_out = problem.layers[l].left_out;
        const Neurons inputs = left_out ? Neurons(masks[l].cols(), true) : neurons[l];
        const Neurons outputs = left_out ? Neurons(masks[l].rows(), true) : neurons[l + 1];
        layers.emplace_back(masks[l], inputs, outputs,
                            Stream(problem.seed, Purpose::mask_init, static_cast<std::uint32_t>(l), 3));
        homeless += masks[l].edges() - layers.back().kept();
        homeless -= layers.back().fill(homeless, false);
    }
    for (const bool anywhere : {false, true}) {
        for (Refill& layer : layers) homeless -= layer.fill(homeless, anywhere);
    }
    for (std::size_t l = 0; l < masks.size(); ++l) masks[l] = layers[l].mask();
    return masks;
}

}  // namespace espalier::sparsity
