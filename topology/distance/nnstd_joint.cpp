#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/assignment/fixed_points.hpp>
#include <espalier/topology/distance/joint_similarity.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>
#include <espalier/topology/distance/nnstd_joint.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::topology {
namespace {

constexpr double least_gain = 1e-12;  // of a mean distance; below is rounding

using Partners = std::vector<std::uint32_t>;

/// One matching of all layers on its way down.
class JointDescent {
  public:
    JointDescent(const Topology& first, const Topology& second, std::vector<Partners> start,
                 const NnstdOptions& options)
        : first_(first), second_(second), options_(options), partner_(std::move(start)) {
        for (std::size_t k = 0; k < partner_.size(); ++k) distance_.push_back(distance(k));
    }

    void run() {
        bool improved = true;
        while (improved) {
            improved = false;
            for (std::size_t k = 0; k < partner_.size(); ++k) {
                if (can_change(k) && improve(k)) improved = true;
            }
        }
    }

    double sum() const {
        double sum = 0;
        for (const double one : distance_) sum += one;
        return sum;
    }

    std::vector<LayerMatch> matches() const {
        std::vector<LayerMatch> matches;
        for (std::size_t k = 0; k < partner_.size(); ++k) {
            const double outputs = static_cast<double>(partner_[k].size());
            matches.push_back({distance_[k], distance_[k] * outputs, partner_[k], 0.0});
        }
        return matches;
    }

  private:
    const Pattern& one(std::size_t k) const { return first_.layers[k].pattern; }
    const Pattern& other(std::size_t k) const { return second_.layers[k].pattern; }
    bool is_last(std::size_t k) const { return k + 1 == partner_.size(); }
    bool can_change(std::size_t k) const { return !partner_[k].empty() && (!is_last(k) || options_.match_last); }
    std::span<const std::uint32_t> before(std::size_t k) const {
        return k == 0 ? std::span<const std::uint32_t>{} : std::span<const std::uint32_t>(partner_[k - 1]);
    }
    double distance(std::size_t k) const {
        if (partner_[k].empty()) return 0.0;
        return matched_cost(one(k), other(k), before(k), partner_[k]) / static_cast<double>(partner_[k].size());
    }

    Partners best_matching(const SimilarityRows& rows) const {
        CandidateLists lists(rows);
        SimilarityMatching matching = match_most_alike(lists);
        if (!options_.prefer_identity) return std::move(matching.column);
        return most_fixed_points(TightPairs(lists, matching), std::move(matching.column));
    }

    Partners proposal(std::size_t k) const {
        if (is_last(k)) return best_matching(NeuronSimilarity(one(k), other(k), before(k)));
        return best_matching(
            JointSimilarity({one(k), other(k), one(k + 1), other(k + 1), before(k), partner_[k], partner_[k + 1]}));
    }

    /// Whether another matching of layer k lowers its distance and the next one's together.
    bool improve(std::size_t k) {
        const Partners kept = std::exchange(partner_[k], proposal(k));
        const double own = distance(k);
        const double next = is_last(k) ? 0.0 : distance(k + 1);
        const double present = distance_[k] + (is_last(k) ? 0.0 : distance_[k + 1]);
        if (!(own + next < present - least_gain)) {
            partner_[k] = kept;
            return false;
        }
        distance_[k] = own;
        if (!is_last(k)) distance_[k + 1] = next;
        return true;
    }

    const Topology& first_;
    const Topology& second_;
    const NnstdOptions& options_;
    std::vector<Partners> partner_;  // of each layer
    std::vector<double> distance_;   // of each layer
};

}  // namespace

std::vector<LayerMatch> nnstd_joint(const Topology& first, const Topology& second, const NnstdOptions& options) {
    for (const Topology* topology : {&first, &second}) {
        require_unbranched(*topology);
        for (const Layer& layer : topology->layers) {
            if (layer.groups == 1 && layer.blocks == 1) continue;
            throw FormatError("nnstd_joint: layer '" + layer.name + "' of " + topology->label +
                              " is a grouped convolution, whose inputs and outputs are not matched each by themselves; "
                              "nnstd and nnstd_layerwise compare such networks");
        }
    }
    NnstdOptions exact = options;
    exact.exact_limit = ~std::size_t{0};
    std::vector<Partners> chain;
    std::vector<Partners> identity;
    for (LayerMatch& match : nnstd(first, second, exact)) {
        identity.push_back(identity_partners(match.partner.size()));
        chain.push_back(std::move(match.partner));
    }
    JointDescent from_chain(first, second, std::move(chain), options);
    JointDescent from_identity(first, second, std::move(identity), options);
    from_chain.run();
    if (from_chain.sum() > 0) from_identity.run();
    return from_identity.sum() < from_chain.sum() ? from_identity.matches() : from_chain.matches();
}

}  // namespace espalier::topology
