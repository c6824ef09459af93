#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>

#include <espalier/base/error.hpp>
#include <espalier/base/text.hpp>
#include <espalier/cli/topology_argument.hpp>
#include <espalier/topology/topology_file.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using topology::Topology;

/// An argument taken apart: "run.h5@STEP".
struct Source {
    std::string argument;
    fs::path path;
    std::string snapshot;  // empty: the last
};

/// A file whose name holds an '@' is itself.
Source parse(const std::string& argument) {
    const std::size_t at = argument.rfind('@');
    if (fs::exists(argument) || at == std::string::npos) return {argument, argument, ""};
    return {argument, argument.substr(0, at), argument.substr(at + 1)};
}

bool is_mask_file(const fs::path& path) {
    return fs::is_directory(path) || path.extension() == ".npz";
}

/// "400" stands for "000000400".
bool is_called(const std::string& label, const std::string& wanted) {
    const bool is_step = wanted.find_first_not_of("0123456789") == std::string::npos && wanted.size() < label.size();
    return label == wanted || (is_step && label == std::string(label.size() - wanted.size(), '0') + wanted);
}

/// Which of a file's snapshots an argument names.
std::vector<std::string> chosen(const Source& source, const std::vector<std::string>& labels) {
    if (labels.empty()) throw FormatError(source.path.string() + ": holds no snapshot");
    if (source.snapshot == "all") return labels;
    if (source.snapshot == "first") return {labels.front()};
    if (source.snapshot.empty()) return {labels.back()};
    const auto found = std::ranges::find_if(labels, [&](const auto& each) { return is_called(each, source.snapshot); });
    if (found != labels.end()) return {*found};
    constexpr std::size_t shown = 8;
    const std::span<const std::string> some(labels.data(), std::min(shown, labels.size()));
    throw ConfigError(source.path.string() + " has no snapshot '" + source.snapshot + "'; it has " + join(some) +
                      (labels.size() > shown ? ", ... up to " + labels.back() : ""));
}

void select_layers(Topology& topology, const std::vector<std::string>& wanted, const std::string& where) {
    if (wanted.empty()) return;
    std::vector<std::string> names;
    for (const topology::Layer& layer : topology.layers) names.push_back(layer.name);
    std::vector<topology::Layer> selected;
    for (const std::size_t k : topology::selected_layers(names, wanted, where)) {
        selected.push_back(std::move(topology.layers[k]));
    }
    topology.layers = std::move(selected);
}

std::vector<Topology> load(const Source& source, const topology::MaskFileOptions& options) {
    if (!fs::exists(source.path)) throw ConfigError(source.path.string() + " does not exist");
    std::vector<Topology> loaded;
    if (is_mask_file(source.path)) {
        if (!source.snapshot.empty()) throw ConfigError(source.argument + ": only our own files have snapshots");
        loaded.push_back(topology::read_mask_files(source.path, options));
        loaded.back().label = source.argument;
        return loaded;
    }
    for (const std::string& label : chosen(source, topology::snapshot_labels(source.path))) {
        loaded.push_back(topology::read_snapshot(source.path, label));
        select_layers(loaded.back(), options.layers, source.path.string());
        loaded.back().label = source.snapshot == "all" ? source.path.string() + "@" + label : source.argument;
    }
    return loaded;
}

}  // namespace

topology::MaskFileOptions TopologyOptions::mask_files() const {
    return {.orientation = topology::parse_orientation(orientation),
            .drop_last_input = drop_last_input,
            .layers = layers.empty() ? std::vector<std::string>() : split(layers, ',')};
}

void add_topologies(CLI::App& app, std::vector<std::string>& arguments) {
    app.add_option("TOPOLOGY", arguments,
                   "run.h5 (its last snapshot), run.h5@STEP, @first or @all; the same of a topology file with its "
                   "labels; a .npz file or a folder of them")
        ->required()
        ->type_name("");
}

void add_topology_options(CLI::App& app, TopologyOptions& options) {
    app.add_option("--layers", options.layers, "Only these layers, by name or position")->type_name("A,B,...");
    app.add_option("--orientation", options.orientation,
                   "What rows and columns of other tools' files are: out-in (PyTorch, the default) or in-out")
        ->type_name("in-out|out-in");
    app.add_flag("--drop-last-input", options.drop_last_input,
                 "The last input in other tools' files is a bias: drop it");
}

std::vector<Topology> load_topologies(const std::vector<std::string>& arguments, const TopologyOptions& options) {
    const topology::MaskFileOptions mask_files = options.mask_files();
    std::vector<Topology> all;
    for (const std::string& argument : arguments) {
        for (Topology& topology : load(parse(argument), mask_files)) all.push_back(std::move(topology));
    }
    return all;
}

}  // namespace espalier::cli
