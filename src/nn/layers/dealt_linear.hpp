#pragma once

#include <memory>

#include <espalier/kernels/activations.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/parameters/dealt_neurons.hpp>

namespace espalier::nn {

/// What of a dealt layer's activations is on every rank whole; else each has those of own neurons.
struct WholeActivations {
    bool taken = false;
    bool given = false;
};

/// Memory that the dealt layers of a network use in turn.
template <class T>
struct DealtMemory {
    kernels::Activations<T> all;  ///< what a layer takes, of all neurons
};

/// The rows of a sparse linear layer that are this rank's, where neurons are dealt.
///
/// Forward, ranks send each other what the layer takes, and each multiplies it by its rows. Backward, the gradient at
/// an input is a sum over the layer's outputs, of which each rank has some: rank 0 begins it, and hands it on to rank 1
/// and so on, so that terms are added in the order of one rank, and the bits are its bits. Ranks do not wait for each
/// other meanwhile: inputs are cut into chunks, which follow each other from rank to rank.
///
/// Messages: 2 (R - 1) / R x inputs x lanes numbers a rank, and as many for the gradient at the inputs.
/// By the sparse kernels alone.
template <class T>
class DealtLinear : public Linear<T> {
  public:
    /// @param pattern  all rows of the layer; own ones are kept
    /// @param dealing  outlives this
    DealtLinear(std::string name, const Pattern& pattern, bool has_bias, const DealtNeurons& dealing,
                WholeActivations whole, std::shared_ptr<DealtMemory<T>> memory);

    std::size_t inputs() const override { return whole_.taken ? all_inputs() : own_inputs().size(); }
    std::size_t outputs() const override { return whole_.given ? all_outputs() : own_rows_.size(); }
    /// The rows of this rank among all.
    const ElementRange& own_rows() const { return own_rows_; }

    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;
    /// @throws Error always: nobody asks for gradients of absent weights where neurons are dealt
    void gradient_rows(kernels::View<const T> in, kernels::View<const T> grad_out, std::size_t first, std::size_t count,
                       std::span<T> out) const override;

  private:
    /// Some inputs, all of one rank.
    struct Chunk {
        ElementRange inputs;
        int owner;
    };

    std::size_t all_inputs() const { return weight_.pattern().cols(); }
    std::size_t all_outputs() const { return weight_.shape()[0]; }
    ElementRange own_inputs() const { return dealing_.own(all_inputs()); }
    std::vector<Chunk> chunks(std::size_t stride) const;
    void pass_chunks(kernels::View<const T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in,
                     std::span<T> gradient);

    using Linear<T>::weight_;
    using Linear<T>::bias_;
    const DealtNeurons& dealing_;
    WholeActivations whole_;
    ElementRange own_rows_;
    std::shared_ptr<DealtMemory<T>> memory_;
};

}  // namespace espalier::nn
