#include <espalier/nn/graph/weight_port.hpp>

namespace espalier::nn {

template <class T>
void WeightPort<T>::gradient_rows(const Workspace<T>& workspace, std::size_t first, std::size_t count,
                                  std::span<T> out) const {
    const std::size_t k = entry_.layer;
    network_->layer(k).gradient_rows(network_->layer_input(workspace, k), network_->layer_output_gradient(workspace, k),
                                     first, count, out);
}

template <class T>
void WeightPort<T>::gradient_at(const Workspace<T>& workspace, const Pattern& where, std::span<T> out,
                                GradientWay way) const {
    const std::size_t k = entry_.layer;
    network_->layer(k).gradient_at(network_->layer_input(workspace, k), network_->layer_output_gradient(workspace, k),
                                   where, out, way);
}

template <class T>
std::vector<WeightPort<T>> weight_ports(Network<T>& network) {
    std::vector<WeightPort<T>> ports;
    for (const ParameterEntry<T>& entry : network.table().weights()) ports.emplace_back(network, entry);
    return ports;
}

template class WeightPort<float>;
template class WeightPort<double>;
template std::vector<WeightPort<float>> weight_ports(Network<float>&);
template std::vector<WeightPort<double>> weight_ports(Network<double>&);

}  // namespace espalier::nn
