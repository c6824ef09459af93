#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Which outputs of layers are one unit, as layers are fed (Layer::fed_by), and which units are alike.
///
/// What is added is one unit; a feeder of fewer units than the widest is in the middle of the stream, as shortcuts
/// without parameters put it (He et al. 2016, option A). A depthwise convolution's outputs are the units that it takes;
/// the units around other grouped convolutions, and of streams to which the network's input is added, stay where they
/// are. Source: definitions.md 6.3.
class TiedUnits {
  public:
    /// A side of a layer that the units of a class are.
    struct Side {
        std::size_t layer = 0;
        bool is_input = false;
        std::size_t block = 1;             ///< inputs a unit
        std::vector<std::uint32_t> units;  ///< of each unit of the class the place on this side

        /// The same places.
        friend bool operator==(const Side&, const Side&) = default;
    };
    /// Units that are on the same sides: they can change places with each other, and with no others.
    struct Class {
        std::vector<Side> sides;  ///< outputs first, both in the order of layers
    };

    /// @throws FormatError naming the layer that cannot take what feeds it, or whose feeder is not there
    /// @param keeps_outputs  the network's outputs, which no layer takes, stay where they are
    explicit TiedUnits(const Topology& topology, bool keeps_outputs = true);

    /// In the order of the layers and units that are their first outputs.
    const std::vector<Class>& classes() const { return classes_; }

  private:
    std::vector<Class> classes_;
};

}  // namespace espalier::topology
