#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/graph/tied_units.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// How two networks of one build are matched: units of one stream, and of one part of a stream where shortcuts without
/// parameters join stages, go with one matching, chosen where they are first written.
class StreamGroups {
  public:
    using Partners = std::vector<std::uint32_t>;  ///< [outputs of a layer] which one of the second network

    /// @param keeps_outputs  outputs of the network stand for themselves
    /// @throws FormatError as TiedUnits
    StreamGroups(const Topology& topology, bool keeps_outputs);

    /// The first layer that is written or read otherwise than in another network; none where all are the same.
    std::optional<std::size_t> first_difference(const StreamGroups& other) const;

    /// Outputs of a layer that go with one matching.
    struct Part {
        std::vector<std::uint32_t> units;  ///< outputs of the layer
        bool is_first = false;             ///< no layer before wrote to them
        std::size_t number = 0;            ///< among all groups
    };
    /// Of a layer; outputs in none stand for themselves.
    const std::vector<Part>& written(std::size_t layer) const { return written_[layer]; }

    /// The matching of a part that a layer before wrote to, among the outputs of this layer.
    /// @param partners  of the layers before
    void give(const Part& part, std::span<const Partners> partners, Partners& partner) const;
    /// Which neuron before the layer stands for which of the first network; empty where all stand for themselves.
    /// @param partners  of the layers before
    Partners before(std::size_t layer, std::span<const Partners> partners) const;

  private:
    /// Of each unit of a group its partner there.
    Partners units_of(std::size_t group, std::span<const Partners> partners) const;

    struct Read {
        std::size_t group;
        std::vector<std::uint32_t> units;  ///< neurons before the layer
        friend bool operator==(const Read&, const Read&) = default;
    };
    TiedUnits tied_;
    std::vector<std::vector<Part>> written_;
    std::vector<std::vector<Read>> read_;
    std::vector<std::size_t> width_before_;
};

}  // namespace espalier::topology
