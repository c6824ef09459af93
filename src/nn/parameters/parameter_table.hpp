#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <espalier/nn/parameters/masked_weight.hpp>
#include <espalier/nn/parameters/parameter.hpp>

namespace espalier::nn {

/// One array of a network and its place there.
template <class T>
struct ParameterEntry {
    std::string module;       ///< the layer it belongs to: "fc1", later "layer1.0.conv1"
    std::size_t layer;        ///< the number of that layer
    Parameter<T>* parameter;  ///< never null
    MaskedWeight<T>* weight;  ///< whose values these are; null where no mask can thin them out

    /// Its name in PyTorch's state dict: "fc1.weight".
    std::string path() const { return module + "." + (weight != nullptr ? "weight" : parameter->name); }
};

/// Every array of a network, in one order for all that walk them: optimizer, checkpoint, snapshot, loading, rewinding,
/// SynFlow. The entries of a layer stand together, its masked weight first.
template <class T>
class ParameterTable {
  public:
    /// Where a layer says what it holds; its entries follow those of the layers before.
    class Declaration {
      public:
        void weight(MaskedWeight<T>& weight) {
            table_.entries_.push_back({module_, layer_, &weight.parameter(), &weight});
        }
        void array(Parameter<T>& parameter) { table_.entries_.push_back({module_, layer_, &parameter, nullptr}); }

      private:
        friend class ParameterTable;
        Declaration(ParameterTable& table, std::string module, std::size_t layer)
            : table_(table), module_(std::move(module)), layer_(layer) {}

        ParameterTable& table_;
        std::string module_;
        std::size_t layer_;
    };

    Declaration of_layer(std::string module, std::size_t layer) { return {*this, std::move(module), layer}; }

    std::span<const ParameterEntry<T>> entries() const { return entries_; }
    /// What an optimizer moves: all but statistics.
    std::vector<Parameter<T>*> trained() const;
    /// The entries that a mask can thin out.
    std::vector<ParameterEntry<T>> weights() const;
    /// The entries of one layer, none where it has no arrays.
    std::span<const ParameterEntry<T>> of(std::size_t layer) const;

  private:
    std::vector<ParameterEntry<T>> entries_;
};

}  // namespace espalier::nn
