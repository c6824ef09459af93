#include <algorithm>
#include <array>

#include <espalier/base/error.hpp>
#include <espalier/base/files.hpp>
#include <espalier/base/rehearse.hpp>
#include <espalier/base/zero_padded.hpp>
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

void write_topology(hdf5::Group& snapshots, const Topology& topology) {
    if (snapshots.exists(topology.label)) {
        throw FormatError(snapshots.where() + ": two topologies are called '" + topology.label + "'");
    }
    hdf5::Group snapshot = snapshots.create_group(topology.label);
    for (std::size_t position = 0; position < topology.layers.size(); ++position) {
        const Layer& layer = topology.layers[position];
        hdf5::Group group = snapshot.create_group(numbered_name(position, layer.name));
        const bool with_values = !layer.values.empty();
        write_mask(group, layer.shape, layer.pattern,
                   with_values ? std::optional(std::span<const float>(layer.values)) : std::nullopt);
    }
}

std::vector<std::string> read_labels(const std::filesystem::path& file) {
    return snapshot_names(open_root(file));
}

std::vector<std::string> read_ticket_labels(const std::filesystem::path& file, std::int64_t from) {
    const hdf5::Group root = open_root(file);
    if (!root.exists("metrics") || !root.group("metrics").exists("tickets")) return {};
    const hdf5::Group table = root.group("metrics").group("tickets");
    const auto tickets = table.dataset("ticket").read<std::int64_t>();
    const auto steps = table.dataset("snapshot").read<std::int64_t>();
    if (tickets.size() != steps.size()) throw FormatError(table.where() + ": columns of different lengths");
    const std::vector<std::string> present = snapshot_names(root);
    std::vector<std::string> labels;
    for (std::size_t row = 0; row < steps.size(); ++row) {
        if (tickets[row] < from) continue;
        labels.push_back(zero_padded(steps[row], 9));
        if (std::ranges::find(present, labels.back()) == present.end()) {
            throw FormatError(table.where() + ": names the snapshot " + labels.back() + ", which is not there");
        }
    }
    return labels;
}

Topology read_layers(const std::filesystem::path& file, const std::string& label) {
    const hdf5::Group root = open_root(file);
    const hdf5::Group snapshot = root.group("snapshots").group(label);
    Topology topology{.label = label, .layers = {}};
    for (const std::string& name : snapshot.children()) {
        if (auto layer = read_mask(snapshot, name)) topology.layers.push_back(std::move(*layer));
    }
    return topology;
}

std::vector<StoredParameter> read_others(const std::filesystem::path& file, const std::string& label) {
    const hdf5::Group snapshot = open_root(file).group("snapshots").group(label);
    std::vector<StoredParameter> parameters;
    for (const std::string& layer : snapshot.children()) {
        const hdf5::Group group = snapshot.group(layer);
        for (const std::string& name : group.children()) {
            if (name == "indptr" || name == "indices" || name == "values") continue;
            parameters.push_back({layer, name, group.dataset(name).read<float>()});
        }
    }
    return parameters;
}

}  // namespace

std::vector<StoredParameter> read_parameters(const std::filesystem::path& file, const std::string& label) {
    rehearse(file, [&] { read_others(file, label); });
    return read_others(file, label);
}

std::vector<std::string> snapshot_labels(const std::filesystem::path& file) {
    rehearse(file, [&] { read_labels(file); });
    return read_labels(file);
}

std::vector<std::string> ticket_labels(const std::filesystem::path& file, std::int64_t from) {
    rehearse(file, [&] { read_ticket_labels(file, from); });
    return read_ticket_labels(file, from);
}

bool is_run_file(const std::filesystem::path& file) {
    const auto asked = [&] { return open_root(file).attribute_as<std::string>("format") == readable_formats[0]; };
    rehearse(file, asked);
    return asked();
}

Topology read_snapshot(const std::filesystem::path& file, const std::string& label) {
    rehearse(file, [&] { read_layers(file, label); });
    return read_layers(file, label);
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
            for (const Topology* topology : topologies) write_topology(snapshots, *topology);
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
