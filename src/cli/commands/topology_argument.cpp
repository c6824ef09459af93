#include <algorithm>
#include <memory>
#include <set>

#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/layer_selection.hpp>
#include <espalier/topology/files/sources.hpp>

namespace espalier::cli {

namespace {

/// Each line once, however often files are read: a topology may be named twice, a folder is looked at first.
class NotesOnce {
  public:
    void operator()(const std::string& text) const {
        if (said_->insert(text).second) write_note(text);
    }

  private:
    std::shared_ptr<std::set<std::string>> said_ = std::make_shared<std::set<std::string>>();
};

}  // namespace

topology::MaskFileOptions TopologyOptions::mask_files() const {
    topology::MaskFileOptions options{.drop_last_input = drop_last_input,
                                      .layers = topology::layer_words(layers),
                                      .weights = weights,
                                      .keeps_flat = keeps_flat,
                                      .unaveraged = unaveraged,
                                      .notice = NotesOnce()};
    topology::parse_orientations(orientation, options);
    return options;
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
    app.add_option("--layers", options.layers,
                   "Only these layers, in this order: names ('.weight' may be left out), positions, patterns "
                   "('layer*.conv?'), @FILE with one of them a line")
        .type_name("A,B,...");
    app.add_option(
           "--orientation", options.orientation,
           "What the sides of other tools' arrays are: out-in ([out, in, kh, kw], PyTorch, the default), in-out "
           "([kh, kw, in, out], TensorFlow and JAX), transposed ([in, out, kh, kw], ConvTranspose), or by layers: "
           "in-out,fc*=out-in")
        .type_name("[LAYER=]ORIENTATION,...");
    app.add_flag("--drop-last-input", options.drop_last_input,
                 "The last input in other tools' files is a bias: drop it");
}

void add_conv(Parser& app, TopologyOptions& options) {
    app.add_option("--conv", options.conv,
                   "How a convolution becomes a graph: unrolled (inputs are in*kh*kw, the default), channel (an edge "
                   "where any weight of a kernel is kept) or channel_first (outputs are out*kh*kw)")
        .type_name("unrolled|channel|channel_first");
}

std::vector<topology::Topology> load_topologies(const std::vector<std::string>& arguments,
                                                const TopologyOptions& options) {
    const topology::ConvMapping mapping = topology::parse_conv_mapping(options.conv);
    // Said once all is read: where reading fails, its error is the one line on stderr.
    std::vector<std::string> notes;
    topology::MaskFileOptions reading = options.mask_files();
    const auto print = reading.notice;
    reading.notice = [&](const std::string& text) { notes.push_back(text); };
    std::vector<topology::Topology> topologies = topology::read_topologies(arguments, reading);
    std::ranges::for_each(notes, print);
    for (topology::Topology& topology : topologies) {
        topology = topology::map_convolutions(std::move(topology), mapping);
    }
    return topologies;
}

}  // namespace espalier::cli
