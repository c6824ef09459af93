#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/config/value.hpp>
#include <espalier/sparsity/rules/grow_init.hpp>
#include <espalier/training/plan/dealt_plan.hpp>

namespace espalier::training {
namespace {

/// @param value  as the configuration has it
void refuse_dealing(const std::string& key, const std::string& value, const std::string& why) {
    throw ConfigError("--split-neurons: " + key + " = " + value + ": " + why);
}

std::string in_quotes(const std::string& text) {
    return "\"" + text + "\"";
}

void require_dealable_model(const config::RunConfig& config) {
    if (config.training.blocks != 1) {
        refuse_dealing("training.blocks", std::to_string(config.training.blocks),
                       "neurons are dealt, not samples; set it to 1");
    }
    if (config.model.execution != "sparse") {
        refuse_dealing("model.execution", in_quotes(config.model.execution),
                       "dealt layers are multiplied by the sparse kernels alone; set it to \"sparse\"");
    }
    if (config.training.weight_average > 0.0) {
        refuse_dealing("training.weight_average", config::toml_text(config.training.weight_average),
                       "no average of dealt neurons is kept; set it to 0");
    }
    if (config.model.dropout > 0.0) {
        refuse_dealing("model.dropout", config::toml_text(config.model.dropout),
                       "no rank draws for neurons of others; set it to 0");
    }
    if (config.sparsity.init_weights) {
        refuse_dealing("sparsity.init_weights", "true", "weights of files are not dealt; leave it out");
    }
    if (config.tickets.method != "none") {
        refuse_dealing("tickets.method", in_quotes(config.tickets.method), "tickets are not dealt; set it to \"none\"");
    }
}

void require_dealable_drops(const config::RunConfig::Sparsity& s, const sparsity::UpdatePlan& plan) {
    if (plan.density.changes()) {
        refuse_dealing("sparsity.density_schedule", in_quotes(s.density_schedule),
                       "pruning is not dealt; set it to \"constant\"");
    }
    if (plan.scope == sparsity::ExchangeScope::global) {
        refuse_dealing("sparsity.exchange_scope", in_quotes(s.exchange_scope),
                       "layers are looked at one at a time; set it to \"layer\"");
    }
    if (plan.channels.removes()) {
        refuse_dealing("sparsity.channel_share", config::toml_text(s.channel_share),
                       "removing channels is not dealt; set it to 0");
    }
    if (plan.importance.every > 0) {
        refuse_dealing("sparsity.importance_every", in_quotes(s.importance_every),
                       "pruning of neurons is not dealt; set it to \"0ep\"");
    }
    if (plan.dormant_samples > 0) {
        refuse_dealing("sparsity.dormant_samples", std::to_string(s.dormant_samples),
                       "no rank sees all neurons; set it to 0");
    }
    if (plan.drop == nullptr) return;
    if (plan.drop->tracking != sparsity::Tracking::none || plan.drop->count || plan.drop->has_threshold ||
        plan.drop->reads_activity) {
        refuse_dealing("sparsity.drop_rule", in_quotes(s.drop_rule),
                       "it looks at more than a layer's weights and gradients; choose \"magnitude\"");
    }
}

void require_dealable_growth(const config::RunConfig::Sparsity& s, const sparsity::UpdatePlan& plan) {
    if (plan.grow != nullptr && (plan.grow->score != sparsity::GrowScore::none || plan.grow->only_never_active)) {
        refuse_dealing("sparsity.grow_rule", in_quotes(s.grow_rule),
                       "no rank has what absent weights are ranked by; choose \"random\"");
    }
    if (plan.candidates == sparsity::CandidateSet::never_active) {
        refuse_dealing("sparsity.candidates", in_quotes(s.candidates), "no rank has the union of all masks");
    }
    if (plan.redistribution != nullptr) {
        refuse_dealing("sparsity.redistribution", in_quotes(s.redistribution),
                       "layers are looked at one at a time; set it to \"none\"");
    }
    if (sparsity::parse_grow_init(s.grow_init).kind != sparsity::GrowInit::Kind::zeros)
        refuse_dealing("sparsity.grow_init", in_quotes(s.grow_init), "it is not dealt; set it to \"zeros\"");
    if (s.momentum_state == "dense") {
        refuse_dealing("sparsity.momentum_state", in_quotes(s.momentum_state),
                       "absent weights have no rank; set it to \"masked\"");
    }
}

}  // namespace

void require_dealable(const config::RunConfig& config, const sparsity::UpdatePlan& plan) {
    require_dealable_model(config);
    const config::RunConfig::Sparsity& s = config.sparsity;
    if (plan.parameters != sparsity::Parameters::kept) {
        refuse_dealing("sparsity.parameters", in_quotes(s.parameters),
                       "absent weights have no rank; set it to \"kept\"");
    }
    if (s.exploration)
        refuse_dealing("sparsity.exploration", "true", "no rank has the union of all masks; set it to false");
    if (s.regroup_rows > 0)
        refuse_dealing("sparsity.regroup_rows", std::to_string(s.regroup_rows),
                       "masks are not regrouped by ranks; set it to 0");
    if (s.structure != "none")
        refuse_dealing("sparsity.structure", in_quotes(s.structure), "it is not dealt; set it to \"none\"");
    require_dealable_drops(s, plan);
    require_dealable_growth(s, plan);
}

}  // namespace espalier::training
