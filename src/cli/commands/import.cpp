#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/isolate.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/report/topology_listing.hpp>
#include <espalier/topology/files/stored_network.hpp>
#include <espalier/topology/files/tensor_names.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using topology::StoredNetwork;

struct ImportOptions {
    std::vector<std::string> sources;
    std::string out;
    std::vector<std::string> labels;
    TopologyOptions reading{.keeps_flat = true};
    bool isolate = false;
    bool force = false;
    bool json = false;
};

/// "masks/w0.npz" becomes "w0" and "runs/a/run.h5@500" "run-500": an '@' would be taken for the beginning of a label.
std::string label_of(const std::string& source) {
    const std::size_t at = fs::exists(source) ? std::string::npos : source.rfind('@');
    fs::path path = source.substr(0, at);
    if (!path.has_filename()) path = path.parent_path();  // "masks/"
    std::string label = topology::is_mask_file(path) || path.extension() == ".h5" ? path.stem() : path.filename();
    if (at != std::string::npos) label += "-" + source.substr(at + 1);
    std::ranges::replace(label, '@', '-');
    return label;
}

void require_label(const std::string& label) {
    const auto is_bad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/' || c == '@'; };
    if (label.empty() || label == "." || label == ".." || std::ranges::any_of(label, is_bad)) {
        throw ConfigError("label '" + label + "': needs letters, and no '/', '@' or control characters; see --label");
    }
}

void set_labels(std::vector<StoredNetwork>& networks, const std::vector<std::string>& labels) {
    if (!labels.empty() && labels.size() != networks.size()) {
        throw ConfigError("--label: " + std::to_string(labels.size()) + " labels for " +
                          std::to_string(networks.size()) + " topologies");
    }
    for (std::size_t k = 0; k < networks.size(); ++k) {
        std::string& label = networks[k].topology.label;
        label = labels.empty() ? label_of(label) : labels[k];
        require_label(label);
        const auto before = networks.begin() + static_cast<std::ptrdiff_t>(k);
        if (std::find_if(networks.begin(), before,
                         [&](const StoredNetwork& other) { return other.topology.label == label; }) != before) {
            throw ConfigError("two topologies would be called '" + label + "'; give each a name with --label");
        }
    }
}

/// Names as HDF5 can hold them: there '/' parts the levels of a path.
void clean_names(std::vector<StoredNetwork>& networks) {
    const auto clean = [](std::string& name) { std::ranges::replace(name, '/', '.'); };
    for (StoredNetwork& network : networks) {
        for (topology::Layer& layer : network.topology.layers) clean(layer.name);
        for (topology::StoredParameter& parameter : network.parameters) {
            clean(parameter.layer);
            clean(parameter.name);
        }
    }
}

/// PyTorch's names of what lies beside the weights.
std::vector<std::string> parameter_names(const StoredNetwork& network) {
    std::vector<std::string> names;
    for (const topology::StoredParameter& parameter : network.parameters) {
        names.push_back(topology::parameter_tensor(parameter.layer, parameter.name));
    }
    return names;
}

std::string described(const ImportOptions& options, const std::vector<StoredNetwork>& networks) {
    if (options.json) {
        report::Json list = report::Json::array();
        for (const StoredNetwork& network : networks) {
            list.push_back(report::listed_json(network.topology));
            list.back()["parameters"] = parameter_names(network);
        }
        return report::document({{"out", options.out}, {"topologies", std::move(list)}});
    }
    std::string text;
    for (const StoredNetwork& network : networks) {
        text += report::listed(network.topology);
        if (!network.parameters.empty()) text += "and beside the weights " + join(parameter_names(network)) + "\n";
        text += "\n";
    }
    return text + "written to " + options.out + "\n";
}

std::vector<StoredNetwork> read_sources(const ImportOptions& options) {
    std::vector<StoredNetwork> all;
    for (const std::string& source : options.sources) {
        for (StoredNetwork& network : topology::read_networks(source, options.reading.mask_files())) {
            all.push_back(std::move(network));
        }
    }
    return all;
}

std::string imported(const ImportOptions& options) {
    std::vector<StoredNetwork> networks = read_sources(options);
    set_labels(networks, options.labels);
    clean_names(networks);
    topology::write_networks_file(options.out, networks);
    return described(options, networks);
}

std::uintmax_t bytes_of(const fs::path& path) {
    std::error_code failed;
    std::uintmax_t bytes = 0;
    if (!fs::is_directory(path, failed)) {
        const std::uintmax_t size = fs::file_size(path, failed);
        return failed ? 0 : size;
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(path, failed)) {
        if (entry.is_regular_file(failed)) bytes += entry.file_size(failed);
    }
    return bytes;
}

/// What reading honest files of this size takes, many times over.
IsolationLimits limits_for(const std::vector<std::string>& sources) {
    constexpr std::uintmax_t times_the_files = 64;  // a .npz is inflated, an edge takes 16 bytes
    constexpr std::uintmax_t bytes_a_second = 1'000'000;
    std::uintmax_t bytes = 0;
    for (const std::string& source : sources) {
        bytes += bytes_of(fs::exists(source) ? source : source.substr(0, source.rfind('@')));
    }
    IsolationLimits limits;
    limits.bytes += times_the_files * bytes;
    limits.seconds += static_cast<unsigned>(bytes / bytes_a_second);
    return limits;
}

std::string imported_in_isolation(const ImportOptions& options) {
    try {
        return isolated(options.sources.front(), limits_for(options.sources), [&] { return imported(options); });
    } catch (const Error&) {
        remove_stale_temporaries(options.out, MadeOn::this_machine);
        throw;
    }
}

int import(const ImportOptions& options) {
    if (topology::is_mask_file(options.out)) {
        throw ConfigError("--out " + options.out + ": a topology file is HDF5, call it .h5; see also espalier export");
    }
    if (!options.force && fs::exists(options.out)) {
        throw ConfigError("--out " + options.out + " exists; --force replaces it");
    }
    write_stdout(options.isolate ? imported_in_isolation(options) : imported(options));
    return done;
}

}  // namespace

Command import_command() {
    return {.name = "import",
            .help = "Masks and networks of other tools into a topology file, with all their parameters",
            .example = "espalier import masks.npz state.safetensors --out masks.h5 --label pruned,dense",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<ImportOptions>();
                app.add_option("SOURCE", options->sources,
                               "A .npz, .npy, .safetensors or PyTorch .pt file (FILE.pt:KEY: one of its dicts), a "
                               "folder of .npz or .safetensors, or anything else that names a topology")
                    .required()
                    .type_name("");
                app.add_option("--out", options->out, "The topology file to write (.h5)").required().type_name("FILE");
                add_names(app, "--label", options->labels, "Names for the topologies, one each (the files' names)");
                add_topology_options(app, options->reading);
                app.add_flag("--isolate", options->isolate,
                             "Read in a child process with limits on memory and time, for files of strangers");
                app.add_flag("--force", options->force, "Replace --out where it exists");
                add_json(app, options->json);
                return [options] { return import(*options); };
            }};
}

}  // namespace espalier::cli
