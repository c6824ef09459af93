#include <algorithm>
#include <cctype>

#include <espalier/base/files/work_folder.hpp>
#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/layer_selection.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/topology/finite_weights.hpp>

namespace espalier::topology {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t step_digits = 9;
/// By a TopologyReader.
constexpr std::size_t most_open_files = 32;

bool is_number(const std::string& text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

bool is_step(const std::string& label) {
    return label.size() == step_digits && is_number(label);
}

void keep_layers(Topology& topology, const std::vector<std::string>& wanted) {
    std::vector<std::string> names;
    for (const Layer& layer : topology.layers) names.push_back(layer.name);
    std::vector<Layer> kept;
    for (const std::size_t k : selected_layers(names, wanted, topology.label)) {
        kept.push_back(std::move(topology.layers[k]));
    }
    topology.layers = std::move(kept);
}

void check_weights(const Topology& topology, const MaskFileOptions& options) {
    if (options.weights == WeightCheck::refuse) {
        require_finite_weights(topology);
    } else if (const auto what = weight_not_finite(topology)) {
        options.say(topology.label + ": " + *what);
    }
}

namespace {

struct Source {
    fs::path path;
    std::string snapshot;  ///< what stands behind '@'; empty: nothing
};

/// A folder that holds a run is that run.
fs::path run_of(const fs::path& path) {
    std::error_code ignored;
    const fs::path run = path / "run.h5";
    return fs::is_directory(path, ignored) && fs::exists(run, ignored) ? run : path;
}

Source locate(const std::string& argument) {
    std::error_code ignored;
    if (fs::exists(tensor_place(argument).file, ignored)) return {run_of(argument), ""};
    const std::size_t at = argument.rfind('@');
    if (at == std::string::npos || !fs::exists(argument.substr(0, at), ignored)) {
        throw ConfigError("no such file or folder: " + argument.substr(0, at));
    }
    if (at + 1 == argument.size()) throw ConfigError(argument + ": a step or label is missing after '@'");
    return {run_of(argument.substr(0, at)), argument.substr(at + 1)};
}

/// 1500 for 000001500; labels that are no steps stay.
std::string short_label(const std::string& label) {
    if (!is_step(label)) return label;
    return label.substr(std::min(label.find_first_not_of('0'), step_digits - 1));
}

std::string described(const std::vector<std::string>& labels) {
    if (std::ranges::all_of(labels, is_step)) {
        return std::to_string(labels.size()) + " snapshots, the first at step " + short_label(labels.front()) +
               ", the last at step " + short_label(labels.back());
    }
    return join(labels);
}

std::string find_label(const std::vector<std::string>& labels, const Source& source) {
    const std::string& wanted = source.snapshot;
    if (std::ranges::find(labels, wanted) != labels.end()) return wanted;
    if (wanted == "first") return labels.front();
    if (wanted == "last") return labels.back();
    if (is_number(wanted)) {
        const auto same = [&](const std::string& label) {
            return is_step(label) && !natural_less(label, wanted) && !natural_less(wanted, label);
        };
        const auto found = std::ranges::find_if(labels, same);
        if (found != labels.end()) return *found;
    }
    throw ConfigError(source.path.string() + ": there is no snapshot '" + wanted + "'." + did_you_mean(wanted, labels) +
                      " It holds " + described(labels));
}

bool names_tickets(const std::vector<std::string>& labels, const Source& source) {
    return source.snapshot == "tickets" && std::ranges::find(labels, "tickets") == labels.end();
}

/// Those of the phases: what was trained before them is run.h5@STEP.
std::vector<std::string> tickets_of(const SnapshotFile& file, const Source& source) {
    std::vector<std::string> labels = file.ticket_labels(1);
    if (!labels.empty()) return labels;
    throw ConfigError(source.path.string() +
                      ": no snapshot is said to be a ticket; runs with tickets.method = \"sup_tickets\" or \"edst\" "
                      "make some, of other runs name snapshots as @STEP");
}

/// @throws FormatError where the file holds none
std::vector<std::string> selected_labels(const SnapshotFile& file, const Source& source) {
    const std::vector<std::string>& labels = file.labels();
    if (labels.empty()) throw FormatError(source.path.string() + ": holds no snapshot");
    const bool is_run = std::ranges::all_of(labels, is_step);
    const bool is_labelled_all = std::ranges::find(labels, "all") != labels.end();
    if (source.snapshot.empty()) return is_run ? std::vector{labels.back()} : labels;
    if (source.snapshot == "all" && !is_labelled_all) return labels;
    if (names_tickets(labels, source)) return tickets_of(file, source);
    return {find_label(labels, source)};
}

std::vector<NamedTopology> named_snapshots(const SnapshotFile& snapshots, const std::string& argument,
                                           const Source& source) {
    const std::vector<std::string> wanted = selected_labels(snapshots, source);
    const std::string file = source.snapshot.empty() ? argument : argument.substr(0, argument.rfind('@'));
    const bool are_several = wanted.size() > 1 || source.snapshot == "all" || names_tickets(snapshots.labels(), source);
    std::vector<NamedTopology> named;
    for (const std::string& label : wanted) {
        named.push_back({are_several ? file + "@" + short_label(label) : argument, source.path, label});
    }
    return named;
}

/// Not yet checked for weights that are no numbers: that may say something, and a rehearsal must be silent.
Topology read_named(const SnapshotFile& snapshots, const NamedTopology& named, const MaskFileOptions& options) {
    Topology topology = snapshots.read(named.snapshot);
    topology.label = named.label;
    topology.source = named.path.string();
    topology.snapshot = named.snapshot;
    keep_layers(topology, options.layers);
    return topology;
}

/// Of another tool, with the snapshot that was asked for in vain.
NamedTopology named_masks(const std::string& argument, const Source& source) {
    if (source.snapshot.empty()) return {argument, source.path};
    throw ConfigError(argument + ": '@' chooses a snapshot of a run or topology file, which " + source.path.string() +
                      " is not");
}

Topology read_masks(const NamedTopology& named, const MaskFileOptions& options) {
    Topology topology = read_mask_files(named.path, options);
    topology.label = named.label;
    return topology;
}

bool holds_snapshots(const Source& source) {
    std::error_code ignored;
    return !fs::is_directory(source.path, ignored) && !is_mask_file(source.path);
}

}  // namespace

std::vector<Topology> read_topologies(const std::string& argument, const MaskFileOptions& options) {
    const Source source = locate(argument);
    if (!holds_snapshots(source)) return {read_masks(named_masks(argument, source), options)};
    std::vector<Topology> topologies = read_rehearsed(source.path, [&](const SnapshotFile& file) {
        std::vector<Topology> all;
        for (const NamedTopology& named : named_snapshots(file, argument, source)) {
            all.push_back(read_named(file, named, options));
        }
        return all;
    });
    for (const Topology& topology : topologies) check_weights(topology, options);
    return topologies;
}

std::vector<NamedTopology> named_topologies(const std::vector<std::string>& arguments) {
    std::vector<NamedTopology> all;
    for (const std::string& argument : arguments) {
        const Source source = locate(argument);
        if (!holds_snapshots(source)) {
            all.push_back(named_masks(argument, source));
            continue;
        }
        const auto name = [&](const SnapshotFile& file) { return named_snapshots(file, argument, source); };
        for (NamedTopology& named : read_rehearsed(source.path, name)) all.push_back(std::move(named));
    }
    return all;
}

TopologyReader::TopologyReader(std::vector<NamedTopology> named, MaskFileOptions options)
    : named_(std::move(named)), options_(std::move(options)) {}

Topology TopologyReader::read(std::size_t position) {
    const NamedTopology& named = named_.at(position);
    if (named.snapshot.empty()) return read_masks(named, options_);
    Topology topology = read_named(opened(named.path), named, options_);
    check_weights(topology, options_);
    return topology;
}

const SnapshotFile& TopologyReader::opened(const fs::path& file) {
    const std::string mark = file_mark(file);
    std::string& known = rehearsed_[file];
    if (known != mark) {
        open_.erase(file);
        rehearse(file, [&] {
            const SnapshotFile snapshots(file);
            for (const NamedTopology& named : named_) {
                if (named.path == file) read_named(snapshots, named, options_);
            }
        });
        known = mark;
    }
    std::shared_ptr<const SnapshotFile>& kept = open_[file];
    if (!kept) kept = std::make_shared<SnapshotFile>(file);
    if (open_.size() <= most_open_files) return *kept;
    const std::shared_ptr<const SnapshotFile> last = kept;
    open_ = {{file, last}};
    return *last;
}

std::optional<SnapshotPlace> snapshot_place(const std::string& argument) {
    const Source source = locate(argument);
    if (!holds_snapshots(source)) return std::nullopt;
    return read_rehearsed(source.path, [&](const SnapshotFile& file) {
        const std::vector<std::string> wanted = selected_labels(file, source);
        if (wanted.size() > 1) {
            throw ConfigError(argument + ": names " + std::to_string(wanted.size()) +
                              " topologies, one is needed: write " + source.path.string() + "@LABEL. It holds " +
                              described(file.labels()));
        }
        return SnapshotPlace{source.path, wanted.front()};
    });
}

std::filesystem::path series_file(const std::string& argument) {
    const Source source = locate(argument);
    if (!holds_snapshots(source)) {
        throw ConfigError(argument + ": is one topology; a series is a run file or a topology file");
    }
    if (!source.snapshot.empty() && source.snapshot != "all") {
        throw ConfigError(argument + ": names one snapshot; the whole series is " + source.path.string());
    }
    return source.path;
}

std::vector<Topology> read_topologies(const std::vector<std::string>& arguments, const MaskFileOptions& options) {
    std::vector<Topology> all;
    for (const std::string& argument : arguments) {
        for (Topology& topology : read_topologies(argument, options)) all.push_back(std::move(topology));
    }
    return all;
}

}  // namespace espalier::topology
