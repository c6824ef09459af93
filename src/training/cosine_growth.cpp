#include <espalier/training/cosine_growth.hpp>

namespace espalier::training {

void CosineGrowth::measure(nn::Network<float>& network, const std::vector<std::size_t>& layers,
                           const std::vector<bool>& wanted, const DataAccess& data, std::int64_t step) {
    forget();
    if (until_plateau_ && plateau_.is_reached == 0) plateau_.update(step, data.validation_accuracy(), patience_);
    if (plateau_.is_reached != 0) return;
    similarity_.emplace(network, layers, wanted);
    data.pass_training_set([this](const nn::Workspace<float>& workspace, kernels::View<const float> logits) {
        similarity_->add(workspace, logits);
    });
}

sparsity::PositionRows CosineGrowth::rows(std::size_t number) const {
    if (!similarity_) return {};
    return similarity_->rows(number);
}

}  // namespace espalier::training
