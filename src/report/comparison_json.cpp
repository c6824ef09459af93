#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/report/comparison_report.hpp>
#include <espalier/report/json.hpp>

namespace espalier::report {
namespace {

using tickets::Comparison;
using tickets::PairFacts;
using tickets::Placed;

Json ticket_json(const tickets::TicketFacts& ticket) {
    Json json = {{"label", ticket.label},
                 {"test_accuracy", number(ticket.test.accuracy)},
                 {"test_loss", number(ticket.test.loss)},
                 {"density", number(ticket.density)},
                 {"calibration_error", number(ticket.calibration_error)}};
    put_number(json, "validation_accuracy", ticket.validation ? ticket.validation->accuracy : std::nan(""),
               "no example is held out");
    return json;
}

void put_overlap(Json& json, const tickets::Overlap& overlap) {
    json["iou"] = number(overlap.iou);
    json["expected_iou"] = number(overlap.expected_iou);
    json["containment"] = number(overlap.containment);
    json["hamming"] = number(overlap.hamming);
    put_number(json, "cosine", overlap.cosine, "one of the tickets has no weight other than 0");
    json["l2"] = number(overlap.distance);
    put_number(json, "sign_agreement", overlap.sign_agreement, "the masks share no position");
}

Json line_json(const std::vector<tickets::LinePoint>& line) {
    Json points = Json::array();
    for (const tickets::LinePoint& point : line) {
        points.push_back(
            {{"share", number(point.share)}, {"loss", number(point.loss)}, {"accuracy", number(point.accuracy)}});
    }
    return points;
}

/// Measures that change when units change places.
void put_placed(Json& json, const Placed& placed) {
    json["jaccard"] = number(placed.jaccard);
    put_overlap(json, placed.overlap.total);
    json["loss_barrier"] = number(placed.barrier.loss);
    json["loss_barrier_at"] = number(placed.barrier.loss_at);
    json["accuracy_barrier"] = number(placed.barrier.accuracy);
    json["accuracy_barrier_at"] = number(placed.barrier.accuracy_at);
    json["error_barrier"] = number(placed.barrier.error);
    json["linearly_connected"] = placed.barrier.is_linearly_connected();
    json["line"] = line_json(placed.line);
}

Json aligned_json(const PairFacts& pair) {
    Json json = Json::object();
    put_placed(json, *pair.aligned);
    json["objective"] = number(pair.alignment->objective);
    json["bound"] = number(pair.alignment->bound);
    json["sweeps"] = pair.alignment->sweeps;
    Json groups = Json::array();
    for (const topology::GroupAlignment& group : pair.alignment->groups) {
        groups.push_back({{"name", group.name}, {"units", group.size}, {"moved", group.moved}});
    }
    json["groups"] = std::move(groups);
    return json;
}

Json pair_json(const Comparison& comparison, const PairFacts& pair) {
    Json json = {{"a", comparison.tickets[pair.first].label}, {"b", comparison.tickets[pair.second].label}};
    put_number(json, "nnstd", pair.nnstd, tickets::no_chain_reason);
    put_placed(json, pair.as_is);
    json["agreement"] = number(pair.agreement.agreement);
    json["divergence"] = number(pair.agreement.divergence);
    Json layers = Json::array();
    for (std::size_t l = 0; l < comparison.layers.size(); ++l) {
        Json layer = {{"name", comparison.layers[l]}};
        put_number(layer, "nnstd", pair.nnstd_layers.empty() ? std::nan("") : pair.nnstd_layers[l],
                   tickets::no_chain_reason);
        put_overlap(layer, pair.as_is.overlap.layers[l]);
        layers.push_back(std::move(layer));
    }
    json["layers"] = std::move(layers);
    if (pair.aligned) json["aligned"] = aligned_json(pair);
    return json;
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
    Json tickets = Json::array();
    for (const tickets::TicketFacts& ticket : comparison.tickets) tickets.push_back(ticket_json(ticket));
    Json pairs = Json::array();
    for (const PairFacts& pair : comparison.pairs) pairs.push_back(pair_json(comparison, pair));
    return document({{"tickets", std::move(tickets)}, {"pairs", std::move(pairs)}});
}

}  // namespace espalier::report
