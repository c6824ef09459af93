#include <espalier/base/text.hpp>
#include <espalier/cli/topology_argument.hpp>
#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/sources.hpp>

namespace espalier::cli {

topology::MaskFileOptions TopologyOptions::mask_files() const {
    return {.orientation = topology::parse_orientation(orientation),
            .drop_last_input = drop_last_input,
            .layers = layers.empty() ? std::vector<std::string>() : split(layers, ',')};
}

void add_topologies(Parser& app, std::vector<std::string>& arguments) {
    app.add_option(
           "TOPOLOGY", arguments,
           "run.h5 (its last snapshot), run.h5@STEP, @first, @all or @tickets; the same of a topology file with its "
           "labels (all without one); a .npz, .npy, .safetensors or PyTorch .pt file "
           "(FILE.pt:KEY: one of its dicts), or a folder of .npz or .safetensors")
        .required()
        .type_name("");
}

void add_topology_options(Parser& app, TopologyOptions& options) {
    app.add_option("--layers", options.layers, "Only these layers, by name or position").type_name("A,B,...");
    app.add_option("--orientation", options.orientation,
                   "What rows and columns of other tools' files are: out-in (PyTorch, the default) or in-out")
        .type_name("in-out|out-in");
    app.add_flag("--drop-last-input", options.drop_last_input,
                 "The last input in other tools' files is a bias: drop it");
}

void add_conv(Parser& app, TopologyOptions& options) {
    app.add_option("--conv", options.conv,
                   "How a convolution becomes a graph: unrolled (inputs are in*kh*kw, the default), channel (an edge "
                   "where any weight of a kernel is kept) or channel_first (outputs are out*kh*kw)")
        .type_name("MAPPING");
}

std::vector<topology::Topology> load_topologies(const std::vector<std::string>& arguments,
                                                const TopologyOptions& options) {
    const topology::ConvMapping mapping = topology::parse_conv_mapping(options.conv);
    std::vector<topology::Topology> topologies = topology::read_topologies(arguments, options.mask_files());
    for (topology::Topology& topology : topologies) {
        topology = topology::map_convolutions(std::move(topology), mapping);
    }
    return topologies;
}

}  // namespace espalier::cli
