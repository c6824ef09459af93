#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/nn/parameters/parameter_table.hpp>

namespace espalier::nn {

/// Which samples of a batch a pass has, where it has not all of them.
struct Part {
    std::size_t first = 0;    ///< place of its first sample in the batch
    std::size_t samples = 0;  ///< of the batch; 0: the pass has them all

    bool is_whole() const { return samples == 0; }
};

/// What a pass through the network is for; names the random numbers it may draw.
struct Pass {
    bool training = false;
    std::uint64_t seed = 0;
    std::uint64_t step = 0;
    bool without_noise = false;       ///< dropout passes everything, running means stay: for scores of a network
    bool running_statistics = false;  ///< normalisations over a batch use their running means in training, too
    /// k above 0: this is batch k of those whose moments running means become the mean of, each batch alike (PyTorch's
    /// momentum = None); else they follow by a tenth.
    std::size_t averaged_batches = 0;
    Part part;                      ///< of the batch that the pass is over
    std::size_t gradient_slot = 0;  ///< where gradients of parameters go: Parameter::gradient_of()
};

/// Direction of a pass.
enum class Way : std::uint8_t { forward, backward };

/// How a gradient at chosen positions is computed; the ways differ by rounding.
enum class GradientWay : std::uint8_t {
    sparse,      ///< by the sparse kernels
    as_trained,  ///< as the layer computes the gradient of its own weights: dense where that pays
};

/// What a node of a network remembers from its forward pass for the backward pass beside its inputs, such as the
/// moments of a batch. It lies in the workspace: layers stay without state, and evaluating between two steps disturbs
/// nothing.
template <class T>
struct Cache {
    AlignedVector<T> numbers;
    std::vector<double> shared;  ///< what a block brings to a meeting, and takes from it (Layer::meets)
};

template <class T>
using Inputs = std::span<const kernels::View<const T>>;  ///< of one node, in order
template <class T>
using InputGradients = std::span<const kernels::View<T>>;  ///< at them; without data where nobody asks

/// Whether an output may take the memory of the first input, and the gradient at that input the output's.
enum class InPlace : std::uint8_t {
    no,
    over_fresh,  ///< where that memory is not shared already: a ReLU before would no longer know its input's signs
    over_all,    ///< whatever is there: what was positive stays so, the rest too or becomes 0
};

/// One layer: it knows its own derivative and holds no activations, so that training and evaluation can share it.
/// Activations are [features x lanes], see kernels::View.
template <class T>
class Layer {
  public:
    explicit Layer(std::string name) : name_(std::move(name)) {}
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;
    virtual ~Layer() = default;

    const std::string& name() const { return name_; }
    virtual std::string kind() const = 0;    ///< as run files and `inspect` name it: "linear", "relu", ...
    virtual std::size_t inputs() const = 0;  ///< features of each input
    virtual std::size_t outputs() const = 0;
    /// How many nodes it takes the outputs of.
    virtual std::size_t arity() const { return 1; }

    /// The layout that its inputs must have; none: it takes either, all inputs alike.
    virtual std::optional<kernels::Layout> takes() const { return std::nullopt; }
    /// The layout of its output.
    virtual kernels::Layout gives(kernels::Layout taken) const { return taken; }

    /// How many numbers its output takes in memory for each lane: outputs(), and more where images have a border.
    /// `taken` is what its first input takes.
    virtual std::size_t room(std::size_t /*taken*/) const { return outputs(); }

    /// Told once, by the network: the layout of what it takes.
    virtual void settle(kernels::Layout) {}

    virtual InPlace in_place() const { return InPlace::no; }

    virtual void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) = 0;

    /// Fills the parameters' gradients (overwriting them) and the gradients at the inputs that have data.
    /// Where the layer works in place, the first input is the same memory as `out`, and the gradient there as grad_out.
    virtual void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                               InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) = 0;

    /// Whether only evaluation asks it: as the network's last node it is left out in training, whose loss then is of
    /// what it takes (heads_layer.hpp).
    virtual bool is_of_evaluation() const { return false; }

    /// Whether the gradient at each input is the one at the output, as a sum has it: several may then be one memory,
    /// and where grad_in is grad_out there is nothing to do.
    virtual bool passes_gradient() const { return false; }
    /// Whether backward_adding is there: else the network adds what this layer gives to what others gave.
    virtual bool adds_gradient() const { return false; }
    /// As backward_node, but the gradient at the first input is added to what stands there.
    virtual void backward_adding(Inputs<T>, kernels::View<const T>, kernels::View<const T>, InputGradients<T>,
                                 const Cache<T>&, const Pass&) {
        throw Error("layer " + name_ + " does not add gradients");
    }

    /// Whether it needs sums over the whole batch in this pass, of which that has a part: then all blocks of the batch
    /// meet before forward_node and before backward_node. Each brings its share, shares are joined by a tree
    /// (kernels/tree_sum.hpp), and each gets the sum in place of what it brought, in cache.shared.
    virtual bool meets(const Pass&) const { return false; }
    virtual void bring_forward(Inputs<T>, Cache<T>&, const Pass&) const {}
    virtual void bring_backward(Inputs<T>, kernels::View<const T> /*grad_out*/, Cache<T>&, const Pass&) {}
    /// What two blocks or two halves of the tree have brought, into the left one.
    virtual void join(Way, std::span<double> /*left*/, std::span<const double> /*right*/) const {}
    /// Once a forward meeting, with the sum of all.
    virtual void conclude(std::span<const double>, const Pass&) {}

    /// Rows [first, first + count) of the gradient of its masked weight at every position, row after row. Of a layer
    /// without such a weight nobody asks.
    virtual void gradient_rows(kernels::View<const T>, kernels::View<const T>, std::size_t, std::size_t,
                               std::span<T>) const {
        throw Error("layer " + name_ + " has no masked weight");
    }
    /// The same at the positions of a pattern.
    virtual void gradient_at(kernels::View<const T>, kernels::View<const T>, const Pattern&, std::span<T>,
                             GradientWay) const {
        throw Error("layer " + name_ + " has no masked weight");
    }

    /// Says which arrays it holds, the masked weight first.
    virtual void declare(typename ParameterTable<T>::Declaration) {}

  private:
    std::string name_;
};

/// A layer that takes one input and remembers nothing but it.
template <class T>
class UnaryLayer : public Layer<T> {
  public:
    using Layer<T>::Layer;

    virtual void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) = 0;
    virtual void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                          kernels::View<T> grad_in, const Pass& pass) = 0;

    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>&, const Pass& pass) final {
        forward(in[0], out, pass);
    }
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>&, const Pass& pass) final {
        backward(in[0], out, grad_out, grad_in[0], pass);
    }
};

}  // namespace espalier::nn
