#include <algorithm>
#include <cmath>

#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/recorded_maps.hpp>
#include <espalier/training/run/run_recorder.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::training {
namespace {

double rate_or_nan(const std::optional<double>& rate) {
    return rate.value_or(std::nan(""));
}

/// R_s of one layer; NaN where it is not known.
double layer_rate(const std::vector<sparsity::ExploredPositions>& exploration, std::size_t number) {
    if (exploration.empty()) return std::nan("");
    return rate_or_nan(sparsity::exploration_rate({exploration[number]}));
}

/// @param arrays  all that a layer has
/// @param unaveraged  of these arrays, where they are averages
SnapshotLayer snapshot_layer(std::span<const nn::ParameterEntry<float>> arrays, bool with_weights,
                             std::span<const AlignedVector<float>> unaveraged) {
    SnapshotLayer snapshot;
    snapshot.name = topology::numbered_name(arrays.front().layer, arrays.front().module);
    for (const nn::ParameterEntry<float>& array : arrays) {
        if (array.weight != nullptr) {
            snapshot.pattern = &array.weight->pattern();
            snapshot.shape = array.weight->shape();
            if (with_weights) snapshot.values = array.parameter->values;
        } else if (with_weights) {
            snapshot.others.emplace_back(array.parameter->name, array.parameter->values);
        }
    }
    if (!with_weights) return snapshot;
    for (std::size_t k = 0; k < unaveraged.size(); ++k)
        snapshot.others.emplace_back(topology::unaveraged_prefix + arrays[k].parameter->name, unaveraged[k]);
    return snapshot;
}

/// @param layer  outlives it
SnapshotLayer snapshot_layer(const CollectedLayer& layer, bool with_weights) {
    SnapshotLayer snapshot;
    snapshot.name = topology::numbered_name(layer.layer, layer.module);
    if (!layer.shape.empty()) {
        snapshot.pattern = &layer.pattern;
        snapshot.shape = layer.shape;
        if (with_weights) snapshot.values = layer.values;
    }
    for (const auto& [name, values] : layer.others) snapshot.others.emplace_back(name, values);
    return snapshot;
}

/// As run files name them; an empty one for what the network itself takes.
std::vector<std::string> node_names(nn::Network<float>& network, const std::vector<std::size_t>& numbers) {
    std::vector<std::string> names;
    for (const std::size_t k : numbers) {
        names.push_back(k == nn::network_input ? "" : topology::numbered_name(k, network.layer(k).name()));
    }
    return names;
}

/// The same in the order of names.
std::vector<std::string> sorted_names(nn::Network<float>& network, const std::vector<std::size_t>& numbers) {
    std::vector<std::string> names = node_names(network, numbers);
    std::ranges::sort(names);
    return names;
}

}  // namespace

std::vector<LayerInfo> layer_infos(nn::Network<float>& network, const NetworkPlan& plan) {
    std::vector<LayerInfo> infos;
    std::size_t number = 0;  // among the layers with weights
    const bool is_chain = plan.spec.is_chain();
    const std::vector<std::vector<std::size_t>> fed_by = plan.spec.fed_by();
    for (std::size_t k = 0; k < network.size(); ++k) {
        nn::Layer<float>& layer = network.layer(k);
        LayerInfo info{topology::numbered_name(k, layer.name()), layer.kind(), {}, false};
        if (const nn::MaskedWeight<float>* weight = network.weight(k)) {
            info.sparse = !weight->pattern().is_full();
            info.uses = static_cast<std::int64_t>(plan.layers[number].uses);
            info.asked_density = plan.layers[number++].asked_density;
            if (const auto& window = plan.spec.nodes[k].window) info.groups = window->groups;
            for (const std::size_t side : weight->shape()) info.shape.push_back(static_cast<std::int64_t>(side));
        } else {
            const bool is_dealt = plan.dealing != nullptr && plan.dealing->node(k).is_dealt;
            info.shape = {static_cast<std::int64_t>(is_dealt ? plan.spec.nodes[k].outputs : layer.outputs())};
        }
        if (!is_chain) {
            info.inputs = node_names(network, network.inputs_of(k));
            if (network.weight(k) != nullptr) info.fed_by = sorted_names(network, fed_by[k]);
        }
        if (plan.spec.image.channels != 0 && has_map(plan.spec.nodes[k])) info.map = recorded_map(plan.spec, k);
        infos.push_back(std::move(info));
    }
    return infos;
}

double RunRecorder::epoch() const {
    return static_cast<double>(trainer_.step()) / static_cast<double>(trainer_.steps_per_epoch());
}

LogRow RunRecorder::log_row(const char* kind) {
    LogRow row{.kind = kind, .step = trainer_.step(), .entries = {{"epoch", epoch()}}};
    if (!trainer_.has_accuracy() && row.kind != "topology") row.reasons.emplace_back("accuracy", no_accuracy_reason);
    return row;
}

