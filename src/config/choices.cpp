#include <espalier/config/choices.hpp>
#include <espalier/sparsity/methods.hpp>

namespace espalier::config::choices {

using Names = std::vector<std::string>;

Names methods() {
    return names_of(sparsity::methods());
}
Names distributions() {
    return {"dense", "er", "erk", "uniform"};
}
Names drop_rules() {
    return {"magnitude"};
}
Names grow_rules() {
    return {"random", "gradient"};
}
Names drop_schedules() {
    return {"constant", "cosine"};
}

Names models() {
    return {"mlp"};
}
Names activations() {
    return {"relu", "leaky_relu", "srelu", "all_relu"};
}
Names initialisers() {
    return {"kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal", "normal"};
}
Names fan_modes() {
    return {"sparse_aware", "dense_then_mask", "scaled"};
}

Names optimizers() {
    return {"sgd", "adam"};
}
Names learning_rate_schedules() {
    return {"constant", "step", "cosine", "cyclical"};
}

Names datasets() {
    return {"fashion-mnist", "digits", "mnist", "cifar10"};
}
Names standardisations() {
    return {"channel", "feature", "none"};
}

}  // namespace espalier::config::choices
