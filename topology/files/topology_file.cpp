#include <algorithm>
#include <array>

#include <espalier/base/files/files.hpp>
#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/map_attributes.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/topology_file.hpp>

namespace espalier::topology {
namespace {

const std::array<std::string, 2> readable_formats = {"espalier.run", "espalier.topology"};

hdf5::Group open_root(const std::filesystem::path& file) {
    hdf5::Group root = hdf5::File::open(file).root();
    require_format(root, readable_formats);
    return root;
}

std::optional<std::vector<std::string>> numbered(std::optional<std::vector<std::string>> fed_by,
                                                 const GroupNames& names) {
    if (!fed_by) return fed_by;
    for (std::string& name : *fed_by) name = names(name);
    return fed_by;
}

void write_topology(hdf5::Group& snapshots, const Topology& topology) {
    if (snapshots.exists(topology.label)) {
        throw FormatError(snapshots.where() + ": two topologies are called '" + topology.label + "'");
    }
    hdf5::Group snapshot = snapshots.create_group(topology.label);
    const GroupNames names(topology);
    for (std::size_t position = 0; position < topology.layers.size(); ++position) {
        const Layer& layer = topology.layers[position];
        hdf5::Group group = snapshot.create_group(numbered_name(position, layer.name));
        const bool with_values = !layer.values.empty();
        write_mask(group, layer.shape, layer.pattern,
                   with_values ? std::optional(std::span<const float>(layer.values)) : std::nullopt);
        write_fed_by(group, numbered(layer.fed_by, names));
        write_groups(group, layer.groups);
    }
}

}  // namespace

SnapshotFile::SnapshotFile(const std::filesystem::path& file) : root_(open_root(file)) {
    if (root_.exists("model") && root_.group("model").exists("layers")) {
        const hdf5::Group layers = root_.group("model").group("layers");
        for (const std::string& name : layers.children()) of_run_.emplace(name, layers.group(name));
        maps_of_run_ = read_maps(root_.group("model"), layers);
    }
    if (!root_.exists("snapshots")) return;
    snapshots_ = root_.group("snapshots");
    labels_ = snapshots_->children();
}

hdf5::Group SnapshotFile::snapshot(const std::string& label) const {
    rehearsal_goes_on();
    return snapshots_ ? snapshots_->group(label) : root_.group("snapshots");
}

std::vector<std::string> SnapshotFile::ticket_labels(std::int64_t from) const {
    if (!root_.exists("metrics") || !root_.group("metrics").exists("tickets")) return {};
    const hdf5::Group table = root_.group("metrics").group("tickets");
    const auto tickets = table.dataset("ticket").read<std::int64_t>();
    const auto steps = table.dataset("snapshot").read<std::int64_t>();
    if (tickets.size() != steps.size()) throw FormatError(table.where() + ": columns of different lengths");
    std::vector<std::string> labels;
    for (std::size_t row = 0; row < steps.size(); ++row) {
        if (tickets[row] < from) continue;
        labels.push_back(zero_padded(steps[row], 9));
        if (std::ranges::find(labels_, labels.back()) == labels_.end()) {
            throw FormatError(table.where() + ": names the snapshot " + labels.back() + ", which is not there");
        }
    }
    return labels;
}

Topology SnapshotFile::read(const std::string& label) const {
    const hdf5::Group layers = snapshot(label);
    Topology topology{.label = label, .layers = {}};
    for (const std::string& name : layers.children()) {
        auto layer = read_mask(layers, name);
        if (!layer) continue;
        const auto of_run = of_run_.find(name);
        const hdf5::Group own = layers.group(name);
        const hdf5::Group& said = of_run != of_run_.end() ? of_run->second : own;
        layer->fed_by = read_fed_by(said);
        layer->groups = read_groups(said, layer->shape);
        topology.layers.push_back(std::move(*layer));
    }
    topology.maps = maps_of_run_;
    if (root_.exists("maps") && root_.group("maps").exists(label)) {
        const hdf5::Group maps = root_.group("maps").group(label);
        topology.maps = read_maps(maps, maps);
    }
    return topology;
}

std::vector<StoredParameter> SnapshotFile::parameters(const std::string& label) const {
    const hdf5::Group layers = snapshot(label);
    std::vector<StoredParameter> parameters;
    for (const std::string& layer : layers.children()) {
        const hdf5::Group group = layers.group(layer);
        for (const std::string& name : group.children()) {
            if (name == "indptr" || name == "indices" || name == "values") continue;
            if (name.starts_with(unaveraged_prefix)) continue;
            parameters.push_back({layer, name, group.dataset(name).read<float>()});
        }
    }
    return parameters;
}

std::vector<StoredParameter> SnapshotFile::unaveraged(const std::string& label) const {
    const hdf5::Group layers = snapshot(label);
    std::vector<StoredParameter> parameters;
    for (const std::string& layer : layers.children()) {
        const hdf5::Group group = layers.group(layer);
        for (const std::string& name : group.children()) {
            if (!name.starts_with(unaveraged_prefix)) continue;
            parameters.push_back({layer, name.substr(unaveraged_prefix.size()), group.dataset(name).read<float>()});
        }
    }
    return parameters;
}

std::vector<std::string> snapshot_labels(const std::filesystem::path& file) {
    return read_rehearsed(file, [](const SnapshotFile& snapshots) { return snapshots.labels(); });
}

std::vector<std::string> ticket_labels(const std::filesystem::path& file, std::int64_t from) {
    return read_rehearsed(file, [&](const SnapshotFile& snapshots) { return snapshots.ticket_labels(from); });
}

bool is_run_file(const std::filesystem::path& file) {
    const auto asked = [&] { return open_root(file).attribute_as<std::string>("format") == readable_formats[0]; };
    rehearse(file, asked);
    return asked();
}

Topology read_snapshot(const std::filesystem::path& file, const std::string& label) {
    return read_rehearsed(file, [&](const SnapshotFile& snapshots) { return snapshots.read(label); });
}

std::vector<StoredParameter> read_parameters(const std::filesystem::path& file, const std::string& label) {
    return read_rehearsed(file, [&](const SnapshotFile& snapshots) { return snapshots.parameters(label); });
}

void write_topology_file(const std::filesystem::path& file, std::span<const Topology* const> topologies,
                         const std::function<void(hdf5::Group& root)>& add) {
    replace_file(file, [&](const std::filesystem::path& temporary) {
        hdf5::File written = hdf5::File::create(temporary);
        {
            hdf5::Group root = written.root();
            root.set_attribute("format", readable_formats[1]);
            root.set_attribute("format_version", std::int64_t{1});
            hdf5::Group snapshots = root.create_group("snapshots");
            for (const Topology* topology : topologies) {
                write_topology(snapshots, *topology);
                if (topology->maps == nullptr) continue;
                hdf5::Group maps = root.group_or_create("maps").create_group(topology->label);
                write_maps(maps, *topology->maps);
            }
            add(root);
        }
        written.close();
    });
}

void write_topology_file(const std::filesystem::path& file, const std::vector<Topology>& topologies,
                         const std::function<void(hdf5::Group& root)>& add) {
    std::vector<const Topology*> all;
    for (const Topology& topology : topologies) all.push_back(&topology);
    write_topology_file(file, all, add);
}

}  // namespace espalier::topology
