#include <limits>

#include <nlohmann/json.hpp>

#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands/inspect.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/network_plan.hpp>
#include <espalier/report/table.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/run/load_data.hpp>

namespace espalier::cli {
namespace {

double share(std::size_t kept, std::size_t weights) {
    if (weights == 0) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(kept) / static_cast<double>(weights);
}

report::LayerPlan total(const std::vector<report::LayerPlan>& layers) {
    report::LayerPlan sum{.name = "network", .kind = "", .shape = {}};
    for (const report::LayerPlan& layer : layers) {
        sum.weights += layer.weights;
        sum.kept += layer.kept;
        sum.others += layer.others;
        sum.macs += layer.macs;
    }
    return sum;
}

void put_counts(report::Json& object, const report::LayerPlan& layer) {
    object["parameters"] = layer.weights + layer.others;
    object["kept"] = layer.kept;
    report::put_number(object, "density", share(layer.kept, layer.weights), "no weights that a mask can thin out");
    object["macs"] = layer.macs;
}

report::Json to_json(const std::vector<report::LayerPlan>& layers) {
    report::Json list = report::Json::array();
    for (const report::LayerPlan& layer : layers) {
        report::Json entry = {{"name", layer.name}, {"kind", layer.kind}, {"shape", layer.shape}};
        put_counts(entry, layer);
        if (!layer.note.empty()) entry["note"] = layer.note;
        list.push_back(std::move(entry));
    }
    report::Json network = {{"layers", std::move(list)}};
    put_counts(network, total(layers));
    return network;
}

std::string in_words(std::vector<report::LayerPlan> layers) {
    layers.push_back(total(layers));
    report::Table table({"layer", "kind", "shape", "parameters", "kept", "density", "macs"});
    for (const report::LayerPlan& layer : layers) {
        table.add({layer.name, layer.kind, shape_text(layer.shape), report::grouped(layer.weights + layer.others),
                   report::grouped(layer.kept), report::rounded(share(layer.kept, layer.weights)),
                   report::grouped(layer.macs)});
    }
    std::string text = table.text();
    for (const report::LayerPlan& layer : layers) {
        if (!layer.note.empty()) text += "layer " + layer.name + ": " + layer.note + "\n";
    }
    return text;
}

std::string dense_state_in_words(std::size_t bytes) {
    if (bytes == 0) return "";
    return "the method keeps " + report::grouped(bytes) + " bytes for every position, kept or not\n";
}

}  // namespace

std::string inspect_config(const std::filesystem::path& path, const std::vector<std::string>& assignments, bool json) {
    config::Settings settings = config::read_toml(path);
    config::override_with(settings, assignments);
    const config::RunConfig config = config::resolve(settings);
    const data::Dataset dataset = training::load_data(config);
    const std::vector<report::LayerPlan> layers =
        report::plan(config, training::sample_of(dataset.shape), dataset.classes, &dataset);
    const training::NetworkPlan network =
        training::plan_network(config, training::sample_of(dataset.shape), dataset.classes);
    for (const std::string& note : network.file_notes) write_note(note);
    const std::size_t dense_bytes = training::dense_state_bytes(config, network);
    if (!json) return in_words(layers) + dense_state_in_words(dense_bytes);
    report::Json shown = to_json(layers);
    shown["dense_state_bytes"] = dense_bytes;
    return report::document(shown);
}

}  // namespace espalier::cli
