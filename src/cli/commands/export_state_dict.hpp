#pragma once

#include <string>

#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/topology/files/stored_network.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::cli {

/// `espalier export NETWORK --format state-dict`.
struct StateDictExport {
    std::string network;
    std::string out;  ///< FILE.safetensors or FILE.npz
    TopologyOptions reading;
    bool with_masks = false;
    bool with_inputs = false;
    bool json = false;
};

/// Whether the name of the file is that of a state dict.
/// @throws ConfigError where it is not
void require_state_dict_name(const std::string& out);

/// Writes it; what goes to stdout.
std::string exported_state_dict(const StateDictExport& options);

/// Says on stderr that a run's weights are averages over its steps, where they are.
void note_averages(const topology::StoredNetwork& network);

/// Says on stderr that the file will not hold which layers feed which, where that is no chain.
void note_lost_feeding(const topology::Topology& topology, const std::string& out);

}  // namespace espalier::cli
