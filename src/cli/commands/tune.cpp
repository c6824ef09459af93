#include <memory>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/tune.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/table.hpp>
#include <espalier/tuning/measure_crossovers.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using nn::Crossovers;

struct TuneOptions {
    std::string out;
    bool quick = false;
    bool check = false;
    bool json = false;
    std::string progress;
};

fs::path target(const TuneOptions& options) {
    if (!options.out.empty()) return options.out;
    fs::path file = config::tuned_crossovers_file();
    if (file.empty()) throw ConfigError("tune: neither XDG_CONFIG_HOME nor HOME is a folder: give --out FILE");
    return file;
}

Crossovers measured(const tuning::TuningPlan& plan, ProgressForm form) {
    Progress progress(1.0, form);
    return tuning::measure_crossovers(plan, [&](double done, double all) { progress.update(done / all, "measuring"); });
}

/// Makes the file's folder. That it cannot be written is better known before a minute of measuring.
void prepare(const fs::path& file) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) throw IoError("cannot make the folder " + folder.string() + ": " + failed.message());
    if (::access(folder.c_str(), W_OK) != 0) throw_errno("cannot write in", folder.string());
}

void write(const fs::path& file, const Crossovers& crossovers) {
    const std::string comment =
        "# Densities above which a masked layer is faster by dense scratch and GEMM than by sparse kernels.\n"
        "# Written by 'espalier tune' " +
        version() + " on one thread; what runs take it for is in docs/performance.md.\n";
    replace_with_text(file, config::crossovers_toml(crossovers, comment));
}

report::Json to_json(const Crossovers& crossovers, const fs::path& file) {
    report::Json json = {{"file", file.string()},
                         {"instruction_set", crossovers.instruction_set()},
                         {"features", crossovers.grid().features},
                         {"lanes", crossovers.grid().lanes}};
    for (const nn::Product product : nn::all_products) json[to_string(product)] = crossovers.densities(product);
    if (const auto& convolutions = crossovers.convolutions()) {
        json["channels"] = convolutions->grid().channels;
        json["pixels"] = convolutions->grid().pixels;
        for (const nn::ConvolutionProduct product : nn::all_convolution_products)
            json[to_string(product)] = convolutions->densities(product);
    }
    return json;
}

std::string in_words(const nn::ConvolutionCrossovers& crossovers) {
    std::vector<std::string> header = {"product", "channels"};
    for (const std::size_t pixels : crossovers.grid().pixels)
        header.push_back(std::to_string(pixels) + (header.size() == 2 ? " pixels" : ""));
    report::Table table(header);
    for (const nn::ConvolutionProduct product : nn::all_convolution_products) {
        for (const std::size_t channels : crossovers.grid().channels) {
            std::vector<std::string> row = {to_string(product), std::to_string(channels)};
            for (const std::size_t pixels : crossovers.grid().pixels)
                row.push_back(report::rounded(crossovers.at(product, channels, pixels)));
            table.add(row);
        }
    }
    return table.text();
}

std::string in_words(const Crossovers& crossovers, const fs::path& file) {
    std::vector<std::string> header = {"product", "features"};
    for (const std::size_t lanes : crossovers.grid().lanes) {
        header.push_back(std::to_string(lanes) + (header.size() == 2 ? " lanes" : ""));
    }
    report::Table table(header);
    for (const nn::Product product : nn::all_products) {
        for (const std::size_t features : crossovers.grid().features) {
            std::vector<std::string> row = {to_string(product), std::to_string(features)};
            for (const std::size_t lanes : crossovers.grid().lanes) {
                row.push_back(report::rounded(crossovers.at(product, features, lanes)));
            }
            table.add(row);
        }
    }
    std::string text =
        "Density above which dense is faster (1: never), " + crossovers.instruction_set() + "\n\n" + table.text();
    if (const auto& convolutions = crossovers.convolutions()) text += "\n" + in_words(*convolutions);
    return text + "\nWritten to " + file.string() + "\n";
}

int tune(const TuneOptions& options) {
    const ProgressForm form = chosen_progress(options.progress);
    if (options.check) {
        write_stdout(tune_check(options.json, form));
        return done;
    }
    const fs::path file = target(options);
    prepare(file);
    const Crossovers crossovers = measured(options.quick ? tuning::quick_plan() : tuning::full_plan(), form);
    write(file, crossovers);
    write_stdout(options.json ? report::document(to_json(crossovers, file)) : in_words(crossovers, file));
    return done;
}

}  // namespace

Command tune_command() {
    return {
        .name = "tune",
        .help = "Measure when dense is faster than sparse on this machine, for the runs to come",
        .example = "espalier tune --out crossovers.toml",
        .set_up = [](Parser& app) -> Action {
            const auto options = std::make_shared<TuneOptions>();
            const Option out = app.add_option("--out", options->out,
                                              "File to write; where not given the one that runs read: "
                                              "$XDG_CONFIG_HOME/espalier/crossovers.toml or ~/.config/...")
                                   .type_name("FILE");
            const Option quick =
                app.add_flag("--quick", options->quick, "Some seconds instead of three minutes, coarser");
            app.add_flag("--check", options->check,
                         "Write nothing; measure how far the present table is from the better way")
                .excludes(out)
                .excludes(quick);
            add_progress(app, options->progress);
            add_json(app, options->json);
            return [options] { return tune(*options); };
        },
        .explain =
            [] {
                return explained({columns({"product", "features", "channels", "lanes", "pixels", "lanes/pixels",
                                           "width", "worst at density", "sparse ms", "dense ms", "chosen", "ratio"})});
            }};
}

}  // namespace espalier::cli
