#include <filesystem>
#include <fstream>
#include <memory>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/page/html.hpp>
#include <espalier/page/page.hpp>
#include <espalier/page/page_runs.hpp>
#include <espalier/page/sources.hpp>
#include <espalier/report/units.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

struct ReportOptions {
    std::vector<std::string> runs;
    std::string out = "report.html";
    std::string title;
    std::string progress;
    int threads = 0;
    bool force = false;
    TopologyOptions reading;
};

void require_free(const ReportOptions& options) {
    if (fs::is_directory(options.out)) throw ConfigError("--out " + options.out + " is a folder; name a file in it");
    if (fs::exists(options.out) && !options.force) {
        throw ConfigError("--out " + options.out + " exists; --force replaces it");
    }
}

void write_page(const std::string& page, const fs::path& out) {
    replace_file(out, [&](const fs::path& temporary) {
        std::ofstream file(temporary, std::ios::binary);
        file << page;
        if (!file.flush()) throw IoError("cannot write " + out.string());
    });
}

std::string summary_of(const ReportOptions& options, const page::PageRuns& runs, const page::PageData& data,
                       std::size_t bytes) {
    const std::size_t topologies = runs.topologies();
    const std::size_t of_runs = runs.runs.size() - topologies;
    std::vector<std::string> what;
    if (of_runs > 0) what.push_back(page::count_text(of_runs, "run"));
    if (topologies > 0) what.push_back(page::count_text(topologies, "topology"));
    std::string text =
        options.out + ": " + page::and_text(what) + ", " + report::bytes_text(static_cast<double>(bytes)) + "\n";
    for (const std::string& line : data.left_out) text += "left out: " + line + "\n";
    return text;
}

/// The others are on the page; this says that it is not all.
void require_readable(const page::PageRuns& runs) {
    if (runs.unreadable() == 0) return;
    for (const sweep::RunRecord& record : runs.records) {
        if (record.status != "unreadable") continue;
        throw FormatError(std::to_string(runs.unreadable()) + " of " + std::to_string(runs.records.size()) +
                          " files cannot be read: " + record.reason + "; the page has all others");
    }
}

int report(const ReportOptions& options) {
    page::require_page();
    require_free(options);
    use_threads(options.threads);
    const std::vector<page::Source> sources = page::page_sources(options.runs);
    topology::MaskFileOptions reading = options.reading.mask_files();
    reading.weights = topology::WeightCheck::report;
    Progress progress(1.0, chosen_progress(options.progress));
    const page::Tell tell = [&](double share, const std::string& what) { progress.update(share, "report", what); };
    const page::PageRuns runs = page::read_page_runs(sources, reading, page::part_of(tell, 0.0, 0.2));
    const page::PageData data = page::page_data(runs, {options.title, version()}, page::part_of(tell, 0.2, 1.0));
    const std::string html = page::html_of(data.json, data.json["title"].get<std::string>());
    write_page(html, options.out);
    write_stdout(summary_of(options, runs, data, html.size()));
    require_readable(runs);
    return done;
}

}  // namespace

Command report_command() {
    return {.name = "report",
            .help = "Write one interactive page about runs or masks: a file that needs no network and no program",
            .example = "espalier report runs/tour-sweep --out report.html",
            .note = "docs/report.md says what the page shows and how it is read.",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<ReportOptions>();
                app.add_option("RUN", options->runs,
                               "Run files, folders with run files at any depth, and topologies as metrics takes them: "
                               "mask files (.npz, .safetensors, PyTorch's .pt), topology files, run.h5@STEP")
                    .required();
                add_topology_options(app, options->reading);
                app.add_option("--out", options->out, "File to write (report.html)").type_name("FILE");
                app.add_flag("--force", options->force, "Replace the file where there is one");
                app.add_option("--title", options->title, "Title of the page; what the runs share where not given")
                    .type_name("TEXT");
                add_threads(app, options->threads);
                add_progress(app, options->progress);
                return [options] { return report(*options); };
            }};
}

}  // namespace espalier::cli
