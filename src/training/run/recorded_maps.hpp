#pragma once

#include <optional>

#include <espalier/nn/models/spec.hpp>
#include <espalier/topology/graph/map_graph.hpp>

namespace espalier::training {

/// False of what only joins the heads of a network, its last nodes: each head's classifier gives outputs of its own.
bool has_map(const nn::NodeSpec& node);

/// What a node gives, and by what window, as run files record it.
topology::MapNode recorded_map(const nn::NetworkSpec& spec, std::size_t node);

/// A sample, of networks that take images.
std::optional<topology::MapImage> recorded_sample(const nn::NetworkSpec& spec);

/// The maps of a whole network, under the names that layers have in run files.
topology::MapGraph recorded_maps(const nn::NetworkSpec& spec);

}  // namespace espalier::training
