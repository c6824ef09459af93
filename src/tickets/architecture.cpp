#include <algorithm>
#include <array>

#include <espalier/base/text/error.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/tickets/architecture.hpp>
#include <espalier/topology/distance/comparison.hpp>

namespace espalier::tickets {
namespace {

using topology::StoredParameter;

[[noreturn]] void refuse(const Ticket& first, const Ticket& other, const std::string& there, const std::string& here) {
    throw FormatError("tickets must have one architecture: " + other.label + " has " + there + ", " + first.label +
                      " " + here);
}

std::string described(const StoredParameter& parameter) {
    return std::string(1, '\'')
        .append(parameter.name)
        .append("' of ")
        .append(std::to_string(parameter.values.size()))
        .append(" in layer ")
        .append(parameter.layer);
}

void require_same_parameters(const Ticket& first, const Ticket& other) {
    const std::vector<StoredParameter>& a = first.network.parameters;
    const std::vector<StoredParameter>& b = other.network.parameters;
    for (std::size_t k = 0; k < std::max(a.size(), b.size()); ++k) {
        const bool in_both = k < a.size() && k < b.size();
        if (in_both && a[k].name == b[k].name && a[k].values.size() == b[k].values.size()) continue;
        refuse(first, other, k < b.size() ? described(b[k]) : "no more parameters",
               k < a.size() ? described(a[k]) : "no more parameters");
    }
}

template <std::size_t N>
void require_same_keys(const Ticket& first, const Ticket& other, const std::array<const char*, N>& keys,
                       const std::string& what) {
    for (const char* name : keys) {
        const config::Key& key = config::find_key(name);
        if (key.get(first.config) == key.get(other.config)) continue;
        throw FormatError(what + ": " + other.label + " has " + key.name + " = " +
                          config::toml_text(key.get(other.config)) + ", " + first.label + " " +
                          config::toml_text(key.get(first.config)));
    }
}

}  // namespace

void require_same_architecture(const std::vector<Ticket>& tickets) {
    constexpr std::array keys = {"model.kind", "model.activation", "model.leaky_slope", "model.all_relu_slope"};
    for (const Ticket& ticket : tickets) {
        topology::require_comparable(tickets.front().network.topology, ticket.network.topology, "tickets");
        require_same_parameters(tickets.front(), ticket);
        require_same_keys(tickets.front(), ticket, keys, "tickets must have one architecture");
    }
}

void require_same_data(const std::vector<Ticket>& tickets) {
    constexpr std::array keys = {"data.dataset",    "data.label",       "data.test",
                                 "data.validation", "data.standardise", "data.features"};
    for (const Ticket& ticket : tickets) {
        require_same_keys(tickets.front(), ticket, keys, "tickets must be for the same data");
    }
}

void require_validation(const Ticket& ticket, const std::string& what) {
    if (ticket.config.data.validation > 0.0) return;
    throw ConfigError(ticket.label + ": data.validation = 0 holds no example out, and " + what +
                      " selects on validation data alone; train with data.validation above 0");
}

}  // namespace espalier::tickets
