#include <memory>

#include <nlohmann/json.hpp>

#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/table.hpp>

namespace espalier::cli {
namespace {

using data::DatasetStatus;

struct DatasetsOptions {
    std::string root;
    bool json = false;
};

report::Json to_json(const DatasetStatus& status) {
    report::Json searched = report::Json::array();
    for (const auto& folder : status.searched) searched.push_back(folder.string());
    return {{"name", status.name},
            {"help", status.help},
            {"present", status.present},
            {"place", status.place.empty() ? report::Json() : report::Json(status.place.string())},
            {"searched", searched},
            {"how_to_get", status.how_to_get}};
}

std::string in_words(const std::vector<DatasetStatus>& all) {
    report::Table table({"dataset", "present", "where", "what"});
    for (const DatasetStatus& status : all) {
        const std::string where = !status.present        ? status.how_to_get
                                  : status.place.empty() ? "compiled in"
                                                         : status.place.string();
        table.add({status.name, status.present ? "yes" : "no", where, status.help});
    }
    std::string text =
        table.text() +
        "\nOr data of your own: a path to a .csv, an .npz with arrays x and y, .npy files or a folder of "
        "these, of IDX files or of images by class (docs/formats.md)\n";
    for (const DatasetStatus& status : all) {
        if (status.present) continue;
        text += "\nLooked for " + status.name +
                (status.searched.empty() ? " nowhere: set ESPALIER_DATA or give --root\n" : " in\n");
        for (const auto& folder : status.searched) text += "  " + folder.string() + "\n";
    }
    return text;
}

int datasets(const DatasetsOptions& options) {
    const std::vector<DatasetStatus> all = data::dataset_status(options.root);
    if (options.json) {
        report::Json list = report::Json::array();
        for (const DatasetStatus& status : all) list.push_back(to_json(status));
        write_stdout(report::document(list));
    } else {
        write_stdout(in_words(all));
    }
    return done;
}

}  // namespace

Command datasets_command() {
    return {.name = "datasets",
            .help = "The datasets it knows, which are present, and where it looked",
            .example = "espalier datasets --root /data:/mnt/datasets",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<DatasetsOptions>();
                app.add_option("--root", options->root, "Folders to look in first, as data.root; then ESPALIER_DATA")
                    .type_name("DIR[:DIR]...");
                add_json(app, options->json);
                return [options] { return datasets(*options); };
            },
            .explain =
                [] {
                    return explained({columns({"dataset", "present", "where", "what"})});
                }};
}

}  // namespace espalier::cli
