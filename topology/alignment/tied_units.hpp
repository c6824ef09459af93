#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Which outputs of layers are one unit, as layers are fed (Layer::fed_by), and which units are alike.
class TiedUnits {
  public:
    /// A side of a layer that the units of a class are.
    struct Side {
        std::size_t layer = 0;
        bool is_input = false;
        std::size_t block = 1;             ///< inputs a unit
        std::vector<std::uint32_t> units;  ///< of each unit of the class the place on this side
    };
    /// Units that are on the same sides: they can change places with each other, and with no others.
    struct Class {
        std::vector<Side> sides;  ///< outputs first, both in the order of layers
    };

    /// @throws FormatError naming the layer that cannot take what feeds it, or whose feeder is not there
    explicit TiedUnits(const Topology& topology);

    /// In the order of the layers and units that are their first outputs.
    const std::vector<Class>& classes() const { return classes_; }

  private:
    std::vector<Class> classes_;
};

}  // namespace espalier::topology
