#pragma once

#include <vector>

#include <espalier/nn/layers/layer.hpp>

namespace espalier::testing {

/// What a layer alone declares, in its order.
template <class T>
std::vector<nn::Parameter<T>*> arrays_of(nn::Layer<T>& layer) {
    nn::ParameterTable<T> table;
    layer.declare(table.of_layer(layer.name(), 0));
    std::vector<nn::Parameter<T>*> arrays;
    for (const nn::ParameterEntry<T>& entry : table.entries()) arrays.push_back(entry.parameter);
    return arrays;
}

}  // namespace espalier::testing
