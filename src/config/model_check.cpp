#include <espalier/config/model_check.hpp>
#include <espalier/kernels/objectives.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>

namespace espalier::config {
bool takes_images(const RunConfig& config) {
    return nn::takes_images(config.model.kind);
}

namespace {

void check_loss(const Settings& settings, const RunConfig& resolved) {
    if (resolved.training.loss == "default") return;
    const bool of_classes = find_named(kernels::objectives(), resolved.training.loss, "training.loss").has_accuracy;
    const bool has_classes = nn::task_of(resolved.model.kind) == nn::Task::classification;
    if (of_classes != has_classes) {
        refuse(settings, "training.loss",
               std::string("is of ") + (of_classes ? "classes" : "an autoencoder's inputs") + ", and model.kind = \"" +
                   resolved.model.kind + "\" learns " + (has_classes ? "classes" : "its inputs") + ": choose another");
    }
    const sparsity::Init init = sparsity::parse_init(resolved.sparsity.init);
    if (resolved.training.loss != "cross_entropy" && init.saliency != nullptr && init.saliency->traits.batches > 0) {
        refuse(settings, settings.has("sparsity.init") ? "sparsity.init" : "sparsity.method",
               "asks for init \"" + resolved.sparsity.init +
                   "\", which scores by cross_entropy: choose another, or training.loss = \"default\"");
    }
}

}  // namespace

void check_model(const Settings& settings, const RunConfig& resolved) {
    const bool shares_norm = resolved.model.shared_final_norm && resolved.model.kind.starts_with("neurotrails_wrn");
    if (shares_norm && resolved.training.blocks > 1) {
        refuse(settings, "training.blocks",
               "= " + std::to_string(resolved.training.blocks) +
                   ": heads that share a normalisation (model.shared_final_norm) need the whole batch in one block");
    }
    const bool is_chain = nn::is_chain_of_features(resolved.model.kind);
    const bool images = takes_images(resolved);
    if (!is_chain && !images && resolved.model.hidden.empty()) {
        refuse(settings, "model.hidden",
               "is empty: a " + resolved.model.kind + " takes the width of its stream first, then one for each block");
    }
    if (resolved.model.init == "published" && !images) {
        refuse(settings, "model.init",
               "= \"published\" is for models of images, and model.kind = \"" + resolved.model.kind +
                   "\" takes features: choose another");
    }
    check_loss(settings, resolved);
    const sparsity::Init init = sparsity::parse_init(resolved.sparsity.init);
    const bool has_pixel_norms =
        resolved.model.kind.starts_with("slak_") || resolved.model.kind.starts_with("convnext_");
    if (has_pixel_norms && init.saliency != nullptr && init.saliency->traits.needs_linear) {
        refuse(
            settings, settings.has("sparsity.init") ? "sparsity.init" : "sparsity.method",
            "asks for init \"" + resolved.sparsity.init +
                "\", which lets ones through the network by absolute weights; the layer normalisations of model.kind "
                "= \"" +
                resolved.model.kind + "\" would centre them: choose another init");
    }
    if (resolved.model.normalisation == "layer_norm" && init.saliency != nullptr &&
        init.saliency->traits.needs_linear) {
        refuse(settings, settings.has("sparsity.init") ? "sparsity.init" : "sparsity.method",
               "asks for init \"" + resolved.sparsity.init +
                   "\", which lets ones through the network by absolute weights; layer_norm would centre them: choose "
                   "model.normalisation = \"batch_norm\" or \"none\", or another init");
    }
}

}  // namespace espalier::config
