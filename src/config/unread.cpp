#include <algorithm>

#include <espalier/base/text/duration.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/unread.hpp>
#include <espalier/config/value.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/sparsity/rules/rules.hpp>
#include <espalier/sparsity/update/update_form.hpp>

namespace espalier::config {
namespace {

using C = RunConfig;

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
    return std::ranges::find(names, name) != names.end();
}

std::string saliency(const C& c) {
    const sparsity::Init init = sparsity::parse_init(c.sparsity.init);
    return init.saliency == nullptr ? "" : init.saliency->name;
}

bool keeps_every_weight(const C& c) {
    return c.sparsity.init == "dense" && c.sparsity.density_schedule == "constant";
}

bool scores_by_batches(const C& c) {
    return is_one_of(saliency(c), {"snip", "iter_snip", "grasp"});
}

bool may_have_batch_norm(const C& c) {
    return nn::takes_images(c.model.kind) || c.model.normalisation == "batch_norm";
}

bool scores_by_passes(const C& c) {
    return is_one_of(saliency(c), {"iter_snip", "synflow"});
}

bool by_layer_densities(const C& c) {
    const sparsity::Init init = sparsity::parse_init(c.sparsity.init);
    return !init.has_density() && init.takes_layer_densities(c.sparsity.score_scope == "layer");
}

bool by_erk(const C& c) {
    return is_one_of(by_layer_densities(c) ? c.sparsity.layer_densities : c.sparsity.init, {"erk", "erk_plus"});
}

bool draws_mask(const C& c) {
    const sparsity::Init init = sparsity::parse_init(c.sparsity.init);
    return !keeps_every_weight(c) && (init.file.empty() || init.ratio_only);
}

bool draws_positions(const C& c) {
    const sparsity::Init init = sparsity::parse_init(c.sparsity.init);
    return draws_mask(c) && (init.ratio_only || (init.saliency == nullptr && init.structure == nullptr));
}

bool has_dense_parameters(const C& c) {
    return c.sparsity.parameters == "dense";
}

bool has_scores(const C& c) {
    return c.sparsity.parameters == "scored";
}

bool drops(const C& c) {
    return c.sparsity.drop_rule != "none";
}

bool exchanges(const C& c) {
    return drops(c) && c.sparsity.grow_rule != "none";
}

bool changes(const C& c) {
    return drops(c) || has_dense_parameters(c) || has_scores(c);
}

bool changes_in_intervals(const C& c) {
    return exchanges(c) || has_dense_parameters(c) || has_scores(c);
}

bool has_density_schedule(const C& c) {
    return c.sparsity.density_schedule != "constant";
}

bool drops_by_threshold(const C& c) {
    return c.sparsity.drop_rule == "threshold";
}

bool drops_a_share(const C& c) {
    return exchanges(c) && !(drops_by_threshold(c) && c.sparsity.threshold_target > 0);
}

bool anneals(const C& c) {
    return drops_a_share(c) && is_one_of(c.sparsity.drop_schedule, {"cosine", "linear", "inverse_power"});
}

bool drops_stepwise(const C& c) {
    return drops_a_share(c) && c.sparsity.drop_schedule == "stepwise";
}

bool keeps_least(const C& c) {
    return drops(c) || !saliency(c).empty();
}

bool grows_by(const C& c, sparsity::GrowScore score) {
    const auto& rules = sparsity::grow_rules();
    const auto rule = std::ranges::find(rules, c.sparsity.grow_rule, &sparsity::GrowRule::name);
    return exchanges(c) && rule != rules.end() && rule->score == score;
}

bool by_momentum(const C& c) {
    return grows_by(c, sparsity::GrowScore::momentum) || (exchanges(c) && c.sparsity.redistribution == "momentum");
}

/// In groups each group ranks its own few positions.
bool ranks_by_gradients(const C& c) {
    const bool in_groups =
        c.sparsity.structure != "none" && sparsity::parse_update_form(c.sparsity.structure).group_size > 0;
    return exchanges(c) && is_one_of(c.sparsity.grow_rule, {"gradient", "momentum", "hebbian"}) && !in_groups;
}

bool prunes_neurons(const C& c) {
    return !Duration::parse(c.sparsity.importance_every).is_zero();
}

bool removes_channels(const C& c) {
    return c.sparsity.channel_share > 0.0;
}

bool competes(const C& c) {
    return exchanges(c) && c.sparsity.exchange_scope == "global";
}

bool is_sgd(const C& c) {
    return c.optimizer.kind == "sgd";
}

bool is_adam(const C& c) {
    return c.optimizer.kind == "adam" || c.optimizer.kind == "adamw";
}

bool is_stepped(const C& c) {
    return c.optimizer.schedule == "step";
}

bool has_features(const C& c) {
    return !nn::takes_images(c.model.kind);
}

/// Of a residual network the first width is that of the stream, which has no activation.
bool has_activation(const C& c) {
    return has_features(c) && c.model.hidden.size() > (c.model.kind == "residual_mlp" ? 1U : 0U);
}

bool has_normalisation(const C& c) {
    return has_features(c) && !c.model.hidden.empty();
}

bool drops_activations(const C& c) {
    return has_activation(c) || c.model.kind.starts_with("wrn") || c.model.kind.starts_with("neurotrails_wrn");
}

bool learns_labels(const C& c) {
    return nn::task_of(c.model.kind) == nn::Task::classification;
}

bool learns_by_cross_entropy(const C& c) {
    return learns_labels(c) && is_one_of(c.training.loss, {"default", "cross_entropy"});
}

bool has_width(const C& c) {
    return !has_features(c) && c.model.kind != "layers";
}

bool has_heads(const C& c) {
    return c.model.kind.starts_with("neurotrails_");
}

bool pools_its_map(const C& c) {
    return c.model.kind.starts_with("wrn-") || (has_heads(c) && !has_features(c)) ||
           (c.model.kind.starts_with("resnet") && c.model.kind.ends_with("_cifar"));
}

bool is_slak(const C& c) {
    return c.model.kind.starts_with("slak_") || c.model.kind.starts_with("convnext_");
}

bool is_listed(const C& c) {
    return c.model.kind == "layers";
}

std::vector<KeyReader> of_data() {
    const auto by_constants = [](const C& c) { return c.data.standardise == "constants"; };
    return {{"data.mean", "standardise constants", by_constants},
            {"data.std", "standardise constants", by_constants},
            {"data.crop_fill", "crop_padding above 0", [](const C& c) { return c.data.crop_padding > 0; }}};
}

std::vector<KeyReader> of_model() {
    return {
        {"model.activation", "models with hidden layers", has_activation},
        {"model.dropout", "models with hidden layers", drops_activations},
        {"model.hidden", "models of features", has_features},
        {"model.width", "models of images", has_width},
        {"model.global_pool", "resnet#_cifar, wrn-#-# and neurotrails_# of images", pools_its_map},
        {"model.heads", "models with heads", has_heads},
        {"model.head_blocks", "models with heads", has_heads},
        {"model.merge_heads", "models with heads", has_heads},
        {"model.shared_final_norm", "neurotrails_wrn-#-#",
         [](const C& c) { return c.model.kind.starts_with("neurotrails_wrn"); }},
        {"model.kernels", "slak and convnext", is_slak},
        {"model.layer_scale", "slak and convnext", is_slak},
        {"model.stochastic_depth", "slak and convnext", is_slak},
        {"model.layers", "kind layers", is_listed},
        {"model.normalisation", "models with hidden layers", has_normalisation},
        {"model.leaky_slope", "activation leaky_relu", [](const C& c) { return c.model.activation == "leaky_relu"; }},
        {"model.all_relu_slope", "activation all_relu", [](const C& c) { return c.model.activation == "all_relu"; }},
        {"training.label_smoothing", "models that learn labels by cross_entropy", learns_by_cross_entropy},
        {"model.init_std", "init normal", [](const C& c) { return c.model.init == "normal"; }},
        {"model.crossovers", "execution auto", [](const C& c) { return c.model.execution == "auto"; }}};
}

std::vector<KeyReader> of_initial_mask() {
    const auto npb = [](const C& c) { return saliency(c) == "npb"; };
    const auto npb_of_images = [](const C& c) { return saliency(c) == "npb" && nn::takes_images(c.model.kind); };
    return {{"sparsity.density", "methods and inits that do not keep every weight",
             [](const C& c) { return !keeps_every_weight(c); }},
            {"sparsity.dense_layers", "methods and inits that do not keep every weight",
             [](const C& c) { return !keeps_every_weight(c); }},
            {"sparsity.layer_densities", "inits that do not deal weights to layers themselves", by_layer_densities},
            {"sparsity.dense_from", "initial masks of random positions", draws_positions},
            {"sparsity.init_seed", "initial masks that are drawn", draws_mask},
            {"sparsity.init_perturbation", "methods and inits that do not keep every weight",
             [](const C& c) { return !keeps_every_weight(c); }},
            {"sparsity.regroup_rows", "methods and inits that do not keep every weight",
             [](const C& c) { return !keeps_every_weight(c); }},
            {"sparsity.regroup_places", "regroup_rows above 0",
             [](const C& c) { return !keeps_every_weight(c) && c.sparsity.regroup_rows > 0; }},
            {"sparsity.erk_power", "erk and erk_plus", by_erk},
            {"sparsity.score_init", "init snip, iter_snip and grasp", scores_by_batches},
            {"sparsity.score_batch_norm", "init snip, iter_snip and grasp of models with batch_norm",
             [](const C& c) { return scores_by_batches(c) && may_have_batch_norm(c); }},
            {"sparsity.score_scope", "init random, magnitude, snip and grasp",
             [](const C& c) {
                 return is_one_of(saliency(c), {"random", "magnitude", "snip", "grasp"});
             }},
            {"sparsity.score_samples", "init snip, iter_snip and grasp", scores_by_batches},
            {"sparsity.score_passes", "init iter_snip and synflow", scores_by_passes},
            {"sparsity.score_schedule", "init iter_snip and synflow", scores_by_passes},
            {"sparsity.score_permanent", "init iter_snip", [](const C& c) { return saliency(c) == "iter_snip"; }},
            {"sparsity.score_temperature", "init grasp", [](const C& c) { return saliency(c) == "grasp"; }},
            {"sparsity.phew_trim", "init phew", [](const C& c) { return saliency(c) == "phew"; }},
            {"sparsity.npb_alpha", "init npb", npb},
            {"sparsity.npb_beta", "init npb of models of images", npb_of_images},
            {"sparsity.npb_kernel", "init npb of models of images", npb_of_images},
            {"sparsity.npb_chunk", "init npb", npb},
            {"sparsity.npb_refill", "init npb", npb},
            {"sparsity.min_per_layer", "rankings of all layers, and methods that drop weights", keeps_least}};
}

std::vector<KeyReader> of_updates() {
    const auto milestones = [](const C& c) { return changes_in_intervals(c) && !c.sparsity.update_milestones.empty(); };
    return {{"sparsity.update_every", "methods whose topology changes", changes},
            {"sparsity.update_milestones", "methods that exchange weights", changes_in_intervals},
            {"sparsity.update_factor", "update_milestones", milestones},
            {"sparsity.stop_fraction", "methods that exchange weights", changes_in_intervals},
            {"sparsity.update_at_start", "methods whose topology changes", changes},
            {"sparsity.skip_optimizer_step", "methods whose topology changes", changes},
            {"sparsity.drop_noise", "methods that drop weights", drops},
            {"sparsity.drop_rounding", "methods that exchange a share of the weights", drops_a_share},
            {"sparsity.drop_fraction", "methods that exchange a share of the weights", drops_a_share},
            {"sparsity.drop_schedule", "methods that exchange a share of the weights", drops_a_share},
            {"sparsity.drop_fraction_min", "drop_schedule cosine, linear and inverse_power", anneals},
            {"sparsity.drop_power", "drop_schedule inverse_power",
             [](const C& c) { return drops_a_share(c) && c.sparsity.drop_schedule == "inverse_power"; }},
            {"sparsity.drop_milestones", "drop_schedule stepwise", drops_stepwise},
            {"sparsity.drop_factors", "drop_schedule stepwise", drops_stepwise},
            {"sparsity.gradient_weight", "drop_rule magnitude_gradient",
             [](const C& c) { return c.sparsity.drop_rule == "magnitude_gradient"; }},
            {"sparsity.threshold", "drop_rule threshold", drops_by_threshold},
            {"sparsity.threshold_tolerance", "drop_rule threshold", drops_by_threshold},
            {"sparsity.threshold_target", "drop_rule threshold", drops_by_threshold},
            {"sparsity.inclusive_thresholds", "drop_rule sign_balanced",
             [](const C& c) { return c.sparsity.drop_rule == "sign_balanced"; }},
            {"sparsity.dormant_samples", "methods whose topology changes", changes},
            {"sparsity.dormant_threshold", "dormant_samples above 0",
             [](const C& c) { return changes(c) && c.sparsity.dormant_samples > 0; }},
            {"sparsity.revival_next", "drop_rule revival_change",
             [](const C& c) { return c.sparsity.drop_rule == "revival_change"; }},
            {"sparsity.revival_tolerance", "drop_rule revival_change",
             [](const C& c) { return c.sparsity.drop_rule == "revival_change"; }},
            {"sparsity.reset_momentum", "methods whose topology changes", changes}};
}

std::vector<KeyReader> of_growth() {
    return {{"sparsity.candidates", "methods that grow weights", exchanges},
            {"sparsity.gradient_time", "grow rules and scores that go by one batch's gradient",
             [](const C& c) { return grows_by(c, sparsity::GrowScore::gradient) || has_scores(c); }},
            {"sparsity.zero_gradient", "grow rules that rank all absent positions by gradients, one by one",
             ranks_by_gradients},
            {"sparsity.momentum_decay", "grow_rule or redistribution momentum", by_momentum},
            {"sparsity.sample_factor", "grow_rule gradient_sampled",
             [](const C& c) { return c.sparsity.grow_rule == "gradient_sampled"; }},
            {"sparsity.early_stop", "grow_rule cosine_seq",
             [](const C& c) { return c.sparsity.grow_rule == "cosine_seq"; }},
            {"sparsity.budget", "methods that grow weights", exchanges},
            {"sparsity.redistribution", "methods that grow weights", exchanges},
            {"sparsity.grow_init", "methods that grow weights", exchanges},
            {"sparsity.regrown_value", "methods that grow weights", exchanges},
            {"sparsity.momentum_state", "methods that grow weights", exchanges},
            {"sparsity.backward_density", "parameters dense", has_dense_parameters},
            {"sparsity.backward_until", "parameters dense", has_dense_parameters},
            {"sparsity.exploration_loss", "parameters dense", has_dense_parameters},
            {"sparsity.mask_rate", "parameters scored", has_scores},
            {"sparsity.mask_gradient", "parameters scored", has_scores},
            {"sparsity.mask_soft", "parameters scored", has_scores},
            {"sparsity.mask_ridge", "mask_gradient bilinear",
             [](const C& c) { return has_scores(c) && c.sparsity.mask_gradient == "bilinear"; }},
            {"sparsity.mask_scope", "parameters scored", has_scores},
            {"sparsity.mask_candidates", "parameters scored", has_scores},
            {"sparsity.initial_density", "density schedules", has_density_schedule},
            {"sparsity.density_from", "density schedules", has_density_schedule},
            {"sparsity.density_until", "density schedules", has_density_schedule},
            {"sparsity.prune_scope", "density schedules", has_density_schedule},
            {"sparsity.classifier_density", "prune_scope layer",
             [](const C& c) { return has_density_schedule(c) && c.sparsity.prune_scope == "layer"; }},
            {"sparsity.exchange_scope", "methods that grow weights", exchanges},
            {"sparsity.soft_bound", "exchange_scope global", competes},
            {"sparsity.soft_until", "soft_bound above 0",
             [](const C& c) { return competes(c) && c.sparsity.soft_bound > 0.0; }},
            {"sparsity.channel_score", "channel_share above 0", removes_channels},
            {"sparsity.channel_every", "channel_share above 0", removes_channels},
            {"sparsity.channel_until", "channel_share above 0", removes_channels},
            {"sparsity.channel_floor", "channel_share above 0", removes_channels},
            {"sparsity.channel_surplus", "channel_share above 0", removes_channels},
            {"sparsity.importance_from", "importance pruning", prunes_neurons},
            {"sparsity.importance_percentile", "importance pruning", prunes_neurons},
            {"sparsity.importance_hard", "importance pruning", prunes_neurons}};
}

std::vector<KeyReader> of_optimizer() {
    return {{"optimizer.momentum", "kind sgd", is_sgd},
            {"optimizer.beta_1", "kinds adam and adamw", is_adam},
            {"optimizer.beta_2", "kinds adam and adamw", is_adam},
            {"optimizer.adam_epsilon", "kinds adam and adamw", is_adam},
            {"optimizer.decay_of", "weight_decay above 0", [](const C& c) { return c.optimizer.weight_decay > 0.0; }},
            {"optimizer.milestones", "schedule step", is_stepped},
            {"optimizer.factor", "schedule step", is_stepped},
            {"optimizer.min_learning_rate", "schedule cosine and cyclical",
             [](const C& c) {
                 return is_one_of(c.optimizer.schedule, {"cosine", "cyclical"});
             }},
            {"optimizer.cycle", "schedule cyclical", [](const C& c) { return c.optimizer.schedule == "cyclical"; }}};
}

/// What the key has where nobody gives it: the method's own, or the schema's.
bool has_default(const Key& key, const RunConfig& config, const RunConfig& by_default) {
    return key.get(config) == key.get(RunConfig{}) || key.get(config) == key.get(by_default) ||
           key.get(config) == Value(std::string());
}

/// The values that the run's method gives its keys.
RunConfig defaults_of_method(const RunConfig& resolved) {
    RunConfig config;
    const auto& method = find_named(sparsity::methods(), resolved.sparsity.method, "sparsity.method");
    for (const sparsity::Part& part : method.parts) {
        const Key& key = find_key("sparsity." + part.key);
        const auto* number = std::get_if<double>(&part.value);
        const bool whole = number != nullptr && std::holds_alternative<std::int64_t>(key.get(config));
        assign(config, key,
               whole ? Value(static_cast<std::int64_t>(*number))
                     : std::visit([](const auto& held) { return Value(held); }, part.value));
    }
    return config;
}

}  // namespace

