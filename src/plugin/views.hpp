#pragma once

#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/plugin/interface.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::plugin {

/// A pattern as plug-ins see it; of a full one the compressed rows are written out.
class LayerOf {
  public:
    LayerOf(const Pattern& pattern, const float* values, const char* name = "");
    LayerView view() const;

  private:
    const Pattern& pattern_;
    const float* values_;
    const char* name_;
    std::vector<std::uint64_t> offsets_;  // of a full pattern
    std::vector<std::uint32_t> indices_;
};

/// All layers of a topology; it must outlive this.
class NetworkOf {
  public:
    explicit NetworkOf(const topology::Topology& topology);
    NetworkView view() const { return {views_.data(), views_.size()}; }

  private:
    std::vector<LayerOf> layers_;
    std::vector<LayerView> views_;
};

}  // namespace espalier::plugin
