#include <espalier/base/text/duration.hpp>
#include <espalier/config/model_check.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::config {
namespace {

void check_chain(const Settings& settings, const RunConfig& resolved) {
    const auto no_chain = [&](const std::string& key, const std::string& what) {
        refuse(settings, settings.has(key) ? key : "sparsity.method",
               what + ", which follows neurons from each layer to the next; the layers of model.kind = \"" +
                   resolved.model.kind + "\" are no chain: choose another, or model.kind = \"mlp\"");
    };
    const RunConfig::Sparsity& s = resolved.sparsity;
    const sparsity::Init init = sparsity::parse_init(s.init);
    if (init.saliency != nullptr && init.saliency->traits.needs_chain) {
        no_chain("sparsity.init", "asks for init \"" + s.init + "\"");
    }
    if (!Duration::parse(s.importance_every).is_zero()) {
        no_chain("sparsity.importance_every", "prunes neurons (importance_every = \"" + s.importance_every + "\")");
    }
    if (s.grow_rule != "none" && find_named(sparsity::grow_rules(), s.grow_rule, "sparsity.grow_rule").score ==
                                     sparsity::GrowScore::similarity) {
        no_chain("sparsity.grow_rule", "grows by similar neurons (grow_rule = \"" + s.grow_rule + "\")");
    }
}

}  // namespace

bool takes_images(const RunConfig& config) {
    return nn::takes_images(config.model.kind);
}

void check_model(const Settings& settings, const RunConfig& resolved) {
    const bool is_chain = nn::is_chain_of_features(resolved.model.kind);
    const bool images = takes_images(resolved);
    if (!is_chain && !images && resolved.model.hidden.empty()) {
        refuse(settings, "model.hidden",
               "is empty: a " + resolved.model.kind + " takes the width of its stream first, then one for each block");
    }
    if (!is_chain) check_chain(settings, resolved);
    if (resolved.model.init == "published" && !images) {
        refuse(settings, "model.init",
               "= \"published\" is for models of images, and model.kind = \"" + resolved.model.kind +
                   "\" takes features: choose another");
    }
    const sparsity::Init init = sparsity::parse_init(resolved.sparsity.init);
    if (resolved.model.normalisation == "layer_norm" && init.saliency != nullptr &&
        init.saliency->traits.needs_linear) {
        refuse(settings, settings.has("sparsity.init") ? "sparsity.init" : "sparsity.method",
               "asks for init \"" + resolved.sparsity.init +
                   "\", which lets ones through the network by absolute weights; layer_norm would centre them: choose "
                   "model.normalisation = \"batch_norm\" or \"none\", or another init");
    }
}

}  // namespace espalier::config
