#include <algorithm>
#include <cmath>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/config/data_check.hpp>
#include <espalier/config/model_check.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/tickets_check.hpp>
#include <espalier/config/updates_check.hpp>
#include <espalier/config/value.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/sparsity/methods/ticket_methods.hpp>
#include <espalier/topology/files/stored_network.hpp>

namespace espalier::config {
namespace {

using sparsity::Method;

void check_epsilon(const Settings& settings, const Method& method) {
    const RunConfig::Sparsity& given = settings.config.sparsity;
    if (given.epsilon == 0.0) return;
    const std::string key = "sparsity.epsilon";
    if (method.keeps_every_weight())
        refuse(settings, key, "has no meaning for method " + method.name + ": leave it out");
    const bool by_layer =
        !given.init.empty() && sparsity::parse_init(given.init).takes_layer_densities(given.score_scope == "layer");
    const bool by_er = given.init.empty() || (by_layer ? given.layer_densities : given.init) == "er";
    if (!by_er) {
        refuse(settings, key,
               "belongs to init \"er\", not \"" + given.init + "\": change sparsity.init" +
                   (by_layer ? " or set sparsity.layer_densities = \"er\"," : "") + " or leave it out");
    }
    if (settings.has("sparsity.density")) {
        refuse(settings, key, "and sparsity.density both say how many weights are kept: leave one out");
    }
}

/// A method's own epsilon gives way to whatever else says how many weights are kept.
void settle_epsilon(const Settings& settings, RunConfig::Sparsity& resolved) {
    if (settings.has("sparsity.epsilon")) return;
    const sparsity::Init init = sparsity::parse_init(resolved.init);
    const bool by_layer = init.takes_layer_densities(resolved.score_scope == "layer");
    const bool by_er = (by_layer ? resolved.layer_densities : resolved.init) == "er";
    const bool own_density = resolved.structure != "none" && sparsity::parse_init(resolved.structure).has_density();
    if (!by_er || own_density || settings.has("sparsity.density") || resolved.density_schedule != "constant") {
        resolved.epsilon = 0.0;
    }
}

/// What an init keeps by itself.
struct OwnDensity {
    double value = 0.0;
    double tolerance = 0.0;  ///< a density this near is the same number of weights
};

/// Of a structure or file; nothing where the density is free.
std::optional<OwnDensity> own_density(const Settings& settings, const sparsity::Init& init, InitFile init_file) {
    if (init.has_density()) return OwnDensity{init.density(), 0.0};
    if (init.file.empty() || init_file == InitFile::trust) return std::nullopt;
    try {
        const topology::Topology file = topology::read_one_topology(init.file);
        return OwnDensity{topology::density(file), 1.0 / static_cast<double>(topology::positions(file))};
    } catch (const ConfigError& error) {
        refuse(settings, "sparsity.init", "names a file: " + std::string(error.what()));
    }
}

/// An init that says itself how many weights are kept leaves nothing to choose.
void take_density_of_init(const Settings& settings, const sparsity::Init& init, InitFile init_file,
                          RunConfig::Sparsity& resolved) {
    const std::optional<OwnDensity> own = own_density(settings, init, init_file);
    if (!own) return;
    if (resolved.density_schedule != "constant") {
        resolved.initial_density = own->value;
        return;
    }
    const std::string what = "is not for init \"" + resolved.init + "\", which keeps " + toml_text(own->value) +
                             " of the weights: leave it out or choose another sparsity.init";
    const bool is_another = resolved.density != own->value && std::abs(resolved.density - own->value) >= own->tolerance;
    if (settings.has("sparsity.density") && is_another) {
        refuse(settings, "sparsity.density", "= " + toml_text(resolved.density) + " " + what);
    }
    if (resolved.epsilon > 0.0) refuse(settings, "sparsity.epsilon", what);
    resolved.density = own->value;
}

/// Keys that contradict the way in which the initial mask is found.
void check_initial_mask(const Settings& settings, const sparsity::Init& init, const RunConfig::Sparsity& resolved) {
    const std::string with_init = " init \"" + resolved.init + "\"";
    const bool draws = (init.structure == nullptr && init.saliency == nullptr && init.file.empty()) || init.ratio_only;
    if (resolved.placement == "bernoulli" && !draws) {
        refuse(settings, "sparsity.placement",
               "= \"bernoulli\" has no meaning for" + with_init + ", whose positions are no random draw: leave it out");
    }
    if (init.saliency != nullptr && init.saliency->traits.batches > 0 &&
        nn::task_of(settings.config.model.kind) != nn::Task::classification) {
        refuse(settings, "sparsity.init",
               "= \"" + resolved.init + "\" takes gradients of a classifier's loss, which model.kind = \"" +
                   settings.config.model.kind + "\" has not: choose another");
    }
    const bool by_layer = resolved.score_scope == "layer";
    if (by_layer && init.saliency != nullptr && init.saliency->traits.is_iterative) {
        refuse(settings, "sparsity.score_scope",
               "= \"layer\" is not for" + with_init + ", which has one ranking of all layers: leave it out");
    }
    if (by_layer && resolved.min_per_layer > 0 && settings.has("sparsity.min_per_layer")) {
        refuse(settings, "sparsity.min_per_layer",
               "is for one ranking of all layers, not for score_scope = \"layer\": leave it out");
    }
    if (!resolved.init_weights) return;
    if (init.file.empty() || init.ratio_only) {
        refuse(settings, "sparsity.init_weights",
               "= true needs weights to start with: init \"file:PATH\", not" + with_init);
    }
    if (resolved.init_perturbation > 0.0) {
        refuse(settings, "sparsity.init_perturbation",
               "moves weights to positions for which the file has none: leave it out or set init_weights = false");
    }
}

/// Updates that keep a form begin with a mask that has it.
void resolve_structure(const Settings& settings, RunConfig::Sparsity& resolved) {
    if (resolved.structure == "none" || resolved.init == resolved.structure) return;
    const sparsity::Init init = sparsity::parse_init(resolved.init);
    if (init.structure != nullptr || init.saliency != nullptr || !init.file.empty()) {
        refuse(settings, "sparsity.structure",
               "= \"" + resolved.structure + "\" cannot keep the form of sparsity.init = \"" + resolved.init +
                   "\": leave init out or give it the same form");
    }
    resolved.layer_densities = resolved.init;
    resolved.init = resolved.structure;
}

Value as_value(const sparsity::Part& part) {
    return std::visit([](const auto& held) { return Value(held); }, part.value);
}

/// True where the method's value is to be taken: not given, or given as "".
bool is_left_to_method(const Settings& settings, const Key& key) {
    return !settings.has(key.name) || key.get(settings.config) == Value(std::string());
}

/// Gives every key of the method's table that is left to it the method's value, else the key's own default.
void fill_from_method(const Settings& settings, const std::string& table, const std::vector<sparsity::Part>& parts,
                      RunConfig& resolved) {
    for (const Key& key : schema()) {
        if (key.table() != table || !key.rule.by_method || !is_left_to_method(settings, key)) continue;
        const auto part = std::ranges::find(parts, key.leaf(), &sparsity::Part::key);
        if (part == parts.end()) {
            key.put(resolved, key.get(RunConfig{}));
        } else {
            // What stands in the table in whole numbers may be of a key that holds integers.
            const Value like = key.get(resolved);
            const auto* number = std::get_if<double>(&part->value);
            const bool whole = number != nullptr && std::holds_alternative<std::int64_t>(like);
            assign(resolved, key, whole ? Value(static_cast<std::int64_t>(*number)) : as_value(*part));
        }
    }
}

void resolve_distribution(const Settings& settings, const Method& method, InitFile init_file,
                          RunConfig::Sparsity& resolved) {
    check_epsilon(settings, method);
    settle_epsilon(settings, resolved);
    const std::string& given = settings.config.sparsity.init;
    const bool from_file = method.keeps_every_weight() && resolved.init_weights && given.starts_with("file:");
    if (method.keeps_every_weight() && !given.empty() && given != "dense" && !from_file) {
        refuse(settings, "sparsity.init",
               "= \"" + given + "\" is not for method " + method.name + ", which keeps every weight: leave it out" +
                   (given.starts_with("file:") ? ", set sparsity.init_weights = true to start with its weights," : "") +
                   " or choose another sparsity.method");
    }
    if (given.empty() && resolved.epsilon > 0.0) resolved.init = "er";
    if (method.keeps_every_weight() || (resolved.init == "dense" && resolved.density_schedule == "constant")) {
        resolved.density = 1.0;
    }
    resolve_structure(settings, resolved);
    const sparsity::Init init = sparsity::parse_init(resolved.init);
    if (!from_file) take_density_of_init(settings, init, init_file, resolved);
    check_initial_mask(settings, init, resolved);
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

void check_blocks(const Settings& settings) {
    const RunConfig::Training& given = settings.config.training;
    if (given.blocks <= given.batch_size) return;
    refuse(settings, settings.has("training.blocks") ? "training.blocks" : "training.batch_size",
           "makes training.blocks = " + std::to_string(given.blocks) + " more than the samples of a batch, " +
               std::to_string(given.batch_size) + ": blocks would be empty at every step; choose fewer");
}

}  // namespace

RunConfig resolve(const Settings& settings, InitFile init_file) {
    RunConfig resolved = settings.config;
    const Method& method = find_named(sparsity::methods(), resolved.sparsity.method, "sparsity.method");
    fill_from_method(settings, "sparsity", method.parts, resolved);
    const auto& tickets = find_named(sparsity::ticket_methods(), resolved.tickets.method, "tickets.method");
    fill_from_method(settings, "tickets", tickets.parts, resolved);
    resolve_distribution(settings, method, init_file, resolved.sparsity);
    if (nn::takes_images(resolved.model.kind) && !settings.has("model.init")) resolved.model.init = "published";
    check_updates(settings, method, resolved);
    check_data(settings, resolved);
    check_model(settings, resolved);
    check_optimizer(settings);
    check_blocks(settings);
    check_tickets(settings, resolved);
    return resolved;
}

bool was_resolved(const Settings& settings) {
    return 2 * settings.places.size() > schema().size();  // earlier versions knew fewer keys
}

RunConfig portable(RunConfig config, const std::filesystem::path& folder) {
    const std::string marker = "file:";
    std::string& init = config.sparsity.init;
    const std::size_t at = init.find(marker);
    if (at == std::string::npos) return config;
    const std::filesystem::path path = init.substr(at + marker.size());
    const auto relative = path.lexically_relative(std::filesystem::absolute(folder).lexically_normal());
    const bool is_inside = !relative.empty() && *relative.begin() != "..";
    if (is_inside) init = init.substr(0, at + marker.size()) + relative.string();
    return config;
}

}  // namespace espalier::config
