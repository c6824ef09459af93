#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Batch normalisation of each feature: in training by the moments of the batch, else by their running means.
/// Scales start at 1, shifts at 0, running means at 0 and variances at 1; epsilon 1e-5, momentum 0.1, and the running
/// variance takes the unbiased one, as torch.nn.BatchNorm1d has it.
///
/// Source: Ioffe, Szegedy, ICML 2015; definitions.md 7.3.
template <class T>
class BatchNorm : public Layer<T> {
  public:
    BatchNorm(std::string name, std::size_t features);

    std::string kind() const override { return "batch_norm"; }
    std::size_t inputs() const override { return scale_.values.size(); }
    std::size_t outputs() const override { return inputs(); }
    /// @throws ConfigError in training by a batch of one sample, which has no variance
    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) override;
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override;
    void declare(typename ParameterTable<T>::Declaration arrays) override {
        for (Parameter<T>* array : {&scale_, &shift_, &running_mean_, &running_variance_}) arrays.array(*array);
    }

  private:
    static bool by_batch(const Pass& pass) { return pass.training && !pass.running_statistics; }
    void follow(std::span<const T> mean, std::span<const T> variance, std::size_t lanes);

    Parameter<T> scale_, shift_, running_mean_, running_variance_;
};

}  // namespace espalier::nn