const std::vector<KeyReader>& readers() {
    static const std::vector<KeyReader> all = [] {
        std::vector<KeyReader> table;
        for (const auto& part : {of_data(), of_model(), of_initial_mask(), of_updates(), of_growth(), of_optimizer()}) {
            table.insert(table.end(), part.begin(), part.end());
        }
        return table;
    }();
    return all;
}

std::string unread_keys(const Settings& settings, const RunConfig& resolved) {
    const RunConfig by_default = defaults_of_method(resolved);
    std::vector<std::string> unread;
    for (const KeyReader& reader : readers()) {
        if (!settings.has(reader.key) || reader.reads(resolved)) continue;
        const Key& key = find_key(reader.key);
        // A density of 1 is what a method that keeps every weight has anyway.
        const bool holds_anyway = key.name == "sparsity.density" && key.get(settings.config) == key.get(resolved);
        if (holds_anyway || has_default(key, settings.config, by_default)) continue;
        unread.push_back(key.name + " = " + toml_text(key.get(settings.config)) + " (for " + reader.of + ")");
    }
    return unread.empty() ? "" : "without effect here: " + join(unread);
}

std::vector<std::string> keys_read(const RunConfig& resolved, const std::string& section) {
    std::vector<std::string> names;
    for (const Key& key : schema()) {
        if (!key.name.starts_with(section + ".")) continue;
        const auto reader = std::ranges::find(readers(), key.name, &KeyReader::key);
        if (reader == readers().end() || reader->reads(resolved)) names.push_back(key.name.substr(section.size() + 1));
    }
    return names;
}

}  // namespace espalier::config
