#pragma once

#include <span>
#include <string>
#include <vector>

#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/graph/passes.hpp>

namespace espalier::nn {

/// A weight that a mask can thin out, seen by those who change its mask: growth rules, saliencies, Top-KAST,
/// similarity. They ask it for the dense gradient, and need not know how its layer multiplies.
///
/// The gradients are those of the last step's passes, which must have kept them (Workspace::keep_gradients): of several
/// blocks the sum by their tree, as the gradients of kept weights are summed.
template <class T>
class WeightPort {
  public:
    WeightPort(Network<T>& network, const ParameterEntry<T>& entry) : network_(&network), entry_(entry) {}

    /// Of a weight whose layer another program computes.
    /// @param gradient  where its dense gradient is to be found, [rows x cols], whenever it is asked for; both must
    ///                  outlive the port
    WeightPort(MaskedWeight<T>& weight, std::string module, std::size_t layer, const std::span<const T>& gradient)
        : entry_{std::move(module), layer, &weight.parameter(), &weight}, outside_(&gradient) {}

    std::string path() const { return entry_.path(); }  ///< "fc1.weight"
    std::size_t layer() const { return entry_.layer; }  ///< its number in the network
    MaskedWeight<T>& weight() const { return *entry_.weight; }
    const Pattern& pattern() const { return entry_.weight->pattern(); }
    /// False where nothing before the layer is trained, or another program computes it: nobody here multiplies by the
    /// transposed weight then.
    bool has_input_gradient() const { return network_ != nullptr && entry_.layer > 0; }

    /// Rows [first, first + count) of the gradient at every position, row after row.
    /// @param out  count * columns numbers
    void gradient_rows(const Passes<T>& passes, std::size_t first, std::size_t count, std::span<T> out) const;
    /// The gradient at the positions of a pattern of the weight's shape.
    /// @param out  one number per edge
    void gradient_at(const Passes<T>& passes, const Pattern& where, std::span<T> out,
                     GradientWay way = GradientWay::sparse) const;

  private:
    /// of(layer, input, gradient at the output, numbers) of each block, summed.
    template <class Of>
    void sum(const Passes<T>& passes, std::span<T> out, const Of& of) const;

    Network<T>* network_ = nullptr;
    ParameterEntry<T> entry_;
    const std::span<const T>* outside_ = nullptr;  ///< the dense gradient, where there is no network
};

/// The numbers of a dense array at the positions of a pattern.
/// @param dense  [rows x cols]
/// @param out    one number per edge
template <class T>
void take_at(std::span<const T> dense, const Pattern& where, std::span<T> out);

/// Of every weight that a mask can thin out, in the order of the network's table. The network must outlive them.
template <class T>
std::vector<WeightPort<T>> weight_ports(Network<T>& network);

}  // namespace espalier::nn
