#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/export_state_dict.hpp>
#include <espalier/cli/commands/export_structured.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/report/topology_listing.hpp>
#include <espalier/topology/files/mask_export.hpp>
#include <espalier/topology/files/stored_network.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using topology::Topology;

struct ExportOptions {
    std::string topology;
    std::string format;
    std::string out;
    TopologyOptions reading;
    bool with_masks = false;
    bool with_inputs = false;
    StructuredExport structured;
    bool is_structured = false;
    bool force = false;
    bool json = false;
};

/// A path that does not end as files of the format do means a folder.
bool is_folder(const ExportOptions& options) {
    const fs::path out = options.out;
    if (out.extension() == "." + options.format) return false;
    if (topology::is_mask_file(out) || out.extension() == ".h5") {
        throw ConfigError("--out " + options.out + ": --format " + options.format + " writes ." + options.format +
                          " files, or a folder of them");
    }
    return true;
}

void require_leave(const ExportOptions& options) {
    const fs::path out = options.out;
    if (!fs::exists(out) || (fs::is_directory(out) && fs::is_empty(out))) return;
    if (!options.force) throw ConfigError("--out " + options.out + " exists; --force replaces it");
}

/// What an earlier export left must not stay among the new layers. It goes last, when they are there.
void remove_others(const fs::path& folder, const std::vector<fs::path>& written) {
    std::vector<fs::path> old;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const bool is_new = std::ranges::find(written, entry.path()) != written.end();
        if (topology::is_layer_file(entry.path()) && !is_new) old.push_back(entry.path());
    }
    for (const fs::path& path : old) fs::remove(path);
}

void write(const ExportOptions& options, const Topology& topology) {
    const bool is_npz = options.format == "npz";
    if (!is_folder(options)) {
        return is_npz ? topology::write_dense_npz(options.out, topology)
                      : topology::write_safetensors(options.out, topology);
    }
    remove_others(options.out, is_npz ? topology::write_sparse_npz_folder(options.out, topology)
                                      : topology::write_safetensors_folder(options.out, topology));
}

int export_topology(const ExportOptions& options) {
    static_cast<void>(is_folder(options));
    std::vector<Topology> topologies;
    if (options.reading.unaveraged) {
        topologies.push_back(topology::read_network(options.topology, options.reading.mask_files()).topology);
    } else {
        topologies = load_topologies({options.topology}, options.reading);
    }
    if (topologies.size() != 1) {
        throw ConfigError(options.topology + " is " + std::to_string(topologies.size()) +
                          " topologies; export one, for instance " + topologies.front().label);
    }
    require_leave(options);
    write(options, topologies.front());
    note_lost_feeding(topologies.front(), options.out);
    if (!options.reading.unaveraged) note_averages({topologies.front(), {}});
    report::Json json = report::listed_json(topologies.front());
    json["format"] = options.format;
    json["out"] = options.out;
    write_stdout(options.json ? report::document(json)
                              : report::listed(topologies.front()) + "\nwritten to " + options.out + "\n");
    return done;
}

int export_state_dict(const ExportOptions& options) {
    require_state_dict_name(options.out);
    require_leave(options);
    write_stdout(exported_state_dict({.network = options.topology,
                                      .out = options.out,
                                      .reading = options.reading,
                                      .with_masks = options.with_masks,
                                      .with_inputs = options.with_inputs,
                                      .json = options.json}));
    return done;
}

/// What reads masks alone would change what the network computes.
void refuse_for_structured(const ExportOptions& options) {
    const TopologyOptions none;
    const auto refuse = [&](const std::string& option) {
        throw ConfigError(option + " does not go with " +
                          (options.structured.merges_kernels ? "--merge-kernels" : "--structured") +
                          ", which rebuilds a whole network: leave it out");
    };
    if (!options.format.empty()) refuse("--format");
    if (options.with_masks) refuse("--with-masks");
    if (options.with_inputs) refuse("--with-inputs");
    if (options.reading.orientation != none.orientation) refuse("--orientation");
    if (options.reading.drop_last_input) refuse("--drop-last-input");
    if (options.reading.unaveraged) refuse("--unaveraged");
    if (!options.reading.layers.empty()) refuse("--layers");
    if (options.reading.conv != none.conv) refuse("--conv");
}

int export_structured(const ExportOptions& options) {
    refuse_for_structured(options);
    if (options.is_structured && options.structured.merges_kernels)
        throw ConfigError("--structured and --merge-kernels are two exports: do one after the other");
    if (options.structured.merges_kernels && options.structured.keeps_masks)
        throw ConfigError("--keep-masks does not go with --merge-kernels, which always keeps them: leave it out");
    StructuredExport structured = options.structured;
    structured.network = options.topology;
    structured.out = options.out;
    structured.json = options.json;
    require_leave(options);
    write_stdout(exported_structured(structured));
    return done;
}

