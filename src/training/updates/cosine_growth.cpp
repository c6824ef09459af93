#include <espalier/training/updates/cosine_growth.hpp>

namespace espalier::training {

void CosineGrowth::before_exchange(std::int64_t step, const DataAccess& data) {
    similarity_.reset();
    if (until_plateau_ && plateau_.is_reached == 0) plateau_.update(step, data.validation_accuracy(), patience_);
    if (plateau_.is_reached != 0) return;
    similarity_.emplace(network_, network_.weighted_layers(), changes_);
    data.pass_training_set([this](const nn::Workspace<float>& workspace, kernels::View<const float> logits) {
        similarity_->add(workspace, logits);
    });
}

sparsity::PositionRows CosineGrowth::scores(std::size_t number) const {
    if (!similarity_) return {};
    return similarity_->rows(number);
}

void CosineGrowth::save(CheckpointWriter& checkpoint) const {
    checkpoint.put_scalar("plateau.best", plateau_.best);
    checkpoint.put_scalar("plateau.best_step", plateau_.best_step);
    checkpoint.put_scalar("plateau.is_reached", plateau_.is_reached);
}

void CosineGrowth::load(const CheckpointReader& checkpoint) {
    plateau_ = {checkpoint.scalar<double>("plateau.best"), checkpoint.scalar<std::int64_t>("plateau.best_step"),
                checkpoint.scalar<std::uint64_t>("plateau.is_reached")};
}

}  // namespace espalier::training
