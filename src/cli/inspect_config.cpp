#include <limits>

#include <nlohmann/json.hpp>

#include <espalier/base/text.hpp>
#include <espalier/cli/inspect.hpp>
#include <espalier/cli/json.hpp>
#include <espalier/cli/output.hpp>
#include <espalier/cli/plan.hpp>
#include <espalier/cli/table.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/training/load_data.hpp>
#include <espalier/training/plan.hpp>

namespace espalier::cli {
namespace {

double share(std::size_t kept, std::size_t weights) {
    if (weights == 0) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(kept) / static_cast<double>(weights);
}

LayerPlan total(const std::vector<LayerPlan>& layers) {
    LayerPlan sum{.name = "network", .kind = "", .shape = {}};
    for (const LayerPlan& layer : layers) {
        sum.weights += layer.weights;
        sum.kept += layer.kept;
        sum.others += layer.others;
        sum.macs += layer.macs;
    }
    return sum;
}

void put_counts(Json& object, const LayerPlan& layer) {
    object["parameters"] = layer.weights + layer.others;
    object["kept"] = layer.kept;
    put_number(object, "density", share(layer.kept, layer.weights), "no weights that a mask can thin out");
    object["macs"] = layer.macs;
}

Json to_json(const std::vector<LayerPlan>& layers) {
    Json list = Json::array();
    for (const LayerPlan& layer : layers) {
        Json entry = {{"name", layer.name}, {"kind", layer.kind}, {"shape", layer.shape}};
        put_counts(entry, layer);
        if (!layer.note.empty()) entry["note"] = layer.note;
        list.push_back(std::move(entry));
    }
    Json network = {{"layers", std::move(list)}};
    put_counts(network, total(layers));
    return network;
}

std::string in_words(std::vector<LayerPlan> layers) {
    layers.push_back(total(layers));
    Table table({"layer", "kind", "shape", "parameters", "kept", "density", "macs"});
    for (const LayerPlan& layer : layers) {
        table.add({layer.name, layer.kind, shape_text(layer.shape), grouped(layer.weights + layer.others),
                   grouped(layer.kept), rounded(share(layer.kept, layer.weights)), grouped(layer.macs)});
    }
    std::string text = table.text();
    for (const LayerPlan& layer : layers) {
        if (!layer.note.empty()) text += "layer " + layer.name + ": " + layer.note + "\n";
    }
    return text;
}

std::string dense_state_in_words(std::size_t bytes) {
    if (bytes == 0) return "";
    return "the method keeps " + grouped(bytes) + " bytes for every position, kept or not\n";
}

}  // namespace

std::string inspect_config(const std::filesystem::path& path, const std::vector<std::string>& assignments, bool json) {
    config::Settings settings = config::read_toml(path);
    config::override_with(settings, assignments);
    const config::RunConfig config = config::resolve(settings);
    const data::Dataset dataset = training::load_data(config);
    const std::vector<LayerPlan> layers = plan(config, dataset.shape.features(), dataset.classes, &dataset);
    const training::NetworkPlan network = training::plan_network(config, dataset.shape.features(), dataset.classes);
    for (const std::string& note : network.file_notes) write_note(note);
    const std::size_t dense_bytes = training::dense_state_bytes(config, network);
    if (!json) return in_words(layers) + dense_state_in_words(dense_bytes);
    Json shown = to_json(layers);
    shown["dense_state_bytes"] = dense_bytes;
    return document(shown);
}

}  // namespace espalier::cli
