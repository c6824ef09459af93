#include <algorithm>
#include <optional>

#include <unistd.h>

#include <espalier/base/text/error.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/graph/fold_batch_norm.hpp>
#include <espalier/nn/graph/published_init.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/initial/regroup.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/state/loaded_parameters.hpp>

namespace espalier::training {
namespace {

using Settings = config::RunConfig::Sparsity;

/// Steps of the streams of Purpose::mask_init; saliencies use 0 and 3.
constexpr std::uint64_t leaving_step = 1;
constexpr std::uint64_t coming_step = 2;
constexpr std::uint64_t counting_step = 4;

std::uint64_t mask_seed(const config::RunConfig& config) {
    return static_cast<std::uint64_t>(config.sparsity.init_seed < 0 ? config.seed : config.sparsity.init_seed);
}

nn::BuildOptions build_options(const config::RunConfig& config, double density) {
    const config::RunConfig::Model& m = config.model;
    nn::BuildOptions options;
    options.initialisation = {&find_named(nn::initialisers(), m.init, "model.init"),
                              choice(nn::fan_modes(), m.fan_in, "model.fan_in"), m.init_std, density};
    options.execution = config::execution(config);
    options.seed = static_cast<std::uint64_t>(config.seed);
    return options;
}

/// Every weight drawn, none rescaled: what scores are taken on (definitions.md 2.7).
nn::Network<double> dense_network(const config::RunConfig& config, const NetworkPlan& plan) {
    nn::BuildOptions options = build_options(config, 1.0);
    options.initialisation.fan_mode = nn::FanMode::dense_then_mask;
    std::vector<Pattern> patterns;
    for (const auto& shape : plan.spec.weight_shapes())
        patterns.push_back(Pattern::full(shape[0], sparsity::positions(shape) / shape[0]));
    return nn::build<double>(plan.spec, std::move(patterns), options);
}

/// A copy that is scored in place of the network: Glorot's variances whatever model.init is.
void draw_xavier_normal(nn::Network<double>& network, std::uint64_t seed) {
    for (const std::size_t k : network.weighted_layers()) {
        const Stream stream(seed, Purpose::weight_init, static_cast<std::uint32_t>(k), 1);
        nn::initialise(*network.weight(k), {&nn::initialiser("xavier_normal"), nn::FanMode::dense_then_mask}, 1.0,
                       stream);
    }
}

sparsity::SaliencyOptions saliency_options(const Settings& s) {
    return {.by_layer = s.score_scope == "layer",
            .min_per_layer = static_cast<std::size_t>(s.min_per_layer),
            .passes = static_cast<std::size_t>(s.score_passes),
            .linear = s.score_schedule == "linear",
            .permanent = s.score_permanent,
            .running_statistics = s.score_batch_norm == "eval",
            .temperature = s.score_temperature,
            .trim = s.phew_trim,
            .alpha = s.npb_alpha,
            .beta = s.npb_beta,
            .kernel = static_cast<std::size_t>(s.npb_kernel),
            .chunk = static_cast<std::size_t>(s.npb_chunk),
            .refill = s.npb_refill};
}

/// A network that is only fine as long as it is sparse is refused before its memory is asked for.
void require_memory(const config::RunConfig& config, const NetworkPlan& plan) {
    // Weight, gradient, dense copy, scores, ranking; and a gradient for each further block.
    const double bytes_a_position = 40.0 + 8.0 * static_cast<double>(config.training.blocks - 1);
    const double needed = bytes_a_position * static_cast<double>(plan.positions());
    const double there = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    if (needed <= there) return;
    throw ConfigError("sparsity.init = \"" + config.sparsity.init + "\" looks at all " +
                      std::to_string(plan.positions()) + " positions of the dense network, which takes " +
                      std::to_string(static_cast<std::uint64_t>(needed / 1e9)) + " GB, and this machine has " +
                      std::to_string(static_cast<std::uint64_t>(there / 1e9)) +
                      "; erk, uniform or a structure need memory for kept weights alone");
}

/// The file's masks; a layer that keeps all becomes one that stores no indices.
std::vector<Pattern> stored_masks(const topology::Topology& file) {
    std::vector<Pattern> masks;
    for (const topology::Layer& layer : file.layers) {
        const Pattern& mask = layer.pattern;
        const bool keeps_all = mask.edges() == mask.positions();
        masks.push_back(keeps_all ? Pattern::full(mask.rows(), mask.cols()) : mask);
    }
    return masks;
}

void require_shapes(const nn::NetworkSpec& spec, const topology::Topology& stored) {
    const auto wanted = spec.weight_shapes();
    const auto names = spec.weight_names();
    const auto text = [](const std::vector<std::size_t>& s) {
        std::string sides = std::to_string(s[0]);
        for (std::size_t k = 1; k < s.size(); ++k) sides += " x " + std::to_string(s[k]);
        return "[" + sides + "]";
    };
    if (wanted.size() != stored.layers.size()) {
        throw ConfigError(stored.label + ": has " + std::to_string(stored.layers.size()) +
                          " layers with weights, the model of its configuration " + std::to_string(wanted.size()));
    }
    for (std::size_t l = 0; l < wanted.size(); ++l) {
        const topology::Layer& layer = stored.layers[l];
        if (layer.shape == wanted[l]) continue;
        throw ConfigError(stored.label + ": layer " + layer.name + " is " + layer.pattern.shape_text() +
                          ", the model of its configuration has " + names[l] + " " + text(wanted[l]));
    }
}

/// Masks, and the dense weights that they were found on where there were any.
struct Found {
    std::vector<Pattern> masks;
    std::optional<nn::Network<double>> dense = std::nullopt;
};

Found by_saliency(const config::RunConfig& config, const sparsity::Saliency& saliency, NetworkPlan& plan,
                  const ScoringData* data) {
    require_memory(config, plan);
    const Settings& s = config.sparsity;
    sparsity::SaliencyProblem problem;
    problem.options = saliency_options(s);
    problem.options.blocks = static_cast<std::size_t>(config.training.blocks);
    problem.seed = mask_seed(config);
    problem.spec = &plan.spec;
    for (const sparsity::LayerAllotment& layer : plan.layers) {
        problem.layers.push_back({layer.name, layer.shape, layer.kept, layer.forced_dense});
    }
    if (saliency.traits.batches > 0) {
        if (data == nullptr) {
            throw ConfigError("sparsity.init = \"" + s.init + "\" needs training samples, and there are none here");
        }
        problem.batches = scoring_samples(*data, static_cast<std::size_t>(s.score_samples), saliency.traits.batches,
                                          mask_seed(config));
    }
    Found found;
    std::optional<nn::Network<double>> copy;
    if (saliency.traits.reads_weights) {
        found.dense.emplace(dense_network(config, plan));
        problem.network = &*found.dense;
        if (s.score_init != "actual" && saliency.traits.batches > 0) {
            copy.emplace(dense_network(config, plan));
            draw_xavier_normal(*copy, static_cast<std::uint64_t>(config.seed));
            problem.network = &*copy;
        }
    }
    sparsity::SaliencyMasks masks = saliency.find(problem);
    for (std::size_t l = 0; l < masks.notes.size(); ++l) plan.layers[l].note = masks.notes[l];
    found.masks = std::move(masks.masks);
    return found;
}

Pattern drawn_mask(const config::RunConfig& config, const sparsity::Init& init, const sparsity::LayerAllotment& layer,
                   std::size_t number) {
    const auto stream_number = static_cast<std::uint32_t>(number);
    const Stream stream(mask_seed(config), Purpose::mask_init, stream_number);
    if (config.sparsity.placement != "bernoulli" || layer.forced_dense) {
        return sparsity::initial_mask(init, layer.shape, layer.kept, stream);
    }
    return sparsity::bernoulli_mask(layer.shape[0], sparsity::positions(layer.shape) / layer.shape[0],
                                    layer.asked_density, stream,
                                    Stream(mask_seed(config), Purpose::mask_init, stream_number, counting_step));
}

std::vector<Pattern> drawn_masks(const config::RunConfig& config, const sparsity::Init& init, const NetworkPlan& plan) {
    std::vector<Pattern> masks;
    for (std::size_t l = 0; l < plan.layers.size(); ++l) masks.push_back(drawn_mask(config, init, plan.layers[l], l));
    return masks;
}

/// Only the counts of these masks stay.
void take_counts(const std::vector<Pattern>& masks, NetworkPlan& plan) {
    for (std::size_t l = 0; l < masks.size(); ++l) {
        plan.layers[l].kept = masks[l].edges();
        plan.layers[l].asked_density = masks[l].density();
    }
}

void perturb(const config::RunConfig& config, std::vector<Pattern>& masks) {
    const double share = config.sparsity.init_perturbation;
    if (share == 0.0) return;
    const auto seed = static_cast<std::uint64_t>(config.seed);
    for (std::size_t l = 0; l < masks.size(); ++l) {
        const auto number = static_cast<std::uint32_t>(l);
        masks[l] = sparsity::perturbed_mask(masks[l], share, Stream(seed, Purpose::mask_init, number, leaving_step),
                                            Stream(seed, Purpose::mask_init, number, coming_step));
    }
}

/// The masks as blocks of kernels, where the configuration asks for that.
void regroup(const config::RunConfig& config, const NetworkPlan& plan, std::vector<Pattern>& masks) {
    if (config.sparsity.regroup_rows == 0) return;
    const sparsity::RegroupOptions options{static_cast<std::size_t>(config.sparsity.regroup_rows),
                                           static_cast<std::size_t>(config.sparsity.regroup_places)};
    const std::vector<std::size_t> nodes = plan.spec.weighted();
    for (std::size_t l = 0; l < masks.size(); ++l) {
        if (masks[l].is_full() || masks[l].edges() == 0) continue;
        const auto refuse = [&](const std::string& why) {
            throw ConfigError("sparsity.regroup_rows = " + std::to_string(config.sparsity.regroup_rows) +
                              " does not fit layer " + plan.layers[l].name + ": " + why +
                              "; choose numbers that do, or name the layer in sparsity.dense_layers");
        };
        const std::optional<nn::WindowSpec>& window = plan.spec.nodes[nodes[l]].window;
        if (window && window->groups > 1) refuse("its outputs go by groups, which see different inputs");
        try {
            masks[l] = sparsity::regrouped(masks[l], plan.layers[l].shape, options).mask;
        } catch (const ConfigError& error) {
            refuse(error.what());
        }
        if (masks[l].edges() == masks[l].positions()) masks[l] = Pattern::full(masks[l].rows(), masks[l].cols());
    }
}

/// Layers that were drawn next to dense leave the masking for good (Liu et al., ICLR 2023, their program).
void fill_dense_layers(double dense_from, std::vector<Pattern>& masks, NetworkPlan& plan) {
    if (dense_from == 1.0) return;
    for (std::size_t l = 0; l < masks.size(); ++l) {
        if (plan.layers[l].forced_dense || masks[l].density() < dense_from) continue;
        masks[l] = Pattern::full(masks[l].rows(), masks[l].cols());
        plan.layers[l].forced_dense = true;
        plan.layers[l].note = "was drawn dense enough to stay dense (sparsity.dense_from)";
    }
}

void note_counts(const std::vector<Pattern>& masks, NetworkPlan& plan) {
    for (std::size_t l = 0; l < masks.size(); ++l) {
        sparsity::LayerAllotment& layer = plan.layers[l];
        layer.kept = masks[l].edges();
        if (layer.kept == 0) layer.note = "keeps no weight: nothing passes it but biases";
    }
}

Found found_masks(const config::RunConfig& config, NetworkPlan& plan, const ScoringData* data) {
    const sparsity::Init& init = plan.init;
    if (init.saliency != nullptr && plan.neuron_ranks != nullptr) {
        throw ConfigError("--split-neurons: sparsity.init = \"" + config.sparsity.init +
                          "\" looks at a dense network; choose erk, uniform or a structure");
    }
    Found found;
    if (init.saliency != nullptr) found = by_saliency(config, *init.saliency, plan, data);
    if (init.ratio_only) {
        if (init.saliency != nullptr) take_counts(found.masks, plan);
        found = {};
    }
    if (!init.file.empty() && !init.ratio_only) found.masks = stored_masks(plan.file->topology);
    if (found.masks.empty()) found.masks = drawn_masks(config, init.ratio_only ? sparsity::Init{} : init, plan);
    perturb(config, found.masks);
    regroup(config, plan, found.masks);
    fill_dense_layers(config.sparsity.dense_from, found.masks, plan);
    note_counts(found.masks, plan);
    require_weights(config, plan);
    return found;
}

nn::Network<float> network_of(const config::RunConfig& config, NetworkPlan& plan, Found found) {
    nn::BuildOptions options = build_options(config, plan.density());
    if (plan.neuron_ranks != nullptr) {
        plan.dealing = std::make_shared<nn::NeuronDealing>(*plan.neuron_ranks, plan.spec, found.masks);
        options.dealing = plan.dealing.get();
    }
    nn::Network<float> network = nn::build<float>(plan.spec, std::move(found.masks), options);
    if (found.dense) {
        for (const std::size_t k : network.weighted_layers()) {
            nn::keep_of_dense(*network.weight(k), found.dense->weight(k)->parameter().values, options.initialisation);
        }
    }
    if (config.sparsity.init_weights)
        load_parameters(network, *plan.file, "sparsity.init = \"" + config.sparsity.init + "\"");
    return network;
}

}  // namespace

std::vector<Pattern> initial_masks(const config::RunConfig& config, NetworkPlan& plan, const ScoringData& data) {
    return found_masks(config, plan, &data).masks;
}

std::vector<Pattern> drawn_masks(const config::RunConfig& config, const NetworkPlan& plan) {
    std::vector<Pattern> masks = drawn_masks(config, plan.init, plan);
    perturb(config, masks);
    regroup(config, plan, masks);
    return masks;
}

nn::Network<float> make_network(const config::RunConfig& config, NetworkPlan& plan, const ScoringData& data) {
    return network_of(config, plan, found_masks(config, plan, &data));
}

nn::Network<float> make_network(const config::RunConfig& config, const NetworkPlan& plan) {
    NetworkPlan copy = plan;
    return network_of(config, copy, found_masks(config, copy, nullptr));
}

nn::Network<float> make_network(const config::RunConfig& config, const topology::StoredNetwork& given,
                                const nn::Sample& inputs, std::size_t classes) {
    const nn::NetworkSpec spec = network_spec(config, inputs, classes);
    if (nn::takes_images(config.model.kind)) require_names(given, spec.weight_names(), given.topology.label);
    const std::optional<topology::StoredNetwork> ordered = in_order_of(given, spec.weight_names());
    const topology::StoredNetwork& stored = ordered ? *ordered : given;
    require_shapes(spec, stored.topology);
    nn::Network<float> network = nn::build<float>(spec, stored_masks(stored.topology), build_options(config, 1.0));
    load_parameters(network, stored, stored.topology.label);
    require_complete(network, stored, stored.topology.label, nn::takes_images(config.model.kind));
    return network;
}

nn::Network<float> make_folded_network(const config::RunConfig& config, const topology::StoredNetwork& stored,
                                       const nn::Sample& inputs, std::size_t classes) {
    const nn::Network<float> network = make_network(config, stored, inputs, classes);
    nn::Network<float> folded =
        nn::fold_batch_norms(network_spec(config, inputs, classes), network, build_options(config, 1.0));
    if (folded.size() == network.size()) {
        throw ConfigError(
            stored.topology.label +
            ": no batch norm stands behind a layer with weights, there is nothing to fold; leave --fold out");
    }
    return folded;
}

void require_model(const config::RunConfig& config, const topology::StoredNetwork& stored) {
    if (nn::takes_images(config.model.kind)) return;  // the size of the images decides: make_network looks at them
    config::RunConfig narrow = config;                // all parameters that the model has, one wide
    std::ranges::fill(narrow.model.hidden, 1);
    const nn::NetworkSpec spec = network_spec(narrow, 1, 1);
    const std::size_t layers = spec.weighted().size();
    if (stored.topology.layers.size() != layers) return;  // whoever builds the network names shapes
    const std::vector<Pattern> patterns(layers, Pattern::full(1, 1));
    nn::Network<float> network = nn::build<float>(spec, patterns, build_options(config, 1.0));
    require_places(network, stored, stored.topology.label);
    require_complete(network, stored, stored.topology.label);
}

void draw_dense(const config::RunConfig& config, const NetworkPlan& plan, std::size_t number, std::span<float> values) {
    const nn::BuildOptions options = build_options(config, plan.density());
    const std::size_t node = plan.spec.weighted()[number];
    const nn::WeightSpec& weight = *plan.spec.nodes[node].weight;
    const Stream stream(options.seed, Purpose::weight_init, static_cast<std::uint32_t>(node));
    nn::initialise<float>(Pattern::full(weight.rows(), weight.cols()), options.initialisation,
                          nn::draw_of(weight, options.initialisation), stream, values);
}

}  // namespace espalier::training
