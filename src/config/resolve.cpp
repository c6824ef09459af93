#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/value.hpp>
#include <espalier/sparsity/initial_mask.hpp>
#include <espalier/sparsity/methods.hpp>

namespace espalier::config {
namespace {

using sparsity::Method;

[[noreturn]] void refuse(const Settings& settings, const std::string& key, const std::string& why) {
    throw ConfigError(settings.at(key) + key + " " + why);
}

void check_epsilon(const Settings& settings, const Method& method) {
    const RunConfig::Sparsity& given = settings.config.sparsity;
    if (given.epsilon == 0.0) return;
    const std::string key = "sparsity.epsilon";
    if (method.init == "dense") refuse(settings, key, "has no meaning for method " + method.name + ": leave it out");
    const bool is_structure = !given.init.empty() && sparsity::parse_init(given.init).structure != nullptr;
    const bool by_er = given.init.empty() || (is_structure ? given.layer_densities : given.init) == "er";
    if (!by_er) {
        refuse(settings, key,
               "belongs to init \"er\", not \"" + given.init + "\": change sparsity.init" +
                   (is_structure ? " or set sparsity.layer_densities = \"er\"," : "") + " or leave it out");
    }
    if (settings.has("sparsity.density")) {
        refuse(settings, key, "and sparsity.density both say how many weights are kept: leave one out");
    }
}

/// A structure that says itself how many weights are kept leaves nothing to choose.
void take_density_of_structure(const Settings& settings, RunConfig::Sparsity& resolved) {
    const sparsity::Init init = sparsity::parse_init(resolved.init);
    if (!init.has_density()) return;
    const std::string what = "is not for init \"" + resolved.init + "\", which keeps " + toml_text(init.density()) +
                             " of the weights: leave it out or choose another sparsity.init";
    if (settings.has("sparsity.density") && resolved.density != init.density()) {
        refuse(settings, "sparsity.density", "= " + toml_text(resolved.density) + " " + what);
    }
    if (resolved.epsilon > 0.0) refuse(settings, "sparsity.epsilon", what);
    resolved.density = init.density();
}

void resolve_distribution(const Settings& settings, const Method& method, RunConfig::Sparsity& resolved) {
    check_epsilon(settings, method);
    if (method.init == "dense" && !resolved.init.empty() && resolved.init != "dense") {
        refuse(settings, "sparsity.init",
               "= \"" + resolved.init + "\" is not for method " + method.name +
                   ", which keeps every weight: leave it out or choose another sparsity.method");
    }
    if (resolved.init.empty()) resolved.init = resolved.epsilon > 0.0 ? "er" : method.init;
    if (resolved.init == "dense") resolved.density = 1.0;
    take_density_of_structure(settings, resolved);
}

void fill_from_method(const Method& method, RunConfig::Sparsity& resolved) {
    const auto fill = [](auto& value, const auto& own, bool unset) {
        if (unset) value = own;
    };
    fill(resolved.drop_fraction, method.drop_fraction, resolved.drop_fraction < 0.0);
    fill(resolved.stop_fraction, method.stop_fraction, resolved.stop_fraction < 0.0);
    fill(resolved.update_every, method.update_every, resolved.update_every.empty());
    fill(resolved.drop_rule, method.drop_rule, resolved.drop_rule.empty());
    fill(resolved.grow_rule, method.grow_rule, resolved.grow_rule.empty());
    fill(resolved.drop_schedule, method.drop_schedule, resolved.drop_schedule.empty());
    resolved.update_every = Duration::parse(resolved.update_every).text();
}

void check_updates(const Settings& settings, const Method& method, const RunConfig::Sparsity& resolved) {
    if (method.is_dynamic()) {
        if (Duration::parse(resolved.update_every).is_zero()) {
            refuse(settings, "sparsity.update_every", "must be longer than 0 for method " + method.name);
        }
        return;
    }
    const std::string why = "is not for method " + method.name +
                            ", whose topology never changes: leave it out or choose another sparsity.method";
    if (!resolved.drop_rule.empty()) refuse(settings, "sparsity.drop_rule", why);
    if (!resolved.grow_rule.empty()) refuse(settings, "sparsity.grow_rule", why);
}

void check_optimizer(const Settings& settings) {
    const RunConfig::Optimizer& given = settings.config.optimizer;
    if (given.nesterov && given.kind != "sgd") {
        refuse(settings, "optimizer.nesterov", "is for kind \"sgd\", not \"" + given.kind + "\": leave it out");
    }
    if (given.nesterov && given.momentum == 0.0) {
        refuse(settings, "optimizer.nesterov", "needs optimizer.momentum above 0");
    }
    if (std::ranges::adjacent_find(given.milestones, std::greater_equal<>{}) != given.milestones.end()) {
        refuse(settings, "optimizer.milestones", "= " + toml_text(given.milestones) + " must ascend");
    }
    if (given.min_learning_rate > given.learning_rate) {
        const bool rate_given = !settings.has("optimizer.min_learning_rate");
        refuse(settings, rate_given ? "optimizer.learning_rate" : "optimizer.min_learning_rate",
               "makes min_learning_rate = " + toml_text(given.min_learning_rate) +
                   " larger than learning_rate = " + toml_text(given.learning_rate));
    }
}

}  // namespace

RunConfig resolve(const Settings& settings) {
    RunConfig resolved = settings.config;
    const Method& method = find_named(sparsity::methods(), resolved.sparsity.method, "sparsity.method");
    resolve_distribution(settings, method, resolved.sparsity);
    fill_from_method(method, resolved.sparsity);
    check_updates(settings, method, resolved.sparsity);
    check_optimizer(settings);
    return resolved;
}

}  // namespace espalier::config
