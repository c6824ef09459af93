#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/align_all.hpp>
#include <espalier/topology/superposition/combine.hpp>

namespace espalier::topology {
namespace {

/// For masks: an edge counts as 1, and so does its share in a mean.
StoredNetwork with_ones(StoredNetwork network) {
    for (Layer& layer : network.topology.layers) layer.values.assign(layer.pattern.edges(), 1.0F);
    return network;
}

class Mutual {
  public:
    Mutual(const std::vector<StoredNetwork>& networks, AlignmentOptions options)
        : options_(std::move(options)), places_(networks) {
        if (options_.objective == AlignmentObjective::masks) {
            for (StoredNetwork& network : places_) network = with_ones(std::move(network));
            options_.objective = AlignmentObjective::weights;  // of ones
            options_.with_arrays = false;
        }
        const std::vector<UnitGroup> groups = unit_groups(places_.front());
        result_.permutations.assign(places_.size(), identity_permutations(groups));
        for (std::size_t k = 1; k < places_.size(); ++k) {
            move(k, align(places_.front(), places_[k], options_).permutations);
        }
        options_.starts = {AlignmentStart::identity};
    }

    MutualAlignment run(std::size_t max_rounds) && {
        result_.history.push_back(agreement_of_pairs());
        result_.is_converged = places_.size() < 2;
        for (std::size_t round = 0; round < max_rounds && !result_.is_converged; ++round) {
            const double gain = improve_each();
            result_.history.push_back(result_.history.back() + gain);
            result_.is_converged = gain == 0;
        }
        // All alike moved back, so that the first is where it was.
        const Permutations back = inverse(result_.permutations.front());
        for (Permutations& one : result_.permutations) one = composed(one, back);
        return std::move(result_);
    }

  private:
    StoredNetwork mean_of_others(std::size_t k) const {
        std::vector<const StoredNetwork*> others;
        for (std::size_t j = 0; j < places_.size(); ++j) {
            if (j != k) others.push_back(&places_[j]);
        }
        return mean_of(others);
    }

    double others() const { return static_cast<double>(places_.size() - 1); }

    double agreement_of_pairs() const {
        AlignmentOptions as_it_is = options_;
        as_it_is.max_sweeps = 0;
        double sum = 0;
        for (std::size_t k = 0; k < places_.size() && places_.size() > 1; ++k) {
            sum += others() * align(mean_of_others(k), places_[k], as_it_is).objective / 2;
        }
        return sum;
    }

    double improve_each() {
        double gain = 0;
        for (std::size_t k = 0; k < places_.size(); ++k) {
            const Alignment alignment = align(mean_of_others(k), places_[k], options_);
            if (alignment.history.size() < 2) continue;
            gain += others() * (alignment.objective - alignment.history.front());
            move(k, alignment.permutations);
        }
        return gain;
    }

    void move(std::size_t k, const Permutations& permutations) {
        places_[k] = permuted(places_[k], permutations);
        result_.permutations[k] = composed(result_.permutations[k], permutations);
    }

    AlignmentOptions options_;
    std::vector<StoredNetwork> places_;  // the networks where they are now
    MutualAlignment result_;
};

}  // namespace

MutualAlignment align_all(const std::vector<StoredNetwork>& networks, const AlignmentOptions& options,
                          std::size_t max_rounds) {
    if (networks.empty()) throw ConfigError("alignment: no network is given");
    return Mutual(networks, options).run(max_rounds);
}

}  // namespace espalier::topology
