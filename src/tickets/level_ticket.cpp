#include <map>
#include <utility>

#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/print.hpp>
#include <espalier/tickets/level_ticket.hpp>
#include <espalier/tickets/rewinding.hpp>

namespace espalier::tickets {
namespace {

namespace fs = std::filesystem;
using topology::StoredNetwork;

/// A snapshot of another level's run: "@last" or that of a step.
StoredNetwork snapshot(const Level& level, const fs::path& out, const std::string& which) {
    return topology::read_network((out / level.point.name / "run.h5").string() + which);
}

std::vector<Pattern> level_masks(const Finding& finding, const Level& level, const StoredNetwork& trained) {
    std::vector<std::size_t> kept;
    std::vector<std::size_t> positions;
    for (const topology::Layer& layer : trained.topology.layers) {
        kept.push_back(layer.pattern.edges());
        positions.push_back(layer.pattern.positions());
    }
    if (kept.size() != level.pruning.rates.size()) {
        throw FormatError(trained.topology.label + ": holds " + std::to_string(kept.size()) +
                          " layers, the model has " + std::to_string(level.pruning.rates.size()));
    }
    const auto removed = finding.method == "oneshot" ? removals_to(kept, positions, level.asked_density, level.pruning)
                                                     : removals(kept, finding.fraction, level.pruning);
    return pruned_masks(trained.topology, removed, level.pruning, static_cast<std::uint64_t>(level.point.config.seed),
                        draw_number(level.number, Draw::removal));
}

std::map<std::pair<std::string, std::string>, std::vector<float>> by_name(const StoredNetwork& network) {
    std::map<std::pair<std::string, std::string>, std::vector<float>> found;
    for (const topology::StoredParameter& parameter : network.parameters) {
        found[{parameter.layer, parameter.name}] = parameter.values;
    }
    return found;
}

}  // namespace

StoredNetwork level_ticket(const Finding& finding, const std::vector<Level>& levels, std::size_t place,
                           const fs::path& out) {
    const Level& level = levels[place];
    const std::int64_t seed = level.point.config.seed;
    StoredNetwork trained = snapshot(levels[*level.parent], out, "@last");
    std::vector<Pattern> masks = level_masks(finding, level, trained);
    const auto source = [&] {
        if (level.control == "random_reinit") {
            return dense_draw(level.point.config, level.data.inputs, level.data.classes,
                              drawn_seed(seed, level.number, Draw::weights));
        }
        const Level& first = levels[level.first];
        if (finding.retrain == "pt") return snapshot(first, out, "@last");
        const bool keeps_weights = finding.retrain == "lr_rewind" || finding.retrain == "finetune";
        if (keeps_weights && level.control.empty()) return std::move(trained);
        return snapshot(first, out, std::string("@") + std::to_string(level.rewind));
    };
    if (level.control == "random_mask") {
        masks = shuffled(masks, static_cast<std::uint64_t>(seed), draw_number(level.number, Draw::shuffle));
    }
    StoredNetwork ticket = masked(source(), masks);
    ticket.topology.label = zero_padded(level.start, 9);  // as run files label steps
    return ticket;
}

bool same_network(const StoredNetwork& a, const StoredNetwork& b) {
    if (a.topology.layers.size() != b.topology.layers.size()) return false;
    for (std::size_t l = 0; l < a.topology.layers.size(); ++l) {
        const topology::Layer& x = a.topology.layers[l];
        const topology::Layer& y = b.topology.layers[l];
        if (x.shape != y.shape || !(x.pattern == y.pattern) || x.values != y.values) return false;
    }
    return by_name(a) == by_name(b);
}

fs::path ticket_file(const Level& level, const fs::path& out) {
    return out / level.point.name / "ticket.h5";
}

bool holds_ticket(const fs::path& file, const StoredNetwork& ticket) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return false;
    try {
        return same_network(topology::read_network(file.string()), ticket);
    } catch (const FormatError&) {
        return false;
    }
}

void write_ticket(const Level& level, const StoredNetwork& ticket, const fs::path& out) {
    const fs::path file = ticket_file(level, out);
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    if (failed) throw IoError("cannot make the folder " + file.parent_path().string() + ": " + failed.message());
    topology::write_network_file(file, ticket,
                                 {{"level", static_cast<std::int64_t>(level.number)},
                                  {"control", level.control},
                                  {"seed", level.point.config.seed},
                                  {"config", config::to_toml(level.point.config)}});
}

}  // namespace espalier::tickets
