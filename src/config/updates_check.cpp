#include <algorithm>
#include <functional>

#include <espalier/base/text/duration.hpp>
#include <espalier/config/updates_check.hpp>
#include <espalier/config/value.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/update/update_form.hpp>
#include <espalier/sparsity/update/update_plan.hpp>

namespace espalier::config {
namespace {

using Sparsity = RunConfig::Sparsity;

bool has_schedule(const Sparsity& s) {
    return s.density_schedule != "constant";
}

bool prunes_neurons(const Sparsity& s) {
    return !Duration::parse(s.importance_every).is_zero();
}

/// The key that says so, or else the method.
std::string who(const Settings& settings, const std::string& key) {
    return settings.has(key) ? key : "sparsity.method";
}

/// parameters = "dense" or "scored": the masks follow from sizes or scores, and nothing else may want to choose them.
void check_own_masks(const Settings& settings, const Sparsity& s) {
    const bool is_scored = s.parameters == "scored";
    const bool draws = is_scored && s.mask_candidates < 1.0;  // and goes on from the mask that init finds
    const auto clash = [&](bool is_set, const std::string& leaf, const std::string& value) {
        if (!is_set) return;
        refuse(settings, who(settings, "sparsity." + leaf),
               "brings " + leaf + " = " + value + ", which is not for parameters = \"" + s.parameters +
                   "\", whose masks keep the " + (is_scored ? "highest scores" : "largest") + ": leave it out");
    };
    const auto clash_text = [&](const char* leaf, const std::string& value, const std::string& none) {
        clash(value != none, leaf, '"' + value + '"');
    };
    clash_text("structure", s.structure, "none");
    const sparsity::Init init = sparsity::parse_init(s.init);
    const bool looks = is_scored && (init.saliency != nullptr || !init.file.empty());
    clash((!draws && (init.structure != nullptr || looks)) || s.init == "dense", "init", '"' + s.init + '"');
    clash(!draws && s.init_seed >= 0, "init_seed", std::to_string(s.init_seed));
    clash(!draws && s.init_perturbation > 0.0, "init_perturbation", toml_text(s.init_perturbation));
    clash_text("drop_rule", s.drop_rule, "none");
    clash_text("grow_rule", s.grow_rule, "none");
    clash_text("budget", s.budget, "exchange");
    clash_text("redistribution", s.redistribution, "none");
    clash_text("grow_init", s.grow_init, "zeros");
    clash_text("momentum_state", s.momentum_state, "masked");
    clash_text("density_schedule", s.density_schedule, "constant");
    clash_text("exchange_scope", s.exchange_scope, "layer");
    clash(s.channel_share > 0.0, "channel_share", toml_text(s.channel_share));
    if (draws && s.mask_gradient == "first_order") {
        refuse(
            settings, who(settings, "sparsity.mask_candidates"),
            "= " + toml_text(s.mask_candidates) +
                " scores absent positions whose weights are 0, where mask_gradient = \"first_order\" is 0, too: none "
                "would ever be chosen; set mask_gradient = \"bilinear\", or mask_candidates = 1");
    }
    if (is_scored) return;
    if (s.backward_density > 0.0 && s.epsilon == 0.0 && s.backward_density < s.density) {
        refuse(settings, "sparsity.backward_density",
               "= " + toml_text(s.backward_density) + " is below sparsity.density = " + toml_text(s.density) +
                   ": what is used is trained; give at least the density, or 0 for half way from it to 1");
    }
}

void check_fixed(const Settings& settings, const sparsity::Method& method, const Sparsity& s) {
    const std::string why = "is not for method " + method.name +
                            ", whose topology never changes: leave it out or choose another sparsity.method";
    if (s.drop_rule != "none") refuse(settings, "sparsity.drop_rule", why);
    if (s.grow_rule != "none") refuse(settings, "sparsity.grow_rule", why);
    if (has_schedule(s)) refuse(settings, "sparsity.density_schedule", why);
    if (prunes_neurons(s)) refuse(settings, "sparsity.importance_every", why);
    if (s.channel_share > 0.0) refuse(settings, "sparsity.channel_share", why);
}

void check_interval(const Settings& settings, const sparsity::Method& method, const Sparsity& s) {
    if (Duration::parse(s.update_every).is_zero()) {
        refuse(settings, "sparsity.update_every", "must be longer than 0 for method " + method.name);
    }
}

void check_dynamic(const Settings& settings, const sparsity::Method& method, const Sparsity& s) {
    check_interval(settings, method, s);
    if (s.drop_rule == "none") {
        refuse(settings, "sparsity.drop_rule",
               "= \"none\" leaves method " + method.name + " nothing to do: leave it out");
    }
    if (s.grow_rule == "none" && !has_schedule(s)) {
        refuse(settings, "sparsity.grow_rule",
               "= \"none\" would only drop: choose a rule, or a sparsity.density_schedule that says how far");
    }
}

void check_ascending(const Settings& settings, const std::string& key, const std::vector<double>& shares) {
    if (std::ranges::adjacent_find(shares, std::greater_equal<>{}) != shares.end()) {
        refuse(settings, key, "= " + toml_text(shares) + " must ascend");
    }
}

void check_schedules(const Settings& settings, const Sparsity& s) {
    check_ascending(settings, "sparsity.update_milestones", s.update_milestones);
    check_ascending(settings, "sparsity.drop_milestones", s.drop_milestones);
    if (s.drop_schedule == "stepwise" && s.drop_factors.size() != s.drop_milestones.size()) {
        refuse(settings, "sparsity.drop_factors",
               "has " + std::to_string(s.drop_factors.size()) + " numbers for " +
                   std::to_string(s.drop_milestones.size()) + " of drop_milestones: give each its factor");
    }
    if (s.drop_schedule == "stepwise" &&
        std::ranges::any_of(s.drop_factors, [&](double factor) { return factor * s.drop_fraction > 1.0; })) {
        refuse(settings, "sparsity.drop_factors", "makes drop_fraction larger than 1");
    }
    if (s.drop_fraction_min > s.drop_fraction && s.drop_schedule != "constant" && s.drop_schedule != "stepwise") {
        refuse(settings,
               settings.has("sparsity.drop_fraction_min") ? "sparsity.drop_fraction_min" : "sparsity.drop_fraction",
               "makes drop_fraction_min = " + toml_text(s.drop_fraction_min) +
                   " larger than drop_fraction = " + toml_text(s.drop_fraction));
    }
}

void check_density(const Settings& settings, const Sparsity& s) {
    if (!has_schedule(s)) return;
    if (s.initial_density < s.density) {
        refuse(settings, who(settings, "sparsity.initial_density"),
               "makes the density rise from " + toml_text(s.initial_density) + " to " + toml_text(s.density) +
                   ", and a density schedule only prunes: give sparsity.initial_density at least sparsity.density");
    }
    if (s.density_from >= s.density_until) {
        refuse(settings, "sparsity.density_from",
               "= " + toml_text(s.density_from) + " must be below density_until = " + toml_text(s.density_until));
    }
    if (s.epsilon > 0.0) refuse(settings, "sparsity.epsilon", "is not for a density schedule: give sparsity.density");
    if (!s.update_milestones.empty()) {
        refuse(settings, "sparsity.update_milestones",
               "is not for a density schedule, whose events are equally far apart: leave it out");
    }
    if (s.init == "dense" && s.initial_density < 1.0) {
        refuse(settings, who(settings, "sparsity.initial_density"),
               "= " + toml_text(s.initial_density) + " is not for init \"dense\": choose another sparsity.init");
    }
}

void check_budget(const Settings& settings, const Sparsity& s) {
    const bool redistributes = s.redistribution != "none";
    if (s.budget != "exchange" && redistributes) {
        refuse(settings, "sparsity.budget",
               "= \"" + s.budget + "\" fixes what a layer has, sparsity.redistribution = \"" + s.redistribution +
                   "\" moves it: leave one out");
    }
    if (s.budget != "exchange" && has_schedule(s)) {
        refuse(settings, "sparsity.budget",
               "= \"" + s.budget + "\" fixes what a layer has, a density schedule lowers it: leave one out");
    }
    if (s.budget == "soft" && s.drop_rule == "threshold") {
        refuse(settings, "sparsity.budget", "= \"soft\" says how many are dropped, as drop_rule threshold does");
    }
    const bool unfired = s.candidates == "never_active" || s.grow_rule == "unfired";
    if (unfired && !s.exploration) {
        refuse(settings, "sparsity.exploration", "must be true to grow what was never active");
    }
}

void check_structure(const Settings& settings, const Sparsity& s) {
    if (s.structure == "none") return;
    const std::string has = "= \"" + s.structure + "\" ";
    const sparsity::UpdateForm form = sparsity::parse_update_form(s.structure);
    const auto clash = [&](const std::string& what) {
        refuse(settings, "sparsity.structure", has + "does not go with " + what);
    };
    if (s.drop_rule == "sign_balanced") clash("drop_rule sign_balanced, which counts single weights");
    if (s.drop_rule == "threshold") clash("drop_rule threshold, which counts single weights");
    if (s.drop_rule == "magnitude_change") clash("drop_rule magnitude_change, which counts single weights");
    if (s.grow_rule == "gradient_sampled") clash("grow_rule gradient_sampled, which looks at single positions");
    if (form.is_in_blocks() && (s.candidates != "all_absent" || s.grow_rule == "unfired")) {
        clash("candidates other than all_absent");
    }
    if (form.group_size == 0) return;
    if (s.grow_rule == "cosine_sim") clash("grow_rule cosine_sim, which chooses in all groups at once");
    if (s.redistribution != "none") clash("redistribution: every group keeps its number");
    if (s.budget != "exchange") clash("a budget other than exchange: every group keeps its number");
    if (has_schedule(s)) clash("a density schedule: every group keeps its number");
}

void check_importance(const Settings& settings, const Sparsity& s) {
    if (!prunes_neurons(s)) return;
    const auto clash = [&](bool is_set, const std::string& key, const std::string& why) {
        if (!is_set) return;
        const bool given = settings.has(key);
        refuse(settings, given ? key : who(settings, "sparsity.importance_every"),
               (given ? "does not go with importance pruning (sparsity.importance_every)"
                      : "prunes neurons, which does not go with " + key) +
                   ", " + why + ": leave one out");
    };
    const std::string shrinks = "which shrinks layers for good";
    clash(s.structure != "none", "sparsity.structure", "which takes whole neurons");
    clash(s.redistribution != "none", "sparsity.redistribution", shrinks);
    clash(s.budget != "exchange", "sparsity.budget", shrinks);
    clash(has_schedule(s), "sparsity.density_schedule", shrinks);
    clash(s.min_per_layer > 0, "sparsity.min_per_layer", shrinks);
}

/// exchange_scope = "global": all layers are one ranking, and whatever else deals weights to layers has no place.
void check_scope(const Settings& settings, const Sparsity& s) {
    const auto clash = [&](bool is_set, const std::string& key, const std::string& why) {
        if (!is_set) return;
        const bool given = settings.has(key);
        refuse(settings, given ? key : who(settings, "sparsity.exchange_scope"),
               (given ? "does not go with sparsity.exchange_scope = \"global\", "
                      : "ranks the weights of all layers, which does not go with " + key + ", ") +
                   why);
    };
    if (s.exchange_scope != "global") {
        if (s.soft_bound > 0.0 && settings.has("sparsity.exchange_scope")) {
            refuse(settings, "sparsity.exchange_scope",
                   "= \"layer\" has no soft bound over all layers: set sparsity.soft_bound to 0");
        }
        return;
    }
    const std::string deals = "which says what a layer has: leave one out";
    clash(s.grow_rule != "gradient", "sparsity.grow_rule",
          "whose scores of several layers are not compared: gradient is");
    clash(s.drop_rule == "sign_balanced" || s.drop_rule == "threshold" || s.drop_rule == "magnitude_change",
          "sparsity.drop_rule", "which counts by layer: choose another");
    clash(s.structure != "none", "sparsity.structure", "which keeps each layer's form: leave one out");
    clash(s.redistribution != "none", "sparsity.redistribution", deals);
    clash(s.budget != "exchange", "sparsity.budget", deals);
    clash(has_schedule(s), "sparsity.density_schedule", "which lowers the number of weights: leave one out");
    clash(prunes_neurons(s), "sparsity.importance_every", "which shrinks layers for good: leave one out");
}

/// Rules of revival put the weights of a layer in classes: their scores are an order, not sizes that could be averaged,
/// disturbed or compared between layers.
void check_revival(const Settings& settings, const Sparsity& s) {
    if (s.drop_rule != "revival_activity" && s.drop_rule != "revival_change") return;
    const auto clash = [&](bool is_set, const std::string& what) {
        if (is_set) {
            refuse(settings, who(settings, "sparsity.drop_rule"),
                   "brings drop_rule = \"" + s.drop_rule +
                       "\", which orders the single weights of a layer and does not go with " + what +
                       ": leave one out");
        }
    };
    clash(s.drop_noise > 0.0, "sparsity.drop_noise");
    clash(s.structure != "none", "sparsity.structure");
    clash(has_schedule(s), "sparsity.density_schedule");
    clash(s.exchange_scope == "global", "sparsity.exchange_scope = \"global\"");
    clash(prunes_neurons(s), "sparsity.importance_every, which takes neurons for good");
    if (s.drop_rule == "revival_activity" && s.dormant_samples == 0) {
        refuse(settings, "sparsity.dormant_samples",
               "= 0 looks at no sample, and drop_rule revival_activity must know which neurons are dormant: set it to "
               "1024, or choose drop_rule revival_change");
    }
}

void check_channels(const Settings& settings, const Sparsity& s) {
    if (s.channel_share == 0.0) return;
    if (s.exchange_scope != "global") {
        refuse(settings, who(settings, "sparsity.channel_share"),
               "= " + toml_text(s.channel_share) +
                   " removes channels, whose weights grow anew in other layers: that needs sparsity.exchange_scope = "
                   "\"global\"");
    }
    if (Duration::parse(s.channel_every).is_zero()) {
        refuse(settings, who(settings, "sparsity.channel_every"),
               "must be longer than 0 to remove channels (sparsity.channel_share)");
    }
}

/// Updates would take blocks apart that a mask was regrouped to.
void check_regrouping(const Settings& settings, const sparsity::Method& method, const Sparsity& s) {
    if (s.regroup_rows == 0 || (!method.is_dynamic() && s.parameters == "kept")) return;
    refuse(settings, "sparsity.regroup_rows",
           "= " + std::to_string(s.regroup_rows) + " is not for method " + method.name +
               ", whose updates would take the blocks apart: leave it out, or choose sparsity.method = \"static\"");
}

}  // namespace

void check_updates(const Settings& settings, const sparsity::Method& method, const RunConfig& resolved) {
    const Sparsity& s = resolved.sparsity;
    check_regrouping(settings, method, s);
    if (s.parameters != "kept") {
        check_interval(settings, method, s);
        check_own_masks(settings, s);
        check_ascending(settings, "sparsity.update_milestones", s.update_milestones);
        return;
    }
    if (!method.is_dynamic()) {
        check_fixed(settings, method, s);
        return;
    }
    check_dynamic(settings, method, s);
    check_schedules(settings, s);
    check_density(settings, s);
    check_budget(settings, s);
    check_structure(settings, s);
    check_revival(settings, s);
    check_importance(settings, s);
    check_scope(settings, s);
    check_channels(settings, s);
    if (s.grow_rule == "cosine_seq" && resolved.data.validation == 0.0) {
        refuse(settings, "data.validation",
               "= 0 holds no examples out, and grow_rule cosine_seq watches their accuracy: set it higher, or choose "
               "grow_rule cosine");
    }
    if (s.momentum_state == "dense" && (resolved.optimizer.kind != "sgd" || resolved.optimizer.momentum == 0.0)) {
        refuse(settings, "sparsity.momentum_state", "= \"dense\" is for optimizer sgd with momentum");
    }
}

}  // namespace espalier::config
