#pragma once

#include <espalier/kernels/images/sample_norm.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Normalisation of images within each sample: of groups of channels over all pixels (torch.nn.GroupNorm), or of the
/// channels of each pixel (ConvNeXt's layer norm). Scales start at 1, shifts at 0; one each per channel.
template <class T>
class SampleNorm : public Layer<T> {
  public:
    SampleNorm(std::string name, std::string kind, const kernels::SampleSets& sets, double epsilon = 1e-5);

    std::string kind() const override { return kind_; }
    std::size_t inputs() const override { return sets_.image.features(); }
    std::size_t outputs() const override { return inputs(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::lane_blocks; }
    std::size_t room(std::size_t) const override { return sets_.image.room(); }
    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) override;
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override;
    void declare(typename ParameterTable<T>::Declaration arrays) override {
        arrays.array(scale_);
        arrays.array(shift_);
    }

  private:
    std::string kind_;
    kernels::SampleSets sets_;
    double epsilon_;
    Parameter<T> scale_, shift_;
};

}  // namespace espalier::nn
