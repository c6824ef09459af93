#include <espalier/config/callbacks.hpp>
#include <espalier/config/choices.hpp>
#include <espalier/data/augmentation.hpp>
#include <espalier/data/datasets.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/kernels/objectives.hpp>
#include <espalier/nn/execution/execution.hpp>
#include <espalier/nn/models/activation_choice.hpp>
#include <espalier/nn/models/image_models.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/nn/models/normalisation_choice.hpp>
#include <espalier/nn/parameters/initialise.hpp>
#include <espalier/optim/learning_rate.hpp>
#include <espalier/optim/optimizer.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/masks/distribution.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/sparsity/methods/ticket_methods.hpp>
#include <espalier/sparsity/rules/update_options.hpp>
#include <espalier/sparsity/update/drop_schedule.hpp>
#include <espalier/sparsity/update/update_plan.hpp>

namespace espalier::config::choices {

using Names = std::vector<std::string>;

namespace {

Names with_none(Names names) {
    names.insert(names.begin(), "none");
    return names;
}

}  // namespace

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
    return with_none(names_of(sparsity::drop_rules()));
}
Names grow_rules() {
    return with_none(names_of(sparsity::grow_rules()));
}
Names losses() {
    Names names = names_of(kernels::objectives());
    names.insert(names.begin(), "default");
    return names;
}
Names callbacks() {
    return names_of(config::callbacks());
}
Names density_schedules() {
    return names_of(sparsity::density_schedules());
}
Names redistributions() {
    return names_of(sparsity::redistributions());
}
Names budgets() {
    return names_of(sparsity::budgets());
}
Names exchange_scopes() {
    return names_of(sparsity::exchange_scopes());
}
Names channel_scores() {
    return names_of(sparsity::channel_scores());
}
Names channel_surpluses() {
    return names_of(sparsity::channel_surpluses());
}
Names roundings() {
    return names_of(sparsity::roundings());
}
Names candidate_sets() {
    return names_of(sparsity::candidate_sets());
}
Names regrown_values() {
    return names_of(sparsity::regrown_values());
}
Names parameter_sets() {
    return names_of(sparsity::parameter_sets());
}
Names momentum_states() {
    return names_of(sparsity::momentum_states());
}
Names zero_gradients() {
    return names_of(sparsity::zero_gradients());
}

Names revival_followers() {
    return names_of(sparsity::revival_followers());
}

Names mask_gradients() {
    return names_of(sparsity::mask_gradients());
}

Names soft_masks() {
    return names_of(sparsity::soft_masks());
}

Names mask_scopes() {
    return names_of(sparsity::mask_scopes());
}

Names gradient_times() {
    return names_of(sparsity::gradient_times());
}
Names prune_scopes() {
    return {"global", "layer"};
}
Names drop_schedules() {
    return names_of(sparsity::drop_schedules());
}

Names ticket_methods() {
    return names_of(sparsity::ticket_methods());
}

Names models() {
    Names names = names_of(nn::models());
    for (const std::string& name : names_of(nn::image_models())) names.push_back(name);
    return names;
}
Names activations() {
    return names_of(nn::activations());
}
Names normalisations() {
    return names_of(nn::normalisations());
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

Names logs() {
    return {"jsonl", "csv", "tensorboard"};
}

Names datasets() {
    return names_of(data::dataset_entries());
}
Names standardisations() {
    return names_of(data::standardisations());
}
Names crop_fills() {
    return names_of(data::crop_fills());
}

}  // namespace espalier::config::choices
