#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/ranking.hpp>

namespace espalier::sparsity {
namespace {

constexpr double first_of_all = std::numeric_limits<double>::infinity();

void require_numbers(const SaliencyProblem& problem, const LayerScores& scores) {
    for (std::size_t l = 0; l < scores.size(); ++l) {
        if (std::ranges::any_of(scores[l], [](double score) { return std::isnan(score); })) {
            throw NumericError("initial mask: layer " + problem.layers[l].name +
                               " has a score that is not a number; model.init_std or the data may be too large");
        }
    }
}

/// The score of the count-th best, and how many of that very score are kept.
struct Threshold {
    double score = first_of_all;
    std::size_t ties = 0;
};

Threshold threshold(std::vector<double> all, std::size_t count) {
    if (count == 0) return {};
    const auto last = all.begin() + static_cast<std::ptrdiff_t>(count - 1);
    std::ranges::nth_element(all, last, std::greater<>());
    const double score = *last;
    const auto better =
        static_cast<std::size_t>(std::ranges::count_if(all, [&](double other) { return other > score; }));
    return {score, count - better};
}

/// Positions above the threshold, and ties as long as there are some left.
Pattern mask_of(const ScoredLayer& layer, const std::vector<double>& scores, Threshold& limit) {
    const std::size_t rows = layer.shape[0];
    if (layer.left_out) return Pattern::full(rows, positions(layer.shape) / rows);
    std::vector<std::uint64_t> flat;
    for (std::size_t k = 0; k < scores.size(); ++k) {
        const bool tie = scores[k] == limit.score && limit.ties > 0;
        if (tie) --limit.ties;
        if (tie || scores[k] > limit.score) flat.push_back(k);
    }
    if (flat.size() == scores.size()) return Pattern::full(rows, scores.size() / rows);
    return Pattern::from_flat(rows, scores.size() / rows, flat);
}

/// The best of each layer go before all others.
void put_first(const SaliencyProblem& problem, LayerScores& scores, std::size_t count) {
    const std::size_t each = problem.options.min_per_layer;
    if (each == 0) return;
    std::size_t reserved = 0;
    for (std::size_t l = 0; l < scores.size(); ++l) {
        const std::size_t mine = std::min(each, scores[l].size());
        reserved += mine;
        Threshold limit = threshold(scores[l], mine);
        for (double& score : scores[l]) {
            const bool tie = score == limit.score && limit.ties > 0;
            if (tie) --limit.ties;
            if (tie || score > limit.score) score = first_of_all;
        }
    }
    if (reserved > count) {
        throw ConfigError("sparsity.min_per_layer = " + std::to_string(each) + " asks for " + std::to_string(reserved) +
                          " weights, but sparsity.density leaves " + std::to_string(count) + "; lower the one or " +
                          "raise the other");
    }
}

std::vector<Pattern> best_of_layers(const SaliencyProblem& problem, const LayerScores& scores) {
    std::vector<Pattern> masks;
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
        const ScoredLayer& layer = problem.layers[l];
        Threshold limit = threshold(scores[l], layer.left_out ? 0 : layer.kept);
        masks.push_back(mask_of(layer, scores[l], limit));
    }
    return masks;
}

std::size_t count_of_pass(const SaliencyProblem& problem, std::size_t pass) {
    const std::size_t passes = problem.options.passes;
    if (pass == passes) return problem.kept();
    const auto all = static_cast<double>(problem.positions());
    const double density = static_cast<double>(problem.kept()) / all;
    const double done = static_cast<double>(pass) / static_cast<double>(passes);
    const double now = problem.options.linear ? 1.0 - (1.0 - density) * done : std::pow(density, done);
    return static_cast<std::size_t>(std::floor(now * all + 0.5));
}

/// The dense weights, and the network with all but the masks' at 0.
class MaskedNetwork {
  public:
    explicit MaskedNetwork(const SaliencyProblem& problem) : weights_(problem.weights()) {
        for (nn::MaskedWeight<double>* weight : weights_) dense_.push_back(weight->parameter().values);
    }
    MaskedNetwork(const MaskedNetwork&) = delete;
    MaskedNetwork& operator=(const MaskedNetwork&) = delete;
    ~MaskedNetwork() {
        for (std::size_t l = 0; l < weights_.size(); ++l) weights_[l]->parameter().values = dense_[l];
    }

    const std::vector<AlignedVector<double>>& dense() const { return dense_; }

    void apply(const std::vector<Pattern>& masks) {
        for (std::size_t l = 0; l < weights_.size(); ++l) {
            AlignedVector<double>& values = weights_[l]->parameter().values;
            std::ranges::fill(values, 0.0);
            const Pattern& mask = masks[l];
            for (std::size_t row = 0; row < mask.rows(); ++row) {
                for (const std::uint32_t col : mask.row(row)) {
                    values[row * mask.cols() + col] = dense_[l][row * mask.cols() + col];
                }
            }
        }
    }

  private:
    std::vector<nn::MaskedWeight<double>*> weights_;
    std::vector<AlignedVector<double>> dense_;
};

/// Scores of positions outside of the masks go below all others.
void put_last(const std::vector<Pattern>& masks, LayerScores& scores) {
    for (std::size_t l = 0; l < scores.size(); ++l) {
        if (scores[l].empty()) continue;
        std::vector<double> kept(scores[l].size(), -first_of_all);
        const Pattern& mask = masks[l];
        for (std::size_t row = 0; row < mask.rows(); ++row) {
            for (const std::uint32_t col : mask.row(row)) {
                kept[row * mask.cols() + col] = scores[l][row * mask.cols() + col];
            }
        }
        scores[l] = std::move(kept);
    }
}

}  // namespace

std::vector<Pattern> keep_best(const SaliencyProblem& problem, LayerScores scores, std::size_t count) {
    require_numbers(problem, scores);
    put_first(problem, scores, count);
    std::vector<double> all;
    all.reserve(problem.positions());
    for (const std::vector<double>& layer : scores) all.insert(all.end(), layer.begin(), layer.end());
    Threshold limit = threshold(std::move(all), count);
    std::vector<Pattern> masks;
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
        masks.push_back(mask_of(problem.layers[l], scores[l], limit));
    }
    return masks;
}

std::vector<Pattern> keep_best(const SaliencyProblem& problem, LayerScores scores) {
    if (!problem.options.by_layer) return keep_best(problem, std::move(scores), problem.kept());
    require_numbers(problem, scores);
    return best_of_layers(problem, scores);
}

std::vector<Pattern> keep_best_by_passes(const SaliencyProblem& problem, bool permanent, const ScoresOfPass& scores) {
    MaskedNetwork network(problem);
    std::vector<Pattern> masks;
    for (std::size_t pass = 1; pass <= problem.options.passes; ++pass) {
        LayerScores now = scores(network.dense());
        if (permanent && !masks.empty()) put_last(masks, now);
        masks = keep_best(problem, std::move(now), count_of_pass(problem, pass));
        network.apply(masks);
    }
    return masks;
}

}  // namespace espalier::sparsity
