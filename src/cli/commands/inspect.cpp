#include <memory>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/inspect.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/nn/models/image_models.hpp>
#include <espalier/topology/files/foreign_hdf5.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

struct InspectOptions {
    std::string file;
    std::vector<std::string> assignments;
    TopologyOptions reading{.weights = topology::WeightCheck::report};
    bool json = false;
};

bool is_run_file(const fs::path& path) {
    if (!fs::is_regular_file(path) || topology::is_mask_file(path)) return false;
    const hdf5::Group root = hdf5::File::open(path).root();
    if (!root.has_attribute("format")) topology::refuse_foreign(root);
    return root.attribute_as<std::string>("format") == "espalier.run";
}

std::string inspected(const InspectOptions& options) {
    if (fs::path(options.file).extension() == ".toml") {
        return inspect_config(options.file, options.assignments, options.json);
    }
    if (!fs::exists(options.file) && nn::image_model(options.file) && options.file != "layers") {
        return inspect_model(options.file, options.assignments, options.json);
    }
    if (!options.assignments.empty()) throw ConfigError("--set: " + options.file + " is no configuration and no model");
    if (is_run_file(options.file)) return inspect_run(options.file, options.json);
    return inspect_topologies(options.file, options.reading, options.json);
}

}  // namespace

Command inspect_command() {
    return {.name = "inspect",
            .help = "What a run or topology file holds; the layers and costs of a configuration",
            .example = "espalier inspect experiments/demo/fashion-mnist.toml --set sparsity.density=0.05",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<InspectOptions>();
                app.add_option(
                       "FILE", options->file,
                       "A run file, a topology as 'espalier metrics' takes them, a configuration (.toml), or a model "
                       "of images by name: resnet18_cifar")
                    .required()
                    .type_name("");
                add_set(app, options->assignments);
                add_topology_options(app, options->reading);
                add_json(app, options->json);
                return [options] {
                    write_stdout(inspected(*options));
                    return done;
                };
            },
            .explain =
                [] {
                    return explained({columns({"layer",
                                               "kind",
                                               "shape",
                                               "parameters",
                                               "kept",
                                               "density",
                                               "macs",
                                               "dense macs",
                                               "asked density",
                                               "ticket",
                                               "end of its phase",
                                               "snapshot",
                                               "validation accuracy",
                                               "test accuracy",
                                               "edges",
                                               "weights",
                                               "part after step",
                                               "instruction set",
                                               "espalier",
                                               "threads",
                                               "begun"})});
                }};
}

}  // namespace espalier::cli
