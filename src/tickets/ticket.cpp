#include <algorithm>
#include <map>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/tickets/ticket.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/training/plan/initial_network.hpp>

namespace espalier::tickets {
namespace {

using topology::Layer;
using topology::StoredNetwork;
using topology::Topology;

std::string recorded_config(const std::string& file) {
    const hdf5::Group root = hdf5::File::open(file).root();
    return root.has_attribute("config") ? root.attribute_as<std::string>("config") : "";
}

/// The text of the configuration beside the masks; empty where there is none.
std::string config_text(const std::string& file) {
    rehearse(file, [&] { recorded_config(file); });
    return recorded_config(file);
}

/// Configurations by file: many tickets come from one.
class Configurations {
  public:
    explicit Configurations(const TicketOptions& options) : options_(options) {}

    const config::RunConfig& of(const Topology& topology) {
        const auto known = found_.find(topology.source);
        return known != found_.end() ? known->second : found_.emplace(topology.source, read(topology)).first->second;
    }

  private:
    config::RunConfig read(const Topology& topology) const {
        const std::string text = topology.source.empty() ? "" : config_text(topology.source);
        if (text.empty() && options_.config.empty()) {
            throw ConfigError(topology.label +
                              ": holds no configuration, so nothing says what data the ticket is for; give one by "
                              "--config FILE.toml");
        }
        // What a run has recorded is resolved, and is not resolved again: files that it names may be gone by now.
        config::Settings settings = text.empty() ? config::read_toml(options_.config)
                                                 : config::parse_toml(text, topology.source + " (configuration)");
        config::override_with(settings, options_.assignments);
        return text.empty() ? config::resolve(settings) : settings.config;
    }

    const TicketOptions& options_;
    std::map<std::string, config::RunConfig> found_;
};

void require_weights(const Topology& topology) {
    for (const Layer& layer : topology.layers) {
        if (layer.values.size() != layer.pattern.edges()) {
            throw FormatError(
                topology.label + ": layer " + layer.name +
                " has a mask but no weights, which a ticket needs; runs keep them in their snapshots with "
                "snapshots.weights = true");
        }
    }
}

}  // namespace

std::vector<Ticket> read_tickets(const std::vector<std::string>& arguments, const TicketOptions& options) {
    Configurations configurations(options);
    std::vector<Ticket> tickets;
    std::vector<std::string> notes;
    const auto note = [&](const std::string& text) {
        if (std::ranges::find(notes, text) == notes.end()) notes.push_back(text);
    };
    for (const std::string& argument : arguments) {
        for (StoredNetwork& network : topology::read_networks(argument, {.keeps_flat = true, .notice = note})) {
            require_weights(network.topology);
            Ticket& ticket = tickets.emplace_back();
            ticket.label = network.topology.label;
            ticket.config = configurations.of(network.topology);
            training::require_model(ticket.config, network);
            ticket.network = std::move(network);
        }
    }
    if (options.notice) std::ranges::for_each(notes, options.notice);
    return tickets;
}

}  // namespace espalier::tickets
