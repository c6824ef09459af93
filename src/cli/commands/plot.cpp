#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include <unistd.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kinds = {"accuracy", "final",   "density",  "nnstd",
                                        "spectrum", "degrees", "survival", "graph"};

struct PlotOptions {
    std::vector<std::string> runs;
    std::string what = "accuracy";
    std::string out;
    std::string width = "column";
    std::string height;
    std::string split;
    std::string start;
    bool force = false;
};

void check(const PlotOptions& options) {
    if (std::ranges::find(kinds, options.what) == kinds.end())
        throw ConfigError("--what '" + options.what + "'" + not_known(options.what, kinds));
    const std::string end = fs::path(options.out).extension().string();
    if (end != ".pdf" && end != ".svg" && end != ".png")
        throw ConfigError("--out " + options.out + ": the name must end in .pdf, .svg or .png");
    for (const std::string& run : options.runs) {
        if (!fs::exists(run)) throw ConfigError("no such file or folder: " + run);
    }
}

/// Where a build tree, or a prefix of its own, has the Python module; nothing where Python finds it by itself.
std::optional<fs::path> module_folder() {
    std::error_code unknown;
    const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
    if (unknown) return std::nullopt;
    const fs::path beside = program.parent_path().parent_path() / "python";
    if (fs::exists(beside / "espalier" / "__init__.py")) return beside;
    return std::nullopt;
}

void let_python_find(const fs::path& folder) {
    const char* before = std::getenv("PYTHONPATH");
    const std::string path = folder.string() + (before == nullptr ? "" : ":" + std::string(before));
    ::setenv("PYTHONPATH", path.c_str(), 1);
}

/// Becomes Python, which draws: Matplotlib is there.
int plot(const PlotOptions& options) {
    check(options);
    if (const auto folder = module_folder()) let_python_find(*folder);
    const char* chosen = std::getenv("ESPALIER_PYTHON");
    const std::string python = chosen != nullptr                ? chosen
                               : fs::exists("/usr/bin/python3") ? "/usr/bin/python3"
                                                                : "python3";
    std::vector<std::string> words = {python,  "-m",        "espalier.figures", "--what",     options.what,
                                      "--out", options.out, "--width",          options.width};
    const auto pass_on = [&](const char* name, const std::string& value) {
        if (!value.empty()) words.insert(words.end(), {name, value});
    };
    pass_on("--height", options.height);
    pass_on("--split", options.split);
    pass_on("--from", options.start);
    if (options.force) words.emplace_back("--force");
    words.emplace_back("--");
    words.insert(words.end(), options.runs.begin(), options.runs.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execvp(python.c_str(), pointers.data());
    throw Error("plot needs Python 3 with Matplotlib, and " + python +
                " cannot be started: apt-get install python3-matplotlib, or name another in ESPALIER_PYTHON");
}

}  // namespace

Command plot_command() {
    return {
        .name = "plot",
        .help = "One figure of runs for a paper: PDF, SVG or PNG",
        .example = "espalier plot runs/set-s0 runs/set-s1 runs/rigl-s0 runs/rigl-s1 --what accuracy --out accuracy.pdf",
        .note =
            "Runs that differ by their seed alone are one line with a band of confidence. Drawn by Python's "
            "Matplotlib:\n"
            "espalier.plot() of the Python module is the same. ESPALIER_PYTHON names another Python than the system's.",
        .set_up = [](Parser& app) -> Action {
            const auto options = std::make_shared<PlotOptions>();
            app.add_option("RUN", options->runs, "Run files or runs' folders").required();
            app.add_option("--what", options->what,
                           "accuracy, density, survival: over epochs\nfinal: accuracy at the end, every seed\nnnstd: "
                           "distances between runs, or snapshots of one\n"
                           "spectrum, degrees: layer by layer\ngraph: one network")
                .type_name("NAME");
            app.add_option("--out", options->out, "File that ends in .pdf, .svg or .png").required().type_name("FILE");
            app.add_option("--width", options->width, "column (85 mm), text (140 mm), page (178 mm) or millimetres")
                .type_name("WIDTH");
            app.add_option("--height", options->height, "Millimetres; by the kind of figure where not given")
                .type_name("MM");
            app.add_option("--split", options->split,
                           "Whose accuracy, test or validation; test where not given, or where no run has a test set "
                           "validation")
                .type_name("NAME");
            app.add_option("--from", options->start,
                           "Per cent at which an axis of accuracies begins; by what is drawn where not given")
                .type_name("VALUE");
            app.add_flag("--force", options->force, "Replace the file");
            return [options] { return plot(*options); };
        }};
}

}  // namespace espalier::cli
