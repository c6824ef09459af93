#include <espalier/base/text/named.hpp>
#include <espalier/config/choices.hpp>
#include <espalier/config/keys.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/rules/grow_init.hpp>
#include <espalier/sparsity/update/update_form.hpp>

namespace espalier::config {
namespace {

using namespace keys;

Rule grow_init_name() {
    return text_that("zeros, uniform, normal:DEVIATION or grad:FACTOR",
                     [](const std::string& text) { sparsity::parse_grow_init(text); });
}

Rule structure_name() {
    return text_that("none, block:H,W, nm:N,M or constant_fan_in", [](const std::string& text) {
        if (text != "none") sparsity::parse_update_form(text);
    });
}

/// How the initial mask is found.
void add_initial_mask(const KeyAdder<RunConfig::Sparsity>& add) {
    using T = RunConfig::Sparsity;
    add("placement", &T::placement, by_method(one_of({"exact", "bernoulli"})),
        "Random initial masks: exactly the layer's count, or each position by itself with the layer's density");
    add("erk_power", &T::erk_power, at_least(0), "Of erk and erk_plus: exponent of the ratio; 0: uniform");
    add("init_weights", &T::init_weights, anything(),
        "Of init file: start with its weights, biases and other parameters, not with drawn ones");
    add("score_init", &T::score_init, one_of({"actual", "xavier_normal"}),
        "Of snip, iter_snip and grasp: weights that are scored, the run's own or a copy drawn anew");
    add("score_batch_norm", &T::score_batch_norm, one_of({"train", "eval"}),
        "Of snip, iter_snip and grasp: batch_norm by the moments of the scored batch or, as in evaluation, by running "
        "means");
    add("score_scope", &T::score_scope, one_of({"global", "layer"}),
        "Of random, magnitude, snip and grasp: one ranking of all layers, or layer by layer with layer_densities");
    add("score_samples", &T::score_samples, within(count),
        "Of snip, iter_snip and grasp: training samples of each class that gradients are taken from");
    add("score_passes", &T::score_passes, within({.low = 1.0, .high = 1e6}),
        "Of iter_snip and synflow: passes in which the density falls to the one asked for");
    add("score_schedule", &T::score_schedule, one_of({"exponential", "linear"}),
        "Of iter_snip and synflow: how the density falls");
    add("score_permanent", &T::score_permanent, anything(), "Of iter_snip: a weight once removed does not return");
    add("score_temperature", &T::score_temperature, above(0), "Of grasp: logits are divided by it");
    add("phew_trim", &T::phew_trim, anything(), "Of phew: the last walk stops at exactly the count asked for");
    add("npb_alpha", &T::npb_alpha, within(share), "Of npb: weight of neurons in use against paths");
    add("npb_beta", &T::npb_beta, at_least(0), "Of npb: weight of kernels in use, where kernels have several places");
    add("npb_kernel", &T::npb_kernel, within({.low = 0.0, .high = largest_count}),
        "Of npb: weights that a kernel may have, as far as the layer's number allows; 0: all its places");
    add("npb_chunk", &T::npb_chunk, within({.low = 0.0, .high = largest_count}),
        "Of npb: outputs solved together in layers of more than 5120 kernels; 0: all");
    add("npb_refill", &T::npb_refill, anything(), "Of npb: weights on no path are placed anew at the end");
}

void add_sparsity(std::vector<Key>& keys) {
    using T = RunConfig::Sparsity;
    const KeyAdder<T> add(keys, "sparsity.", &RunConfig::sparsity);
    add("method", &T::method, one_of(choices::methods()), "How the topology is found; the keys below refine it");
    add("init", &T::init,
        with_path_behind("file:", by_method(text_that("one of " + join(choices::inits()),
                                                      [](const std::string& text) { sparsity::parse_init(text); }))),
        "How the kept weights are dealt to the layers at first; or a structure that their masks begin with; or what "
        "finds them by looking at the network; or a file that holds them; dense keeps all");
    add("layer_densities", &T::layer_densities, one_of(choices::distributions()),
        "How many weights each layer keeps where init is a structure, npb, or ranks by score_scope = \"layer\"");
    add("init_seed", &T::init_seed, at_least(-1),
        "Start of the initial mask's random stream, so that runs of several seeds can share a mask; -1: seed");
    add("init_perturbation", &T::init_perturbation, within(share),
        "Share of the initial mask's positions that move to others, by seed: similar starts, not equal ones");
    add("regroup_rows", &T::regroup_rows, within({.low = 0.0, .high = largest_count}),
        "Above 0: the initial mask becomes blocks of whole kernels, of so many similar outputs by an input channel, as "
        "HRBP; for masks that then stay");
    add("regroup_places", &T::regroup_places, within({.low = 0.0, .high = largest_count}),
        "Of regroup_rows: places of the kernel that all kernels of a block keep; 0: all");
    add("density", &T::density, within(positive_share),
        "Share of the maskable weights that is kept; 1 where init is dense");
    add("epsilon", &T::epsilon, by_method(at_least(0)),
        "Above 0: init er with epsilon * (inputs + outputs) weights a layer, in place of density");
    add("dense_from", &T::dense_from, by_method(within(positive_share)),
        "Layers whose drawn mask keeps this share or more become dense for good; 1: none");
    add("dense_layers", &T::dense_layers, anything(), "Layers that keep every weight: names, first, last");
}

/// Weights of all layers that compete, and channels that go for good.
void add_competition(const KeyAdder<RunConfig::Sparsity>& add) {
    using T = RunConfig::Sparsity;
    add("exchange_scope", &T::exchange_scope, by_method(one_of(choices::exchange_scopes())),
        "Whether a layer drops and grows by itself, or all layers are one ranking for what goes and for what comes");
    add("soft_bound", &T::soft_bound, by_method(within(share_below_one)),
        "Of exchange_scope global: share of all positions that updates may grow on top of the density at first; half a "
        "cosine to 0");
    add("soft_until", &T::soft_until, by_method(within(share)),
        "Of soft_bound: share of the training from which on nothing is on top any more");
    add("channel_share", &T::channel_share, by_method(within(share_below_one)),
        "Share of the channels inside the network that are removed for good while it trains; 0: none");
    add("channel_score", &T::channel_score, one_of(choices::channel_scores()), "Which channels go: the lowest");
    add("channel_every", &T::channel_every, by_method(length()),
        "Time between removals of channels, each half of update_every before its multiple");
    add("channel_until", &T::channel_until, by_method(within(positive_share)),
        "Share of the training after which no channel is removed");
    add("channel_floor", &T::channel_floor, within(share),
        "Of its equal share of the channels left at the end: what every layer keeps at least");
    add("channel_surplus", &T::channel_surplus, one_of(choices::channel_surpluses()),
        "What goes where a removal finds more candidates than it needs: exactly the lowest, or some drawn as in "
        "Chase's "
        "program");
}

void add_updates(std::vector<Key>& keys) {
    using T = RunConfig::Sparsity;
    const KeyAdder<T> add(keys, "sparsity.", &RunConfig::sparsity);
    add("structure", &T::structure, structure_name(),
        "What drop and growth keep: single weights, blocks of H outputs x W inputs, N of every M inputs, or each "
        "output's number of inputs; the initial mask has it, too");
    add("update_every", &T::update_every, by_method(length()), "Time between topology updates");
    add("update_milestones", &T::update_milestones, by_method(within(share)),
        "Shares of the training from which on updates come at longer intervals");
    add("update_factor", &T::update_factor, within({.low = 1.0, .high = 1000.0}),
        "What each of update_milestones multiplies the interval by");
    add("stop_fraction", &T::stop_fraction, by_method(within(share)),
        "Share of the training after which nothing is dropped and grown any more");
    add("update_at_start", &T::update_at_start, anything(),
        "Update after the first step, too, as google-research/rigl");
    add("skip_optimizer_step", &T::skip_optimizer_step, anything(),
        "An update takes the place of the optimizer step, as in google-research/rigl");
    add("drop_rule", &T::drop_rule, by_method(one_of_those_known(choices::drop_rules)),
        "Which weights an update drops");
    add("drop_fraction", &T::drop_fraction, by_method(within(share)),
        "Share of a layer's kept weights that an update replaces");
    add("drop_schedule", &T::drop_schedule, by_method(one_of(choices::drop_schedules())),
        "How drop_fraction goes on over training");
    add("drop_fraction_min", &T::drop_fraction_min, by_method(within(share)),
        "Where cosine, linear and inverse_power end");
    add("drop_power", &T::drop_power, above(0), "Of inverse_power");
    add("drop_milestones", &T::drop_milestones, by_method(within(share)), "Of stepwise: shares of the time, ascending");
    add("drop_factors", &T::drop_factors, by_method(at_least(0)),
        "Of stepwise: what drop_fraction is multiplied by from each of drop_milestones on");
    add("drop_rounding", &T::drop_rounding, one_of(choices::roundings()), "How the share becomes a number of weights");
    add("drop_noise", &T::drop_noise, at_least(0), "Deviation of normal noise added to drop scores");
    add("gradient_weight", &T::gradient_weight, at_least(0), "Of drop_rule magnitude_gradient: MEST's lambda");
    add("threshold", &T::threshold, by_method(above(0)), "Of drop_rule threshold: what it begins with");
    add("threshold_tolerance", &T::threshold_tolerance, by_method(within(share_below_one)),
        "Of drop_rule threshold: share of the wanted number by which it may miss");
    add("threshold_target", &T::threshold_target, at_least(0),
        "Of drop_rule threshold: weights that an update is to drop; 0: drop_fraction of all");
    add("inclusive_thresholds", &T::inclusive_thresholds, anything(),
        "Of drop_rule sign_balanced: drop both ends of the intervals, as SET's program");
    add("dormant_samples", &T::dormant_samples, by_method(within({.low = 0.0, .high = largest_count})),
        "Training samples on which every update counts the neurons whose ReLU hardly ever fires, before and behind; 0: "
        "they are not counted");
    add("dormant_threshold", &T::dormant_threshold, within(positive_share),
        "A neuron is dormant whose ReLU is positive for a smaller share of the samples");
    add("revival_next", &T::revival_next, one_of(choices::revival_followers()),
        "Of drop_rule revival_change: what goes behind the weights of neurons that stood still");
    add("revival_tolerance", &T::revival_tolerance, within(share_below_one),
        "Of drop_rule revival_change: change of a neuron's weights since the last update, over the largest of them, "
        "up to which they stood still");
    add("min_per_layer", &T::min_per_layer, by_method(at_least(0)),
        "Weights that a ranking of all layers, drop rules and pruning leave a layer");
    add("grow_rule", &T::grow_rule, by_method(one_of_those_known(choices::grow_rules)),
        "Where an update grows new ones");
    add("candidates", &T::candidates, one_of(choices::candidate_sets()), "Which absent positions may grow");
    add("gradient_time", &T::gradient_time, one_of(choices::gradient_times()),
        "When the gradient is taken that grow_rule gradient ranks by");
    add("zero_gradient", &T::zero_gradient, one_of(choices::zero_gradients()),
        "Of grow_rule gradient, momentum and hebbian: what grows where fewer positions have a gradient than grow");
    add("momentum_decay", &T::momentum_decay, within(share_below_one), "Of grow_rule momentum: of the running mean");
    add("sample_factor", &T::sample_factor, within({.low = 1.0, .high = largest_count}),
        "Of grow_rule gradient_sampled: random positions it looks at, in multiples of those that grow");
    add("early_stop", &T::early_stop, positive_length(),
        "Of grow_rule cosine_seq: time without a better validation accuracy after which it grows randomly");
    add("budget", &T::budget, by_method(one_of(choices::budgets())), "How many weights a layer grows");
    add("redistribution", &T::redistribution, by_method(one_of(choices::redistributions())),
        "How what all layers dropped is dealt to them again");
    add("grow_init", &T::grow_init, grow_init_name(),
        "Value of a new weight; uniform: He's bounds for the layer's inputs; grad:F: F times its gradient");
    add("regrown_value", &T::regrown_value, by_method(one_of(choices::regrown_values())),
        "What a weight gets that is dropped and grown in one update");
    add("momentum_state", &T::momentum_state, one_of(choices::momentum_states()),
        "Whether absent positions have momentum");
    add("reset_momentum", &T::reset_momentum, anything(),
        "Every update clears the optimizer's state, as SET's Keras program");
    add("parameters", &T::parameters, by_method(one_of(choices::parameter_sets())),
        "Whether positions without a weight have a parameter, which may become one (Top-KAST)");
    add("backward_density", &T::backward_density, within(share),
        "Of parameters dense: share of a layer's positions that are trained; 0: half way from its density to 1");
    add("backward_until", &T::backward_until, within(share),
        "Of parameters dense: share of the training after which only the weights are trained");
    add("exploration_loss", &T::exploration_loss, at_least(0),
        "Of parameters dense: L2 penalty on the weights, 1 / density times as much on what is trained beside them");
    add("mask_rate", &T::mask_rate, at_least(0),
        "Of parameters scored: how far scores go down the loss' gradient at an update; 0: masks stay");
    add("mask_gradient", &T::mask_gradient, one_of(choices::mask_gradients()),
        "Of parameters scored: how the loss' gradient at a mask is found");
    add("mask_soft", &T::mask_soft, one_of(choices::soft_masks()),
        "Of parameters scored: the derivative that stands in for choosing the highest scores");
    add("mask_ridge", &T::mask_ridge, above(0),
        "Of mask_gradient bilinear: strength of the ridge that weights answer by");
    add("mask_scope", &T::mask_scope, one_of(choices::mask_scopes()),
        "Of parameters scored: which scores compete for a place in a mask");
    add("mask_candidates", &T::mask_candidates, within(positive_share),
        "Of parameters scored: share of the absent positions that an update scores, drawn anew; 1: all, in dense "
        "memory");
    add("density_schedule", &T::density_schedule, by_method(one_of(choices::density_schedules())),
        "How the density goes from initial_density to density");
    add("initial_density", &T::initial_density, by_method(within(positive_share)),
        "What a density schedule begins with");
    add("density_from", &T::density_from, within(share), "Share of the training before pruning begins");
    add("density_until", &T::density_until, by_method(within(positive_share)),
        "Share of the training at which pruning ends");
    add("prune_scope", &T::prune_scope, by_method(one_of(choices::prune_scopes())),
        "What the density schedule ranks together");
    add("classifier_density", &T::classifier_density, by_method(within(share)),
        "Of prune_scope layer: density of the last layer from a sparsity of 0.8 on; 0: that of the others");
    add("importance_every", &T::importance_every, by_method(length()),
        "Time between prunings of the hidden neurons whose incoming weights are weakest; 0: none");
    add("importance_from", &T::importance_from, length(), "Neurons are pruned after this time only");
    add("importance_percentile", &T::importance_percentile, within({.low = 0.0, .high = 100.0, .without_high = true}),
        "Neurons up to this percentile of their layer's sums of absolute incoming weights are pruned");
    add("importance_hard", &T::importance_hard, anything(),
        "Pruned neurons lose their outgoing weights, too, and get no weights again; false: as the published program");
    add_competition(add);
    add("exploration", &T::exploration, anything(), "Keep the union of all masks, for the exploration rate");
    add_initial_mask(add);
}

}  // namespace

void add_sparsity_keys(std::vector<Key>& keys) {
    add_sparsity(keys);
    add_updates(keys);
}

}  // namespace espalier::config
