#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// A layer of one input with a pattern and its values, and a bias for each row of it or none. Both start at zero
/// (initialise.hpp).
template <class T>
class WeightedLayer : public UnaryLayer<T> {
  public:
    void declare(typename ParameterTable<T>::Declaration arrays) override {
        arrays.weight(weight_);
        if (!bias_.values.empty()) arrays.array(bias_);
    }
    MaskedWeight<T>& weight() { return weight_; }
    Parameter<T>& bias() { return bias_; }

  protected:
    WeightedLayer(std::string name, MaskedWeight<T> weight, bool has_bias)
        : UnaryLayer<T>(std::move(name)),
          weight_(std::move(weight)),
          bias_("bias", Role::bias, has_bias ? weight_.pattern().rows() : 0) {}

    /// As kernels take it: null where there is none.
    const T* bias_values() const { return bias_.values.empty() ? nullptr : bias_.values.data(); }

    MaskedWeight<T> weight_;
    Parameter<T> bias_;  // empty: there is none
};

}  // namespace espalier::nn
