#include <espalier/nn/models/models.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::training {

const Objective& objective(std::string_view model_kind, std::string_view loss) {
    const bool has_classes = nn::task_of(model_kind) == nn::Task::classification;
    const std::string_view own = has_classes ? "cross_entropy" : "squared_error";
    return find_named(kernels::objectives(), loss == "default" ? own : loss, "training.loss");
}

const Objective& objective(const config::RunConfig& config) {
    return objective(config.model.kind, config.training.loss);
}

}  // namespace espalier::training
