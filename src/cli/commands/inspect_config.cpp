#include <cmath>
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
        sum.dense_macs += layer.dense_macs;
    }
    return sum;
}

void put_counts(report::Json& object, const report::LayerPlan& layer) {
    object["parameters"] = layer.weights + layer.others;
    object["kept"] = layer.kept;
    report::put_number(object, "density", share(layer.kept, layer.weights), "no weights that a mask can thin out");
    object["macs"] = layer.macs;
}

double share_of_dense(double macs, const report::NetworkCost& cost) {
    return cost.dense == 0 ? std::numeric_limits<double>::quiet_NaN() : macs / static_cast<double>(cost.dense);
}

report::Json to_json(const report::PlannedNetwork& planned) {
    report::Json list = report::Json::array();
    for (const report::LayerPlan& layer : planned.layers) {
        report::Json entry = {{"name", layer.name}, {"kind", layer.kind}, {"shape", layer.shape}};
        put_counts(entry, layer);
        entry["dense_macs"] = layer.dense_macs;
        if (!layer.note.empty()) entry["note"] = layer.note;
        list.push_back(std::move(entry));
    }
    report::Json network = {{"layers", std::move(list)}};
    put_counts(network, total(planned.layers));
    network["dense_macs"] = planned.cost.dense;
    report::put_number(network, "erk_cost", share_of_dense(planned.cost.erk, planned.cost), "no layer has weights");
    network["rebuilt_macs"] = planned.cost.rebuilt;
    network["skippable_macs"] = planned.cost.dense - planned.cost.rebuilt;
    return network;
}

std::string cost_in_words(const report::NetworkCost& cost) {
    const auto line = [&](const std::string& what, double macs) {
        return what + report::grouped(static_cast<std::size_t>(std::llround(macs))) + " (" +
               report::percent(share_of_dense(macs, cost)) + " of dense)\n";
    };
    return "multiply-adds of a sample: " + report::grouped(cost.dense) + " dense\n" +
           line("  kept weights: ", static_cast<double>(cost.kept)) + line("  as many weights by erk: ", cost.erk) +
           line("  skippable by channel: ", static_cast<double>(cost.dense - cost.rebuilt));
}

std::string in_words(const report::PlannedNetwork& planned) {
    std::vector<report::LayerPlan> layers = planned.layers;
    layers.push_back(total(layers));
    report::Table table({"layer", "kind", "shape", "parameters", "kept", "density", "macs", "dense macs"});
    for (const report::LayerPlan& layer : layers) {
        table.add({layer.name, layer.kind, shape_text(layer.shape), report::grouped(layer.weights + layer.others),
                   report::grouped(layer.kept), report::rounded(share(layer.kept, layer.weights)),
                   report::grouped(layer.macs), report::grouped(layer.dense_macs)});
    }
    std::string text = table.text() + cost_in_words(planned.cost);
    for (const report::LayerPlan& layer : planned.layers) {
        if (!layer.note.empty()) text += "layer " + layer.name + ": " + layer.note + "\n";
    }
    return text;
}

std::string dense_state_in_words(std::size_t bytes) {
    if (bytes == 0) return "";
    return "the method keeps " + report::grouped(bytes) + " bytes for every position, kept or not\n";
}

std::string shown(const config::RunConfig& config, const nn::Sample& sample, std::size_t classes,
                  const data::Dataset* dataset, bool json) {
    const report::PlannedNetwork planned = report::planned_network(config, sample, classes, dataset);
    const training::NetworkPlan network = training::plan_network(config, sample, classes);
    for (const std::string& note : network.file_notes) write_note(note);
    const std::size_t dense_bytes = training::dense_state_bytes(config, network);
    if (!json) return in_words(planned) + dense_state_in_words(dense_bytes);
    report::Json document = to_json(planned);
    document["dense_state_bytes"] = dense_bytes;
    return report::document(document);
}

std::string shown_with_data(const config::Settings& settings, bool json) {
    const config::RunConfig config = config::resolve(settings);
    const data::Dataset dataset = training::load_data(config);
    return shown(config, training::sample_of(dataset.shape), dataset.classes, &dataset, json);
}

}  // namespace

std::string inspect_config(const std::filesystem::path& path, const std::vector<std::string>& assignments, bool json) {
    config::Settings settings = config::read_toml(path);
    config::override_with(settings, assignments);
    return shown_with_data(settings, json);
}

std::string inspect_model(const std::string& kind, const std::vector<std::string>& assignments, bool json) {
    config::Settings settings = config::parse_toml("model.kind = '" + kind + "'", kind);
    config::override_with(settings, assignments);
    if (settings.has("data.dataset")) return shown_with_data(settings, json);
    const config::RunConfig config = config::resolve(settings);
    const nn::Sample sample = kind.starts_with("lenet5") ? nn::Sample(1, 28, 28) : nn::Sample(3, 32, 32);
    return shown(config, sample, 10, nullptr, json);
}

}  // namespace espalier::cli