/// The options of --structured mean nothing without it.
void refuse_without_structured(const ExportOptions& options) {
    const StructuredExport& given = options.structured;
    const StructuredExport none;
    const auto refuse = [](const std::string& option) {
        throw ConfigError(option + " belongs to --structured and --merge-kernels: leave it out, or add one");
    };
    if (given.keeps_masks) refuse("--keep-masks");
    if (!given.data.empty()) refuse("--data");
    if (!given.reading.config.empty()) refuse("--config");
    if (!given.reading.assignments.empty()) refuse("--set");
    if (given.batch != none.batch) refuse("--batch");
    if (given.recalibrate != none.recalibrate) refuse("--recalibrate");
    if (given.threads != none.threads) refuse("--threads");
}

int export_any(const ExportOptions& options) {
    if (options.is_structured || options.structured.merges_kernels) return export_structured(options);
    refuse_without_structured(options);
    if (options.format.empty())
        throw ConfigError("--format is missing: state-dict, npz or safetensors; or --structured, --merge-kernels");
    if (options.format == "state-dict") return export_state_dict(options);
    if (options.format != "npz" && options.format != "safetensors") {
        throw ConfigError("--format '" + options.format + "': state-dict, npz or safetensors is needed");
    }
    if (options.with_masks || options.with_inputs) {
        throw ConfigError(std::string(options.with_masks ? "--with-masks" : "--with-inputs") +
                          " belongs to --format state-dict: leave it out, or export the whole network");
    }
    return export_topology(options);
}

}  // namespace

Command export_command() {
    return {
        .name = "export",
        .help = "A whole network for PyTorch or without idle channels, or a topology with its weights for other tools",
        .example =
            "espalier export runs/set-s0 --format state-dict --out net.safetensors\n"
            "  espalier export runs/set-s0/run.h5@first --format npz --out first.npz\n"
            "  espalier export runs/chase-s0 --structured --out small.h5",
        .set_up = [](Parser& app) -> Action {
            const auto options = std::make_shared<ExportOptions>();
            app.add_option("TOPOLOGY", options->topology, "One topology, as 'espalier metrics' takes them")
                .required()
                .type_name("");
            app.add_option("--format", options->format,
                           "state-dict: the whole network under PyTorch's names, for load_state_dict(strict=True), "
                           "as .safetensors or .npz; npz or safetensors: masks and weights alone")
                .type_name("state-dict|npz|safetensors");
            app.add_flag("--structured", options->is_structured,
                         "Rebuild the network without the channels that its output does not need: the same outputs, "
                         "densely; sizes and times are told. --out FILE.h5, which every command reads");
            app.add_flag("--merge-kernels", options->structured.merges_kernels,
                         "Rebuild the network with one depthwise kernel where several are added: SLaK's and its like, "
                         "for evaluation; the same outputs. --out FILE.h5");
            app.add_option(
                   "--out", options->out,
                   "FILE.npz or FILE.safetensors: dense arrays; any other name: a folder with a file per layer, "
                   "where npz stays sparse (SciPy's csr); with --structured and --merge-kernels FILE.h5")
                .required()
                .type_name("PATH");
            add_topology_options(app, options->reading);
            app.add_flag("--unaveraged", options->reading.unaveraged,
                         "Of a run with training.weight_average: the weights that training goes on from, in place of "
                         "their averages");
            app.add_flag("--with-masks", options->with_masks,
                         "Of a state dict: beside each weight its mask, as <layer>.weight_mask");
            app.add_flag("--with-inputs", options->with_inputs,
                         "Of a run's state dict: arrays inputs.mean and inputs.std; inputs were (x - mean) / std");
            app.add_flag("--keep-masks", options->structured.keeps_masks,
                         "Of --structured: the layers that are left stay sparse");
            app.add_option(
                   "--config", options->structured.reading.config,
                   "Of --structured and --merge-kernels: data and model of a network that brings no configuration")
                .type_name("FILE");
            add_set(app, options->structured.reading.assignments);
            app.add_option("--data", options->structured.data,
                           "Of --structured and --merge-kernels: samples to compare outputs and time passes on, in "
                           "place of the test "
                           "set: an .npz with x")
                .type_name("FILE.npz");
            app.add_option("--batch", options->structured.batch,
                           "Of --structured and --merge-kernels: samples of the batch that is timed")
                .between(1, 1 << 20)
                .type_name("N");
            add_recalibrate(app, options->structured.recalibrate, "Of --structured: of the rebuilt network", "none");
            add_threads(app, options->structured.threads);
            app.add_flag("--force", options->force, "Replace --out where it exists");
            add_json(app, options->json);
            return [options] { return export_any(*options); };
        }};
}

}  // namespace espalier::cli
