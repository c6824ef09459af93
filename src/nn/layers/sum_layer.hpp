#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// The sum of several inputs of equal width: where a residual stream and what a block adds to it come together
/// (He et al. 2016, "Identity Mappings in Deep Residual Networks").
template <class T>
class Sum : public Layer<T> {
  public:
    /// @param terms  how many inputs, at least two
    Sum(std::string name, std::size_t features, std::size_t terms)
        : Layer<T>(std::move(name)), features_(features), terms_(terms) {}

    std::string kind() const override { return "sum"; }
    std::size_t inputs() const override { return features_; }
    std::size_t outputs() const override { return features_; }
    std::size_t arity() const override { return terms_; }
    std::size_t room(std::size_t taken) const override { return taken; }
    InPlace in_place() const override { return InPlace::over_fresh; }
    bool passes_gradient() const override { return true; }
    /// From now on it applies this leaky ReLU to its output (fusion.hpp).
    void fuse_output_activation(T slope) { slope_ = slope; }
    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) override;
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override;

  private:
    std::size_t features_;
    std::size_t terms_;
    T slope_ = T(1);  // of a leaky ReLU behind it that it applies itself; 1: none
};

}  // namespace espalier::nn
