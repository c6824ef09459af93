#include <algorithm>
#include <map>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/schema.hpp>
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

    /// What was not said and had to be taken from elsewhere.
    const std::vector<std::string>& notes() const { return notes_; }

  private:
    config::RunConfig read(const Topology& topology) {
        const std::string text = topology.source.empty() ? "" : config_text(topology.source);
        config::Settings recorded = config::parse_toml(text, topology.source + " (configuration)");
        if (!text.empty() && config::was_resolved(recorded)) {
            // It is not resolved again: files that it names may be gone by now.
            config::override_with(recorded, options_.assignments);
            return recorded.config;
        }
        return config::resolve(filled_up(recorded, topology.label));
    }

    /// What another program's loop has said of itself, over what --config says.
    config::Settings filled_up(const config::Settings& recorded, const std::string& label) {
        config::Settings settings = options_.config.empty() ? config::Settings() : config::read_toml(options_.config);
        std::vector<std::string> kept;
        for (const auto& [name, place] : recorded.places) {
            const config::Key& key = config::find_key(name);
            config::put(settings, key, key.get(recorded.config), place, ".");
            kept.push_back(name);
        }
        config::override_with(settings, options_.assignments);
        if (options_.config.empty() && !settings.has("data.dataset")) {
            const std::string what =
                kept.empty() ? "no configuration" : "of its configuration only " + join(kept, ", ");
            throw ConfigError(label + ": holds " + what +
                              ", so nothing says what data the ticket is for; give one by --config FILE.toml");
        }
        if (!kept.empty()) {
            notes_.push_back(label + ": holds of its configuration only " + join(kept, ", ") + "; all else is " +
                             (options_.config.empty() ? "the default" : "of " + options_.config));
        }
        return settings;
    }

    const TicketOptions& options_;
    std::map<std::string, config::RunConfig> found_;
    std::vector<std::string> notes_;
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
    std::ranges::for_each(configurations.notes(), note);
    if (options.notice) std::ranges::for_each(notes, options.notice);
    return tickets;
}

}  // namespace espalier::tickets
