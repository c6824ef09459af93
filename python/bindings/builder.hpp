#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include "network.hpp"

namespace espalier::python {

/// How the sides of an array are to be taken.
struct ArrayReading {
    std::string orientation = "out-in";  ///< as --orientation has it
    bool drop_last_input = false;
};

/// Makes a network layer by layer out of arrays in Python's memory.
class NetworkBuilder {
  public:
    explicit NetworkBuilder(std::string label) { network_.topology.label = std::move(label); }

    /// @param weights  values of a mask; None: the array's own where it is of real numbers
    void add_dense(const std::string& name, const pybind11::array& array, bool is_brain,
                   const std::optional<pybind11::array>& weights, bool weights_are_brain, const ArrayReading& reading);

    /// A matrix in compressed rows, outputs as rows.
    /// @param values  none: a mask alone
    /// @param shape   of the layer, whose sides but the first multiply to the columns
    void add_rows(const std::string& name, const std::vector<std::size_t>& shape, const pybind11::array& indptr,
                  const pybind11::array& indices, const std::optional<pybind11::array_t<float>>& values,
                  bool drop_last_input);

    /// A copy of a layer.
    void add_layer(const std::string& name, const LayerOfNetwork& layer);

    /// The same without its weights.
    void add_mask(const std::string& name, const LayerOfNetwork& layer);

    /// What lies beside the weights: "bias" of a layer.
    void add_parameter(const std::string& layer, const std::string& name, const pybind11::array_t<float>& values);

    /// The network, which is given away.
    NetworkPtr finish();

  private:
    void add(topology::Layer layer);
    topology::StoredNetwork network_;
};

void bind_builder(pybind11::module_& module);

}  // namespace espalier::python
