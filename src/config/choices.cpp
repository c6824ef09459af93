#include <espalier/config/choices.hpp>
#include <espalier/data/registry.hpp>
#include <espalier/nn/activation_choice.hpp>
#include <espalier/nn/execution.hpp>
#include <espalier/nn/initialise.hpp>
#include <espalier/optim/learning_rate.hpp>
#include <espalier/optim/optimizer.hpp>
#include <espalier/sparsity/distribution.hpp>
#include <espalier/sparsity/drop_schedule.hpp>
#include <espalier/sparsity/initial_mask.hpp>
#include <espalier/sparsity/methods.hpp>
#include <espalier/sparsity/rules.hpp>

namespace espalier::config::choices {

using Names = std::vector<std::string>;

Names methods() {
    return names_of(sparsity::methods());
}
Names distributions() {
    return names_of(sparsity::distributions());
}
Names inits() {
    return sparsity::init_forms();
}
Names drop_rules() {
    return names_of(sparsity::drop_rules());
}
Names grow_rules() {
    return names_of(sparsity::grow_rules());
}
Names drop_schedules() {
    return names_of(sparsity::drop_schedules());
}

Names models() {
    return {"mlp"};
}
Names activations() {
    return names_of(nn::activations());
}
Names initialisers() {
    return names_of(nn::initialisers());
}
Names fan_modes() {
    return names_of(nn::fan_modes());
}
Names executions() {
    return names_of(nn::executions());
}

Names optimizers() {
    return names_of(optim::optimizers());
}
Names learning_rate_schedules() {
    return names_of(optim::learning_rate_schedules());
}

Names datasets() {
    return names_of(data::dataset_entries());
}
Names standardisations() {
    return {"channel", "feature", "none"};
}

}  // namespace espalier::config::choices
