#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// What several heads say, one below the other: the outputs of head 0, then those of head 1, and so on.
template <class T>
class Heads : public Layer<T> {
  public:
    /// @param classes  outputs of a head; @param heads how many, at least one
    Heads(std::string name, std::size_t classes, std::size_t heads)
        : Layer<T>(std::move(name)), classes_(classes), heads_(heads) {}

    std::string kind() const override { return "heads"; }
    std::size_t inputs() const override { return classes_; }
    std::size_t outputs() const override { return classes_ * heads_; }
    std::size_t arity() const override { return heads_; }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::rows; }
    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) override;
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override;

  private:
    std::size_t classes_;
    std::size_t heads_;
};

/// One answer out of what Heads puts together: the mean of all heads' logits, or the logarithm of the mean of their
/// softmax, whose softmax is that mean. Training asks each head by itself, so that it is left out there
/// (Network): that is what makes heads differ.
template <class T>
class HeadMean : public Layer<T> {
  public:
    HeadMean(std::string name, std::size_t classes, std::size_t heads, bool of_probabilities)
        : Layer<T>(std::move(name)), classes_(classes), heads_(heads), of_probabilities_(of_probabilities) {}

    std::string kind() const override { return of_probabilities_ ? "head_mean_of_probabilities" : "head_mean"; }
    std::size_t inputs() const override { return classes_ * heads_; }
    std::size_t outputs() const override { return classes_; }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::rows; }
    bool is_of_evaluation() const override { return true; }
    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) override;
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override;

  private:
    std::size_t classes_;
    std::size_t heads_;
    bool of_probabilities_;
};

}  // namespace espalier::nn
