#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/config/spelled_layers.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/nn/graph/merge_kernels.hpp>
#include <espalier/nn/graph/narrow_network.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/tickets/structured.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/plan/initial_network.hpp>

namespace espalier::tickets {
namespace {

constexpr double largest_distance = 1e-6;
/// Samples whose outputs are compared.
constexpr std::size_t compared_samples = 256;

std::vector<std::uint32_t> first_samples(const data::Examples& examples, std::size_t most) {
    std::vector<std::uint32_t> numbers(std::min(most, examples.count));
    std::iota(numbers.begin(), numbers.end(), 0U);
    return numbers;
}

template <class T>
kernels::Activations<T> inputs_of(const nn::Network<T>& network, const TriedSamples& samples, std::size_t most) {
    const std::vector<std::uint32_t> numbers = first_samples(samples.examples, most);
    std::vector<std::uint32_t> labels(numbers.size());
    kernels::Activations<T> inputs;
    inputs.resize(samples.examples.features, numbers.size(), network.input_layout());
    data::gather(samples.examples, numbers, samples.standardisation, inputs.view(), labels);
    return inputs;
}

std::vector<double> outputs_in_double(const nn::NetworkSpec& spec, const nn::Network<float>& network,
                                      const TriedSamples& samples, const nn::BuildOptions& options) {
    nn::Network<double> exact = nn::in_double(spec, network, options);
    const kernels::Activations<double> inputs = inputs_of(exact, samples, compared_samples);
    nn::Workspace<double> workspace;
    const kernels::View<double> out = exact.forward(workspace, inputs.view(), {});
    std::vector<double> outputs;
    for (std::size_t k = 0; k < out.features; ++k) outputs.insert(outputs.end(), out.row(k), out.row(k) + out.lanes);
    return outputs;
}

double distance_of(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0.0;
    double difference = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        largest = std::max(largest, std::abs(a[k]));
        difference = std::max(difference, std::abs(a[k] - b[k]));
    }
    return difference == 0.0 ? 0.0 : difference / largest;
}

NetworkSize size_of(const nn::NetworkSpec& spec, const nn::Network<float>& network) {
    NetworkSize size;
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
        size.parameters += spec.nodes[k].others;
        if (!spec.nodes[k].weight) continue;
        const std::size_t kept = network.weight(k)->pattern().edges();
        size.parameters += kept;
        size.multiply_adds += kept * spec.nodes[k].weight->uses;
    }
    return size;
}

/// The fastest pass of each network, by turns, so that whatever else the machine does meets all.
void time_passes(const std::vector<std::pair<nn::Network<float>*, NetworkSize*>>& networks, const TriedSamples& samples,
                 std::size_t batch) {
    constexpr int rounds = 7;
    constexpr double enough_seconds = 2.0;
    std::vector<nn::Workspace<float>> workspaces(networks.size());
    const Stopwatch whole;
    for (int round = 0; round <= rounds; ++round) {
        for (std::size_t n = 0; n < networks.size(); ++n) {
            const auto& [network, size] = networks[n];
            const kernels::Activations<float> inputs = inputs_of(*network, samples, batch);
            const Stopwatch pass;
            network->forward(workspaces[n], inputs.view(), {});
            // The first pass makes buffers.
            if (round == 1 || (round > 1 && pass.seconds() < size->seconds)) size->seconds = pass.seconds();
        }
        if (round > 1 && whole.seconds() > enough_seconds) return;
    }
}

/// Rebuilds the network of `made`, and says what became of which layer (definitions.md 7.12).
nn::NarrowNetwork merged_network(const Ticket& ticket, const nn::NetworkSpec& spec, const nn::Network<float>& network,
                                 const nn::BuildOptions& build, Structured& made) {
    nn::MergedNetwork merged = nn::merge_kernels(spec, network, build);
    if (merged.merged.empty()) {
        throw ConfigError(ticket.label +
                          ": no depthwise convolutions stand side by side, there is nothing to merge: leave out "
                          "--merge-kernels");
    }
    for (const nn::MergedNetwork::Merged& layer : merged.merged) {
        made.layers.push_back({layer.name, layer.before, layer.after});
        made.kernels += layer.branches;
    }
    return {merged.spec, std::move(merged.network)};
}

nn::NarrowNetwork cut_network(const nn::NetworkSpec& spec, const nn::Network<float>& network,
                              const nn::ChannelsLeft& left, bool keeps_masks, const nn::BuildOptions& build,
                              Structured& made) {
    nn::NarrowNetwork narrow = nn::narrow_network(spec, network, left, keeps_masks, build);
    made.cut_off = left.cut_off;
    made.at_borders = left.at_borders;
    made.folded = narrow.folded;
    for (const std::size_t k : spec.weighted()) {
        made.layers.push_back({spec.nodes[k].name, spec.nodes[k].weight->shape, narrow.spec.nodes[k].weight->shape});
    }
    return narrow;
}