void RunRecorder::end_of_epoch(double seconds) {
    const EpochSums& sums = trainer_.epoch_sums();
    const auto samples = static_cast<double>(sums.samples);
    const double loss = sums.loss / samples;
    const double accuracy = trainer_.has_accuracy() ? static_cast<double>(sums.correct) / samples : std::nan("");
    const double rate = trainer_.last_learning_rate();
    file_.append(
        "train", trainer_.step(),
        {{"epoch", epoch()}, {"loss", loss}, {"accuracy", accuracy}, {"learning_rate", rate}, {"seconds", seconds}});
    LogRow row = log_row("train");
    row.entries.insert(row.entries.end(), {{"split", "train"},
                                           {"loss", loss},
                                           {"accuracy", accuracy},
                                           {"learning_rate", rate},
                                           {"density", trainer_.density()}});
    logs_.append(std::move(row));
    trainer_.start_epoch_sums();
}

void RunRecorder::evaluation() {
    const auto record = [&](const char* split, const Score& score) {
        file_.append("eval", trainer_.step(),
                     {{"epoch", epoch()}, {"split", split}, {"loss", score.loss}, {"accuracy", score.accuracy}});
        LogRow row = log_row("eval");
        row.entries.insert(row.entries.end(),
                           {{"split", split},
                            {"loss", score.loss},
                            {"accuracy", score.accuracy},
                            {"weights", trainer_.weight_average() != nullptr ? "average" : "trained"},
                            {"density", trainer_.density()}});
        logs_.append(std::move(row));
    };
    if (trainer_.has_validation()) {
        last_validation_ = trainer_.validation_score();
        record("validation", *last_validation_);
    }
    last_test_ = trainer_.test_score();
    if (trainer_.has_test()) record("test", *last_test_);
    if (!last_validation_) return;
    const double merit = trainer_.has_accuracy() ? last_validation_->accuracy : -last_validation_->loss;
    best_.consider({trainer_.kept(), trainer_.step(), merit, last_test_->accuracy, last_test_->loss});
}

void RunRecorder::topology(const std::vector<LayerChange>& changes) {
    const auto record = [&](std::int64_t layer, double density, double backward, const LayerChange& change,
                            double rate) {
        std::vector<Entry> row = {{"layer", layer},
                                  {"density", density},
                                  {"backward_density", backward},
                                  {"dropped", change.dropped},
                                  {"grown", change.grown},
                                  {"exploration_rate", rate},
                                  {"seconds", change.seconds}};
        if (trainer_.update_plan().dormant_samples > 0) {
            row.push_back({"dormant_before", change.before.ratio()});
            row.push_back({"dormant_after", change.after.ratio()});
        }
        file_.append("topology", trainer_.step(), row);
    };
    LayerChange all;
    std::size_t kept = 0;
    const std::vector<std::size_t>& layers = trainer_.weighted_layers();
    for (std::size_t number = 0; number < layers.size(); ++number) {
        const nn::MaskedWeight<float>& weight = *trainer_.network().weight(layers[number]);
        const auto positions = static_cast<double>(weight.positions());
        const LayerChange change = changes.empty() ? LayerChange{layers[number]} : changes[number];
        const auto trained = static_cast<double>(trainer_.trained_positions(number));
        record(static_cast<std::int64_t>(layers[number]), static_cast<double>(weight.kept()) / positions,
               trained / positions, change, layer_rate(trainer_.exploration(), number));
        all.dropped += change.dropped;
        all.grown += change.grown;
        all.seconds += change.seconds;
        all.before += change.before;
        all.after += change.after;
        kept += weight.kept();
    }
    const double density = static_cast<double>(kept) / static_cast<double>(trainer_.plan().positions());
    const double rate = rate_or_nan(trainer_.exploration_rate());
    record(-1, density, trainer_.backward_density(), all, rate);
    LogRow row = log_row("topology");
    row.entries.insert(row.entries.end(), {{"density", density},
                                           {"backward_density", trainer_.backward_density()},
                                           {"dropped", all.dropped},
                                           {"grown", all.grown},
                                           {"exploration_rate", rate}});
    if (trainer_.update_plan().dormant_samples > 0 && !changes.empty()) {
        row.entries.push_back({"dormant_before", all.before.ratio()});
        row.entries.push_back({"dormant_after", all.after.ratio()});
    }
    if (std::isnan(rate)) row.reasons.emplace_back("exploration_rate", trainer_.exploration_reason());
    logs_.append(std::move(row));
}

void RunRecorder::snapshot() {
    std::vector<SnapshotLayer> layers;
    if (trainer_.dealing() != nullptr) {
        const std::vector<CollectedLayer> collected = trainer_.collect_layers(snapshot_weights_);
        for (const CollectedLayer& layer : collected) layers.push_back(snapshot_layer(layer, snapshot_weights_));
        file_.write_snapshot(trainer_.step(), layers);
        return;
    }
    const WithAverage with(trainer_.weight_average());
    const nn::ParameterTable<float>& table = trainer_.network().table();
    for (std::size_t k = 0; k < trainer_.network().size(); ++k) {
        const auto arrays = table.of(k);
        if (arrays.empty()) continue;
        std::span<const AlignedVector<float>> unaveraged;
        if (const WeightAverage* average = trainer_.weight_average()) {  // which has the values meanwhile
            const auto first = static_cast<std::size_t>(arrays.data() - table.entries().data());
            unaveraged = std::span(average->averages()).subspan(first, arrays.size());
        }
        layers.push_back(snapshot_layer(arrays, snapshot_weights_, unaveraged));
    }
    file_.write_snapshot(trainer_.step(), layers);
}

}  // namespace espalier::training
