#include <algorithm>

#include <espalier/nn/graph/weight_port.hpp>

namespace espalier::nn {

template <class T>
void take_at(std::span<const T> dense, const Pattern& where, std::span<T> out) {
    std::size_t k = 0;
    for (std::size_t row = 0; row < where.rows(); ++row) {
        const T* from = dense.data() + row * where.cols();
        for (const std::uint32_t col : where.row(row)) out[k++] = from[col];
    }
}

template <class T>
void WeightPort<T>::gradient_rows(const Workspace<T>& workspace, std::size_t first, std::size_t count,
                                  std::span<T> out) const {
    if (outside_ != nullptr) {
        const std::size_t cols = pattern().cols();
        std::ranges::copy(outside_->subspan(first * cols, count * cols), out.begin());
        return;
    }
    const std::size_t k = entry_.layer;
    network_->layer(k).gradient_rows(network_->layer_input(workspace, k), network_->layer_output_gradient(workspace, k),
                                     first, count, out);
}

template <class T>
void WeightPort<T>::gradient_at(const Workspace<T>& workspace, const Pattern& where, std::span<T> out,
                                GradientWay way) const {
    if (outside_ != nullptr) {
        take_at(*outside_, where, out);
        return;
    }
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

template void take_at(std::span<const float>, const Pattern&, std::span<float>);
template void take_at(std::span<const double>, const Pattern&, std::span<double>);
template class WeightPort<float>;
template class WeightPort<double>;
template std::vector<WeightPort<float>> weight_ports(Network<float>&);
template std::vector<WeightPort<double>> weight_ports(Network<double>&);

}  // namespace espalier::nn
