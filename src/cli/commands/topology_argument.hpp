#pragma once

#include <string>
#include <vector>

#include <espalier/cli/terminal/parser.hpp>
#include <espalier/topology/files/mask_files.hpp>

namespace espalier::cli {

/// The options with which commands read topologies, as given.
struct TopologyOptions {
    std::string orientation = "out-in";
    bool drop_last_input = false;
    std::string layers;  ///< see topology::layer_words()
    std::string conv = "unrolled";
    bool unaveraged = false;  ///< of a run that evaluates averages of its weights: what training goes on from
    topology::WeightCheck weights = topology::WeightCheck::refuse;  ///< no option: what the command does with them
    bool keeps_flat = false;                                        ///< no option: whether it keeps biases and the like

    /// What was left out, guessed or done otherwise goes to stderr as notes.
    topology::MaskFileOptions mask_files() const;
};

/// The positional TOPOLOGY..., with the forms it may have in the help.
void add_topologies(Parser& app, std::vector<std::string>& arguments);

void add_topology_options(Parser& app, TopologyOptions& options);

/// --conv: how convolutions become graphs, see topology/files/conv_mapping.hpp.
void add_conv(Parser& app, TopologyOptions& options);

/// The topologies that arguments name, see topology/files/sources.hpp.
std::vector<topology::Topology> load_topologies(const std::vector<std::string>& arguments,
                                                const TopologyOptions& options);

}  // namespace espalier::cli
