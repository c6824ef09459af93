#pragma once

#include <string>

#include <espalier/cli/commands/superpose_options.hpp>
#include <espalier/tickets/superposed.hpp>
#include <espalier/topology/files/stored_network.hpp>

namespace espalier::cli {

/// One ticket out of many, before anything is written.
struct SuperposedTicket {
    topology::StoredNetwork network;
    tickets::Superposed facts;
    std::string config;  ///< the target's, resolved TOML
};

/// What `espalier tickets superpose` does up to its file; `out`, `force` and `json` are not looked at.
/// @throws ConfigError where the arguments do not go together; as tickets::read_tickets()
SuperposedTicket superposed_ticket(const SuperposeArguments& arguments);

}  // namespace espalier::cli
