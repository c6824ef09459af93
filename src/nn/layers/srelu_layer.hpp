#pragma once

#include <espalier/base/random/random.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// S-shaped ReLU with four trained parameters a neuron; see kernels/srelu.hpp for its form.
/// They start as in the library the SET programs used: t_l = 0, a_l uniform in [0, 1), t_r uniform in [0, 5), a_r = 1.
template <class T>
class Srelu : public UnaryLayer<T> {
  public:
    Srelu(std::string name, std::size_t features);

    /// Draws the starting values from the stream (layer, purpose weight_init).
    void initialise(Stream stream);

    std::string kind() const override { return "srelu"; }
    std::size_t inputs() const override { return left_threshold_.values.size(); }
    std::size_t outputs() const override { return inputs(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::rows; }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;
    void declare(typename ParameterTable<T>::Declaration arrays) override {
        for (Parameter<T>* array : {&left_threshold_, &left_slope_, &right_threshold_, &right_slope_})
            arrays.array(*array);
    }

  private:
    Parameter<T> left_threshold_, left_slope_, right_threshold_, right_slope_;
};

}  // namespace espalier::nn
