#include <espalier/nn/models.hpp>

namespace espalier::nn {
namespace {

NodeSpec linear(std::size_t number, std::size_t inputs, std::size_t outputs, double gain) {
    return {.name = "fc" + std::to_string(number),
            .kind = "linear",
            .outputs = outputs,
            .weight = WeightSpec{{outputs, inputs}, gain},
            .others = outputs};
}

NodeSpec dropout(std::size_t number, std::size_t features, double rate) {
    return {.name = "dropout" + std::to_string(number), .kind = "dropout", .outputs = features, .rate = rate};
}

}  // namespace

NetworkSpec mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs) {
    NetworkSpec spec{.inputs = inputs, .nodes = {}};
    std::size_t before = inputs;
    std::size_t number = 1;
    for (const std::size_t width : choice.hidden) {
        spec.nodes.push_back(linear(number, before, width, choice.activation.gain(number)));
        spec.nodes.push_back(activation_spec(choice.activation, number, width));
        if (choice.dropout > 0.0) spec.nodes.push_back(dropout(number, width, choice.dropout));
        before = width;
        ++number;
    }
    spec.nodes.push_back(linear(number, before, outputs, 1.0));
    return spec;
}

const std::vector<Model>& models() {
    static const std::vector<Model> table = {
        {{"mlp", "linear layers with an activation between each two, to learn labels", ""},
         Task::classification,
         mlp_spec},
        {{"autoencoder", "the same, to learn its own inputs (mean squared error)", ""}, Task::reconstruction, mlp_spec},
    };
    return table;
}

const Model& model(std::string_view kind) {
    return find_named(models(), kind, "model.kind");
}

NetworkSpec network_spec(std::string_view kind, const ModelChoice& choice, std::size_t inputs, std::size_t classes) {
    const Model& chosen = model(kind);
    return chosen.spec(choice, inputs, chosen.task == Task::reconstruction ? inputs : classes);
}

}  // namespace espalier::nn
