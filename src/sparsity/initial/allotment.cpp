#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include <espalier/sparsity/initial/allotment.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/masks/largest_remainder.hpp>

namespace espalier::sparsity {
namespace {

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    return text.data();
}

std::vector<LayerAllotment> named_layers(const std::vector<std::string>& names, const std::vector<Shape>& shapes,
                                         const std::vector<std::string>& dense_layers) {
    std::vector<LayerAllotment> layers;
    for (std::size_t l = 0; l < names.size(); ++l)
        layers.push_back({names[l], shapes[l], 1.0, positions(shapes[l]), false});
    for (const std::string& wanted : dense_layers) {
        const std::string& name = wanted == "first" ? names.front() : (wanted == "last" ? names.back() : wanted);
        const auto found = std::ranges::find(layers, name, &LayerAllotment::name);
        if (found == layers.end()) {
            throw ConfigError("sparsity.dense_layers: there is no layer '" + wanted + "'." +
                              did_you_mean(wanted, names) + " Layers: " + join(names) + ", first, last");
        }
        found->forced_dense = true;
    }
    return layers;
}

void allot_by_epsilon(std::vector<LayerAllotment*>& layers, const std::vector<Shape>& shapes, double epsilon) {
    const std::vector<double> densities = er_densities_by_epsilon(shapes, epsilon);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        LayerAllotment& layer = *layers[l];
        layer.asked_density = densities[l];
        layer.kept =
            static_cast<std::size_t>(std::floor(densities[l] * static_cast<double>(positions(layer.shape)) + 0.5));
        if (layer.kept == 0) {
            const double sides = static_cast<double>(layer.shape[0] + layer.shape[1]);
            throw ConfigError("sparsity.epsilon = " + number(epsilon) + " gives layer " + layer.name +
                              " no weight; it needs at least " + number(0.5 / sides));
        }
    }
}

std::vector<double> densities_of(const Distribution& distribution, const std::vector<Shape>& shapes,
                                 const AllotmentRequest& request) {
    try {
        return distribution.densities(shapes, request.density, request.erk_power);
    } catch (const ConfigError& error) {
        throw ConfigError("sparsity.density = " + number(request.density) + ": " + error.what());
    }
}

void allot_by_density(std::vector<LayerAllotment*>& layers, const std::vector<Shape>& shapes,
                      const AllotmentRequest& request, const Distribution& distribution) {
    if (!(request.density > 0.0 && request.density <= 1.0)) {
        throw ConfigError("sparsity.density = " + number(request.density) +
                          ": a number above 0 and at most 1 is needed");
    }
    const std::vector<double> densities = densities_of(distribution, shapes, request);
    std::vector<std::size_t> sizes;
    for (const Shape& shape : shapes) sizes.push_back(positions(shape));
    const std::vector<std::size_t> counts = largest_remainder(densities, sizes);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        layers[l]->asked_density = densities[l];
        layers[l]->kept = counts[l];
    }
}

void allot_by_structure(std::vector<LayerAllotment*>& layers, const Init& init) {
    for (LayerAllotment* layer : layers) {
        layer->asked_density = init.density();
        layer->kept = positions(layer->shape);  // until its form says how many
    }
}

std::string shape_text(const Shape& shape) {
    std::vector<std::string> sides;
    for (const std::size_t side : shape) sides.push_back(std::to_string(side));
    return "[" + join(sides, " x ") + "]";
}

void allot_by_file(std::vector<LayerAllotment>& layers, const AllotmentRequest& request) {
    const std::vector<topology::Layer>& stored = request.file->layers;
    if (!request.dense_layers.empty()) {
        throw ConfigError("sparsity.dense_layers is not for init \"" + request.init.text +
                          "\", which says itself what every layer keeps: leave it out");
    }
    const auto listed = [](const auto& all) {
        std::vector<std::string> texts;
        for (const auto& layer : all) texts.push_back(layer.name + " " + shape_text(layer.shape));
        return join(texts);
    };
    if (stored.size() != layers.size()) {
        throw ConfigError("sparsity.init = \"" + request.init.text + "\" has the layers " + listed(stored) +
                          "; the model has " + listed(layers) + ": change model.hidden or take another file");
    }
    for (std::size_t l = 0; l < layers.size(); ++l) {
        if (stored[l].shape != layers[l].shape) {
            throw ConfigError("sparsity.init = \"" + request.init.text + "\": its layer " + stored[l].name + " is " +
                              shape_text(stored[l].shape) + ", the model's " + layers[l].name + " " +
                              shape_text(layers[l].shape) + ": change model.hidden or take another file");
        }
        layers[l].kept = stored[l].pattern.edges();
        layers[l].asked_density = stored[l].pattern.density();
    }
}

/// The nearest count that the structure can have in this layer. A layer that is full has any structure.
void fit(LayerAllotment& layer, const Init& init) {
    const std::size_t all = positions(layer.shape);
    if (layer.kept == all && !init.has_density()) return;
    try {
        const std::size_t unit = init.structure->unit(layer.shape, init.numbers);
        if (init.has_density()) {
            layer.kept = unit;
        } else if (unit > 1) {
            layer.kept = std::min(all, std::max<std::size_t>(1, (layer.kept + unit / 2) / unit) * unit);
        }
    } catch (const ConfigError& error) {
        throw ConfigError("sparsity.init = \"" + init.text + "\" does not fit layer " + layer.name + " " +
                          shape_text(layer.shape) + ": " + error.what() +
                          "; choose numbers that do, or name the layer in sparsity.dense_layers");
    }
    if (init.structure->note != nullptr) layer.note = init.structure->note(layer.shape, layer.kept);
}

}  // namespace

std::vector<LayerAllotment> allot(const std::vector<std::string>& names, const std::vector<Shape>& shapes,
                                  const AllotmentRequest& request) {
    std::vector<LayerAllotment> layers = named_layers(names, shapes, request.dense_layers);
    std::vector<LayerAllotment*> free_layers;
    std::vector<Shape> free_shapes;
    for (LayerAllotment& layer : layers) {
        if (layer.forced_dense) continue;
        free_layers.push_back(&layer);
        free_shapes.push_back(layer.shape);
    }
    const Init& init = request.init;
    if (!init.file.empty()) {
        allot_by_file(layers, request);
    } else if (init.has_density()) {
        allot_by_structure(free_layers, init);
    } else if (request.epsilon > 0.0) {
        allot_by_epsilon(free_layers, free_shapes, request.epsilon);
    } else {
        const Distribution* by = init.distribution;
        if (init.takes_layer_densities(request.score_by_layer)) {
            by = request.layer_densities;
        } else if (init.saliency != nullptr) {
            by = &distribution("uniform");  // provisional
        }
        allot_by_density(free_layers, free_shapes, request, *by);
    }
    if (init.structure == nullptr) return layers;
    for (LayerAllotment* layer : free_layers) fit(*layer, init);
    return layers;
}

}  // namespace espalier::sparsity
