#include <cmath>

#include <espalier/tickets/calibration.hpp>
#include <espalier/tickets/ticket_comparison.hpp>
#include <espalier/topology/distance/jaccard.hpp>
#include <espalier/topology/distance/nnstd.hpp>

namespace espalier::tickets {
namespace {

using topology::StoredNetwork;

double mean(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

double jaccard(const topology::Topology& a, const topology::Topology& b) {
    std::vector<double> layers;
    for (std::size_t l = 0; l < a.layers.size(); ++l) {
        layers.push_back(topology::jaccard_distance(a.layers[l].pattern, b.layers[l].pattern));
    }
    return mean(layers);
}

class Comparer {
  public:
    Comparer(const std::vector<Ticket>& tickets, const Evaluation& evaluation, const ComparisonOptions& options)
        : tickets_(tickets), evaluation_(evaluation), options_(options) {
        for (const Ticket& ticket : tickets) predictions_.push_back(evaluation.predict(ticket.network, options.part));
    }

    Comparison operator()() const {
        Comparison found;
        for (const topology::Layer& layer : tickets_.front().network.topology.layers)
            found.layers.push_back(layer.name);
        for (std::size_t k = 0; k < tickets_.size(); ++k) found.tickets.push_back(facts(k));
        for (std::size_t i = 0; i < tickets_.size(); ++i) {
            for (std::size_t j = i + 1; j < tickets_.size(); ++j) found.pairs.push_back(pair(i, j));
        }
        return found;
    }

  private:
    TicketFacts facts(std::size_t k) const {
        const StoredNetwork& network = tickets_[k].network;
        TicketFacts facts{tickets_[k].label, topology::density(network.topology),
                          evaluation_.score(network, Part::test), std::nullopt,
                          expected_calibration_error(predictions_[k])};
        if (evaluation_.has_validation()) facts.validation = evaluation_.score(network, Part::validation);
        return facts;
    }

    PairFacts pair(std::size_t i, std::size_t j) const {
        const StoredNetwork& first = tickets_[i].network;
        const StoredNetwork& second = tickets_[j].network;
        PairFacts facts;
        facts.first = i;
        facts.second = j;
        for (const topology::LayerMatch& match : topology::nnstd(first.topology, second.topology)) {
            facts.nnstd_layers.push_back(match.distance);
        }
        facts.nnstd = mean(facts.nnstd_layers);
        facts.agreement = agreement(predictions_[i], predictions_[j]);
        facts.as_is = placed(first, second);
        if (options_.align) {
            facts.alignment = align(options_.by, evaluation_, first, second);
            facts.aligned = placed(first, topology::permuted(second, facts.alignment->permutations));
        }
        return facts;
    }

    Placed placed(const StoredNetwork& first, const StoredNetwork& second) const {
        Placed facts;
        facts.overlap = overlap(first.topology, second.topology);
        facts.jaccard = jaccard(first.topology, second.topology);
        facts.line = line_between(first, second, options_.points, [&](const StoredNetwork& network) {
            return evaluation_.score(evaluation_.recalibrated(network, options_.recalibration), options_.part);
        });
        facts.barrier = barrier(facts.line);
        return facts;
    }

    const std::vector<Ticket>& tickets_;
    const Evaluation& evaluation_;
    const ComparisonOptions& options_;
    std::vector<Predictions> predictions_;
};

}  // namespace

Comparison compare(const std::vector<Ticket>& tickets, const Evaluation& evaluation, const ComparisonOptions& options) {
    return Comparer(tickets, evaluation, options)();
}

}  // namespace espalier::tickets
