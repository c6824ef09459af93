#include <espalier/topology/connected_components.hpp>
#include <espalier/topology/degree.hpp>
#include <espalier/topology/density.hpp>
#include <espalier/topology/layer_metric.hpp>

namespace espalier::topology {

const std::vector<Metric>& metrics() {
    static const std::vector<Metric> table{
        {{"edges", "kept edges; of a network their sum", "methods.md 1.1"},
         of_layers_and_network<edges_metric, network_edges>},
        {{"density", "kept share of the possible edges; of a network over all layers together", "methods.md 1.1"},
         of_layers_and_network<density_metric, network_density>},
        {{"degree", "degrees of inputs and outputs: mean, min, max, std, dead", "methods.md 6.1"},
         of_layers<degree_metric>},
        {{"connected_components", "components with at least one edge", "methods.md 6.4"},
         of_layers<connected_components_metric>},
    };
    return table;
}

}  // namespace espalier::topology
