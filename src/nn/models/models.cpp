#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/image_models.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/nn/models/normalisation_choice.hpp>

namespace espalier::nn {
namespace {

NodeSpec linear(std::string name, std::size_t inputs, std::size_t outputs, double gain) {
    return {.name = std::move(name),
            .kind = "linear",
            .outputs = outputs,
            .weight = WeightSpec{{outputs, inputs}, gain},
            .others = outputs};
}

/// Adds the normalisation behind the last node, where there is one.
void add_normalisation(NetworkSpec& spec, const ModelChoice& choice, const std::string& name, std::size_t features) {
    if (auto node = normalisation_spec(*choice.normalisation, name, features)) spec.add(std::move(*node));
}

/// Adds what follows a hidden linear layer.
void add_activation(NetworkSpec& spec, const ModelChoice& choice, std::size_t number, std::size_t features,
                    const std::string& prefix, const std::string& suffix) {
    NodeSpec activation = activation_spec(choice.activation, number, features);
    activation.name = prefix + activation.kind + suffix;
    spec.add(std::move(activation));
    if (choice.dropout == 0.0) return;
    spec.add({.name = prefix + "dropout" + suffix, .kind = "dropout", .outputs = features, .rate = choice.dropout});
}

}  // namespace

NetworkSpec mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs) {
    NetworkSpec spec{.inputs = inputs, .nodes = {}};
    std::size_t before = inputs;
    std::size_t number = 1;
    for (const std::size_t width : choice.hidden) {
        const std::string suffix = std::to_string(number);
        spec.add(linear("fc" + suffix, before, width, choice.activation.gain(number)));
        add_normalisation(spec, choice, "norm" + suffix, width);
        add_activation(spec, choice, number, width, "", suffix);
        before = width;
        ++number;
    }
    spec.add(linear("fc" + std::to_string(number), before, outputs, 1.0));
    return spec;
}

NetworkSpec residual_mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs) {
    if (choice.hidden.empty()) {
        throw ConfigError(
            "a residual_mlp needs hidden widths: it takes the width of its stream first, then one for each block");
    }
    NetworkSpec spec{.inputs = inputs, .nodes = {}};
    const std::size_t stream = choice.hidden.front();
    std::size_t before = spec.add(linear("stem", inputs, stream, 1.0));
    for (std::size_t number = 1; number < choice.hidden.size(); ++number) {
        const std::string block = "block" + std::to_string(number) + ".";
        const std::size_t width = choice.hidden[number];
        add_normalisation(spec, choice, block + "norm", stream);
        spec.add(linear(block + "fc1", stream, width, choice.activation.gain(number)));
        add_activation(spec, choice, number, width, block, "");
        const std::size_t added = spec.add(linear(block + "fc2", width, stream, 1.0));
        before = spec.add({.name = block + "sum", .kind = "sum", .outputs = stream}, {added, before});
    }
    add_normalisation(spec, choice, "norm", stream);
    spec.add(linear("head", stream, outputs, 1.0));
    return spec;
}

const std::vector<Model>& models() {
    static const std::vector<Model> table = {
        {{"mlp", "linear layers with an activation between each two, to learn labels", ""},
         Task::classification,
         true,
         mlp_spec},
        {{"autoencoder", "the same, to learn its own inputs (mean squared error)", ""},
         Task::reconstruction,
         true,
         mlp_spec},
        {{"residual_mlp",
          "a stream as wide as the first of model.hidden, to which a block for each further width adds, to learn "
          "labels",
          "He et al., ECCV 2016 (identity mappings)"},
         Task::classification,
         false,
         residual_mlp_spec},
        {{"neurotrails_mlp", "an mlp whose last hidden layers every head has for itself, to learn labels",
          "Grooten et al. 2025 (NeuroTrails)"},
         Task::classification,
         false,
         neurotrails_mlp_spec},
    };
    return table;
}

namespace {

/// One of the table, or null for a model of images.
const Model* model_of_features(std::string_view kind) {
    for (const Model& model : models()) {
        if (model.name == kind) return &model;
    }
    if (image_model(kind)) return nullptr;
    std::vector<Named> all(models().begin(), models().end());
    for (const ImageModel& model : image_models()) all.push_back(model);
    find_named(all, kind, "model");  // throws
    return nullptr;
}

}  // namespace

Task task_of(std::string_view kind) {
    const Model* model = model_of_features(kind);
    return model == nullptr ? Task::classification : model->task;
}

bool is_chain_of_features(std::string_view kind) {
    const Model* model = model_of_features(kind);
    return model != nullptr && model->is_chain;
}

bool takes_images(std::string_view kind) {
    return model_of_features(kind) == nullptr;
}

NetworkSpec network_spec(std::string_view kind, const ModelChoice& choice, const Sample& sample, std::size_t classes) {
    const Model* model = model_of_features(kind);
    if (model == nullptr) {
        const std::optional<ImageModel> of_images = image_model(kind);
        return of_images->spec(*of_images, choice, sample, classes);
    }
    return model->spec(choice, sample.features(), model->task == Task::reconstruction ? sample.features() : classes);
}

}  // namespace espalier::nn