/// The configuration of the narrower network, to be read and trained as it is: dense or with fixed masks.
config::RunConfig config_of(const config::RunConfig& from, const nn::NetworkSpec& spec, bool keeps_masks,
                            double density) {
    config::RunConfig to = from;
    const std::string method = keeps_masks ? "static" : "dense";
    to.sparsity = config::resolve(config::parse_toml("sparsity.method = '" + method + "'", "structured")).sparsity;
    if (keeps_masks) to.sparsity.density = density;
    to.tickets = {};
    if (nn::takes_images(from.model.kind)) {
        to.model.kind = "layers";
        to.model.layers = config::spelled_layers(spec);
        to.model.width = 0;
        to.model.global_pool = false;
        to.model.kernels.clear();
        to.model.layer_scale = config::RunConfig{}.model.layer_scale;
        to.model.stochastic_depth = 0.0;
        return to;
    }
    const std::vector<std::size_t> layers = spec.weighted();
    if (!nn::is_chain_of_features(from.model.kind)) {
        throw ConfigError(
            "model.kind = \"" + from.model.kind +
            "\" has no narrower form that model.hidden could say: --structured is for networks of images, "
            "mlp and autoencoder");
    }
    for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
        to.model.hidden[l] = static_cast<std::int64_t>(spec.nodes[layers[l]].weight->rows());
    }
    return to;
}

topology::StoredNetwork stored(const nn::NetworkSpec& spec, const nn::Network<float>& network) {
    topology::StoredNetwork made;
    made.topology.label = "structured";
    const std::vector<std::vector<std::size_t>> fed_by = spec.fed_by();
    const auto name_of = [&](std::size_t k) {
        return k == nn::network_input ? std::string() : topology::numbered_name(k, spec.nodes[k].name);
    };
    for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
        const auto& values = entry.parameter->values;
        if (entry.weight == nullptr) {
            made.parameters.push_back({name_of(entry.layer), entry.parameter->name, {values.begin(), values.end()}});
            continue;
        }
        topology::Layer layer{
            name_of(entry.layer), entry.weight->shape(), entry.weight->pattern(), {values.begin(), values.end()}};
        if (spec.nodes[entry.layer].window) layer.groups = spec.nodes[entry.layer].window->groups;
        layer.fed_by.emplace();
        for (const std::size_t k : fed_by[entry.layer]) layer.fed_by->push_back(name_of(k));
        made.topology.layers.push_back(std::move(layer));
    }
    return made;
}

nn::ChannelsLeft all_of(const nn::ChannelsLeft& left) {
    nn::ChannelsLeft all = left;
    for (auto& stays : all.stays) std::ranges::fill(stays, std::uint8_t{1});
    return all;
}

double density_of(const nn::Network<float>& network) {
    double edges = 0.0;
    double positions = 0.0;
    for (const std::size_t k : network.weighted_layers()) {
        edges += static_cast<double>(network.weight(k)->pattern().edges());
        positions += static_cast<double>(network.weight(k)->pattern().positions());
    }
    return edges / positions;
}

}  // namespace

Structured structured(const Ticket& ticket, const TriedSamples& samples, const StructuredOptions& options) {
    const nn::NetworkSpec spec = training::network_spec(ticket.config, samples.shape, samples.classes);
    nn::Network<float> network = training::make_network(ticket.config, ticket.network, samples.shape, samples.classes);
    nn::BuildOptions build;
    build.execution = config::execution(ticket.config);
    const nn::ChannelsLeft left = nn::channels_left(spec, network);
    Structured made;
    const nn::NarrowNetwork narrow = options.merges_kernels
                                         ? merged_network(ticket, spec, network, build, made)
                                         : cut_network(spec, network, left, options.keeps_masks, build, made);
    nn::NarrowNetwork dense = nn::narrow_network(spec, network, all_of(left), false, build);

    made.ticket = {.label = "structured", .network = stored(narrow.spec, narrow.network), .config = {}};
    const double density = density_of(narrow.network);
    const bool keeps_masks = options.merges_kernels ? density < 1.0 : options.keeps_masks;
    made.ticket.config = config_of(ticket.config, narrow.spec, keeps_masks, density);
    // What is compared and timed is what a reader of the file will have.
    const nn::NetworkSpec read_spec = training::network_spec(made.ticket.config, samples.shape, samples.classes);
    nn::Network<float> read =
        training::make_network(made.ticket.config, made.ticket.network, samples.shape, samples.classes);
    made.distance = distance_of(outputs_in_double(spec, network, samples, build),
                                outputs_in_double(read_spec, read, samples, build));
    if (!(made.distance <= largest_distance)) {
        throw Error(ticket.label + ": the rebuilt network's outputs differ by " + std::to_string(made.distance) +
                    " of the largest, more than rounding: nothing is written");
    }
    made.dense = size_of(dense.spec, dense.network);
    made.before = size_of(spec, network);
    made.after = size_of(read_spec, read);
    made.batch = std::min(options.batch, samples.examples.count);
    time_passes({{&dense.network, &made.dense}, {&network, &made.before}, {&read, &made.after}}, samples, made.batch);
    return made;
}

void write_structured(const std::filesystem::path& file, const Structured& structured) {
    topology::write_network_file(file, structured.ticket.network,
                                 {{"config", config::to_toml(structured.ticket.config)}});
}

}  // namespace espalier::tickets
