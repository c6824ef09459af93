#include <algorithm>
#include <array>
#include <cmath>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/run/writer_lock.hpp>

namespace espalier::training {
namespace {

const std::array<std::string, 1> run_format = {"espalier.run"};
const std::array<std::string, 9> known_attributes = {
    "format", "format_version", "espalier_version", "name", "seed", "created", "status", "config", "environment"};

/// Names of one attribute, one per line.
std::optional<std::vector<std::string>> read_names(const hdf5::Group& group, const std::string& attribute) {
    if (!group.has_attribute(attribute)) return std::nullopt;
    return split_lines(group.attribute_as<std::string>(attribute));
}

LayerInfo read_layer(const hdf5::Group& group, const std::string& name) {
    return {.name = name,
            .kind = group.attribute_as<std::string>("kind"),
            .shape = group.attribute_as<std::vector<std::int64_t>>("shape"),
            .sparse = group.attribute_as<std::int64_t>("sparse") != 0,
            .asked_density =
                group.has_attribute("asked_density") ? group.attribute_as<double>("asked_density") : std::nan(""),
            .uses = group.has_attribute("uses") ? group.attribute_as<std::int64_t>("uses") : 0,
            .inputs = read_names(group, "inputs"),
            .fed_by = read_names(group, "fed_by"),
            .groups = group.has_attribute("groups") ? static_cast<std::size_t>(std::max<std::int64_t>(
                                                          group.attribute_as<std::int64_t>("groups"), 1))
                                                    : 1};
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

template <class Item>
std::vector<Item> part_column(const Columns& columns, const std::string& name) {
    const auto found = columns.find(name);
    const auto* items = found == columns.end() ? nullptr : std::get_if<std::vector<Item>>(&found->second);
    if (items == nullptr) throw FormatError("parts: there is no column '" + name + "' of the type it must have");
    return *items;
}

std::vector<RunPart> read_parts(const hdf5::Group& root) {
    std::vector<RunPart> parts;
    if (!root.exists("parts")) return parts;
    const Columns columns = read_table(root.group("parts"));
    const auto steps = part_column<std::int64_t>(columns, "step");
    const auto sets = part_column<std::string>(columns, "instruction_set");
    const auto versions = part_column<std::string>(columns, "version");
    const auto threads = part_column<std::int64_t>(columns, "threads");
    const auto created = part_column<std::string>(columns, "created");
    for (std::size_t k = 0; k < steps.size(); ++k) {
        parts.push_back({steps[k], sets[k], versions[k], threads[k], created[k]});
    }
    return parts;
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
                       .metrics = {},
                       .parts = read_parts(root)};
    if (summary.status == "running" && !writer) summary.status = "interrupted";
    const hdf5::Group metrics = root.group("metrics");
    for (const std::string& name : metrics.children()) summary.metrics.emplace(name, read_table(metrics.group(name)));
    return summary;
}

}  // namespace

std::vector<double> RunSummary::reals_of(const Column& column) {
    const auto* integers = std::get_if<std::vector<std::int64_t>>(&column);
    std::vector<double> reals;
    if (integers == nullptr) return reals;
    for (const std::int64_t one : *integers) reals.push_back(one == -1 ? std::nan("") : static_cast<double>(one));
    return reals;
}

std::string RunSummary::instruction_set() const {
    if (!parts.empty()) return parts.back().instruction_set;
    const std::string front = "instruction set ";
    const std::string& said = info.environment;
    return said.starts_with(front) ? said.substr(front.size(), said.find(';') - front.size()) : "";
}

RunSummary read_run_summary(const std::filesystem::path& path) {
    rehearse(path, [&] { read(path); });
    return read(path);
}

}  // namespace espalier::training
