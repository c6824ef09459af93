#pragma once

#include <espalier/nn/layers/batch_norm_layer.hpp>

namespace espalier::nn {

/// A batch normalisation applied once more, elsewhere: it has the scales, shifts and running means of another node,
/// which must come before it. Each use normalises by its own batch and moves the running means by it, in the order of
/// the nodes; gradients of scales and shifts are the sums over all uses.
///
/// Source: the last normalisation of NeuroTrails' Wide ResNet, which all heads go through; definitions.md 7.13.
template <class T>
class SharedBatchNorm : public Layer<T> {
  public:
    /// @param first  the node that holds the arrays; outlives this one
    SharedBatchNorm(std::string name, BatchNorm<T>& first) : Layer<T>(std::move(name)), first_(first) {
        first_.add_use();
    }

    std::string kind() const override { return "shared_batch_norm"; }
    std::size_t inputs() const override { return first_.inputs(); }
    std::size_t outputs() const override { return first_.outputs(); }
    std::size_t room(std::size_t taken) const override { return first_.room(taken); }
    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) override {
        require_whole(pass);
        first_.forward_node(in, out, cache, pass);
    }
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override {
        first_.backward_use(in, out, grad_out, grad_in, cache, pass);
    }

  private:
    void require_whole(const Pass& pass) const {
        if (pass.part.is_whole() || !pass.training || pass.running_statistics) return;
        throw ConfigError("layer " + this->name() +
                          ": a normalisation that heads share needs the whole batch in one block; choose "
                          "training.blocks = 1 and one rank, or model.shared_final_norm = false");
    }

    BatchNorm<T>& first_;
};

}  // namespace espalier::nn
