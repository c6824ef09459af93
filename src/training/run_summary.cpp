#include <algorithm>
#include <array>

#include <espalier/base/rehearse.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/run_summary.hpp>
#include <espalier/training/writer_lock.hpp>

namespace espalier::training {
namespace {

const std::array<std::string, 1> run_format = {"espalier.run"};
const std::array<std::string, 9> known_attributes = {
    "format", "format_version", "espalier_version", "name", "seed", "created", "status", "config", "environment"};

LayerInfo read_layer(const hdf5::Group& group, const std::string& name) {
    return {.name = name,
            .kind = group.attribute_as<std::string>("kind"),
            .shape = group.attribute_as<std::vector<std::int64_t>>("shape"),
            .sparse = group.attribute_as<std::int64_t>("sparse") != 0,
            .asked_density =
                group.has_attribute("asked_density") ? group.attribute_as<double>("asked_density") : std::nan("")};
}

RunInfo read_info(const hdf5::Group& root) {
    RunInfo info{.name = root.attribute_as<std::string>("name"),
                 .seed = root.attribute_as<std::int64_t>("seed"),
                 .espalier_version = root.attribute_as<std::string>("espalier_version"),
                 .config = root.attribute_as<std::string>("config"),
                 .environment = root.attribute_as<std::string>("environment"),
                 .layers = {}};
    const hdf5::Group layers = root.group("model").group("layers");
    for (const std::string& name : layers.children()) info.layers.push_back(read_layer(layers.group(name), name));
    return info;
}

Columns read_table(const hdf5::Group& table) {
    Columns columns;
    const std::size_t rows = table.dataset("step").size();
    for (const std::string& name : table.children()) {
        const hdf5::Dataset column = table.dataset(name);
        column.require_size(rows);
        columns.emplace(name, read_column(column));
    }
    return columns;
}

std::map<std::string, hdf5::Attribute> read_results(const hdf5::Group& root) {
    std::map<std::string, hdf5::Attribute> results;
    for (const std::string& name : root.attribute_names()) {
        const bool known = std::find(known_attributes.begin(), known_attributes.end(), name) != known_attributes.end();
        if (!known) results.emplace(name, root.attribute(name));
    }
    return results;
}

RunSummary read(const std::filesystem::path& path) {
    const bool writer = has_writer(path);  // asked first: a run that ends meanwhile has published its status before
    const hdf5::Group root = hdf5::File::open(path).root();
    topology::require_format(root, run_format);
    RunSummary summary{.info = read_info(root),
                       .created = root.attribute_as<std::string>("created"),
                       .status = root.attribute_as<std::string>("status"),
                       .results = read_results(root),
                       .snapshots = topology::snapshot_names(root),
                       .metrics = {}};
    if (summary.status == "running" && !writer) summary.status = "interrupted";
    const hdf5::Group metrics = root.group("metrics");
    for (const std::string& name : metrics.children()) summary.metrics.emplace(name, read_table(metrics.group(name)));
    return summary;
}

}  // namespace

RunSummary read_run_summary(const std::filesystem::path& path) {
    rehearse(path, [&] { read(path); });
    return read(path);
}

}  // namespace espalier::training
